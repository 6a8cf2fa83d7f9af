/**
 * Lists of projects, read piece by piece behind the last project of the piece before.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import type { ProjectQuery } from "../Projects.js"
import type { LastProject } from "./ProjectCursor.js"
import * as ProjectJson from "./ProjectJson.js"

/** A pattern for LIKE that finds the text anywhere. Nothing in the text has a meaning of its own, but a NUL ends it. */
const containing = (text: string): string => `%${(text.split("\0", 1)[0] ?? "").replace(/[\\%_]/g, "\\$&")}%`

/** A project, and `value`, what it is sorted by. */
interface ListedRow extends LastProject {
  readonly json: string
}

/** Projects of a page, and the last of them if more follow. */
export interface Page {
  /** JSON objects in ASCII */
  readonly projects: ReadonlyArray<string>
  readonly last: LastProject | undefined
}

/** Projects as one text. */
export interface Piece {
  /** JSON objects in ASCII, joined by commas; empty if there are none */
  readonly text: string
  /** the last of them, if there may be more */
  readonly last: LastProject | undefined
}

const columnOf = (sql: SqlClient.SqlClient, { sort }: ProjectQuery): Fragment => sql.literal(`p.${sort.by}`)

/**
 * The rows of one piece as `projects p`, in their order.
 *
 * @param sql the client
 * @param caller who asks
 * @param query filters and order
 * @param behind the last project before the piece; undefined for the first one
 * @param limit how many projects the piece has at most
 */
const selection = (sql: SqlClient.SqlClient, caller: CallerShape, query: ProjectQuery, behind: LastProject | undefined, limit: number): Fragment => {
  const column = columnOf(sql, query)
  const machine = caller.machine.uid ?? ""
  const direction = sql.literal(query.sort.descending ? "DESC" : "ASC")
  const comparison = sql.literal(query.sort.descending ? "<" : ">")
  const like = (pattern: string) =>
    sql.onDialectOrElse({
      // LIKE of SQLite takes A to Z in upper and lower case as the same, and no other letters.
      pg: () => sql`(translate(p.name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') LIKE translate(${pattern}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')
        OR translate(p.description, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') LIKE translate(${pattern}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))`,
      orElse: () => sql`(p.name LIKE ${pattern} ESCAPE '\\' OR p.description LIKE ${pattern} ESCAPE '\\')`
    })
  const conditions = [
    sql`p.account_id = ${caller.account}`,
    ...(query.status === undefined ? [] : [sql`p.status = ${query.status}`]),
    ...(query.classification === undefined ? [] : [sql`p.classification = ${query.classification}`]),
    ...(query.organization === undefined ? [] : [sql`p.organization = ${query.organization}`]),
    ...(query.projectType === undefined ? [] : [sql`p.project_type = ${query.projectType}`]),
    ...(query.remoteUrl === undefined ? [] : [sql`p.remote_url = ${query.remoteUrl}`]),
    ...(query.uid === undefined ? [] : [sql`p.uid = ${query.uid}`]),
    ...(query.updatedSince === undefined ? [] : [sql`p.updated_at >= ${query.updatedSince}`]),
    ...(query.search === undefined ? [] : [like(containing(query.search))]),
    ...(query.path === undefined
      ? []
      : [
          sql`p.id IN (SELECT l.project_id FROM locations l WHERE l.account_id = ${caller.account} AND l.path = ${query.path}
            AND l.machine_id = (SELECT id FROM machines WHERE account_id = ${caller.account} AND uid = ${machine}))`
        ]),
    ...(behind === undefined
      ? []
      : query.sort.by === "id"
        ? [sql`p.id ${comparison} ${behind.id}`]
        : [sql`(${column}, p.id) ${comparison} (${behind.value}, ${behind.id})`])
  ]
  const order = query.sort.by === "id" ? sql`p.id ${direction}` : sql`${column} ${direction}, p.id ${direction}`
  return sql`(SELECT * FROM projects p WHERE ${sql.and(conditions)} ORDER BY ${order} LIMIT ${limit}) AS p`
}

/**
 * Projects of one page.
 *
 * @param sql the client
 * @param caller who asks
 * @param query filters and order
 * @param behind the last project of the page before; undefined for the first one
 * @param limit how many projects the page has at most
 */
export const page = (
  sql: SqlClient.SqlClient,
  caller: CallerShape,
  query: ProjectQuery,
  behind: LastProject | undefined,
  limit: number
): Effect.Effect<Page, SqlError> =>
  Effect.map(
    // One project more than asked for tells whether there is more.
    sql<ListedRow>`
      SELECT p.id, ${columnOf(sql, query)} AS value, ${ProjectJson.expression(sql, caller.machine.uid ?? "")} AS json
      FROM ${selection(sql, caller, query, behind, limit + 1)}`,
    (rows) => {
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return { projects: shown.map((row) => ProjectJson.toAscii(row.json)), last: last === undefined ? undefined : { id: last.id, value: last.value } }
    }
  )

/** `ends` is a JSON list with `[value, id]` of each project. Both are null if there are no projects. */
interface JoinedRow {
  readonly text: string | null
  readonly ends: string | null
}

/**
 * Projects of one piece of a whole list, joined by the database: for it a long text is quicker to give than many short ones.
 *
 * @param sql the client
 * @param caller who asks
 * @param query filters and order
 * @param behind the last project of the piece before; undefined for the first one
 * @param limit how many projects the piece has at most
 */
export const piece = (
  sql: SqlClient.SqlClient,
  caller: CallerShape,
  query: ProjectQuery,
  behind: LastProject | undefined,
  limit: number
): Effect.Effect<Piece, SqlError> => {
  const column = columnOf(sql, query)
  const json = ProjectJson.expression(sql, caller.machine.uid ?? "")
  const joined = sql.onDialectOrElse({
    pg: () => sql`string_agg(${json}, ',') AS text, CAST(json_agg(json_build_array(${column}, p.id)) AS TEXT) AS ends`,
    orElse: () => sql`group_concat(${json}, ',') AS text, json_group_array(json_array(${column}, p.id)) AS ends`
  })
  return Effect.map(sql<JoinedRow>`SELECT ${joined} FROM ${selection(sql, caller, query, behind, limit)}`, ([row]) => {
    // The database made it of the two columns just above.
    const ends = JSON.parse(row?.ends ?? "[]") as ReadonlyArray<readonly [value: string | number, id: number]>
    const last = ends.length < limit ? undefined : ends.at(-1)
    return { text: ProjectJson.toAscii(row?.text ?? ""), last: last === undefined ? undefined : { value: last[0], id: last[1] } }
  })
}
