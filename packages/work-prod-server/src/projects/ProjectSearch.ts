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
import * as LongText from "./LongText.js"
import * as ProjectJson from "./ProjectJson.js"

/** Whether a text is in the name or the description. Nothing in it has a meaning of its own; A to Z are the same in upper and lower case, and no other letters. */
const containing = (sql: SqlClient.SqlClient, search: string): Fragment => {
  // A NUL ends it.
  const [text = ""] = search.split("\0", 1)
  const small = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`
  return sql.onDialectOrElse({
    pg: () => sql`(strpos(lower(p.name COLLATE "C"), ${small}) > 0 OR strpos(lower(p.description COLLATE "C"), ${small}) > 0)`,
    orElse: () => sql`(p.name LIKE ${pattern} ESCAPE '\\' OR p.description LIKE ${pattern} ESCAPE '\\')`
  })
}

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

/** What the rows are in the order of: made of a column and an id, or of what a row has in them. */
const keys = (sql: SqlClient.SqlClient, { sort }: ProjectQuery, id: Fragment, value: Fragment): ReadonlyArray<Fragment> => {
  if (sort.by === "id") return [id]
  // Its index has the beginning of the name, because a name can be too long for an index.
  const beginning = sort.by === "name" ? sql.onDialectOrElse({ pg: () => [sql`left(${value}, 200)`], orElse: () => [] }) : []
  return [...beginning, value, id]
}

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
  const machine = caller.machine.uid ?? ""
  const direction = sql.literal(query.sort.descending ? "DESC" : "ASC")
  const comparison = sql.literal(query.sort.descending ? "<" : ">")
  // No text that is stored has a NUL, and not every database can even be asked for one.
  const holds = (value: string | undefined, condition: (value: string) => Fragment) => (value === undefined ? [] : [value.includes("\0") ? sql`1 = 0` : condition(value)])
  const equal = (column: Fragment, value: string | undefined) => holds(value, (text) => sql`${column} = ${text}`)
  // Its index has the URLs of all accounts; while PostgreSQL knows nothing of the table it would rather read all projects of the account.
  const account = query.remoteUrl === undefined ? sql`p.account_id` : sql.onDialectOrElse({ pg: () => sql`p.account_id + 0`, orElse: () => sql`p.account_id` })
  const conditions = [
    sql`${account} = ${caller.account}`,
    ...equal(sql`p.status`, query.status),
    ...equal(sql`p.classification`, query.classification),
    ...equal(sql`p.organization`, query.organization),
    ...equal(sql`p.project_type`, query.projectType),
    ...holds(query.remoteUrl, (text) => LongText.equal(sql, "p.remote_url", text)),
    ...equal(sql`p.uid`, query.uid),
    ...(query.updatedSince === undefined ? [] : [sql`p.updated_at >= ${query.updatedSince}`]),
    ...(query.search === undefined ? [] : [containing(sql, query.search)]),
    ...(query.path === undefined ? [] : [sql`p.id IN (SELECT l.project_id FROM locations l WHERE ${sql.and([
      sql`l.account_id = ${caller.account}`,
      sql`l.machine_id = (SELECT id FROM machines WHERE account_id = ${caller.account} AND uid = ${machine})`,
      ...holds(query.path, (text) => LongText.equal(sql, "l.path", text))
    ])})`]),
    ...(behind === undefined ? [] : [sql`(${sql.csv(keys(sql, query, sql`p.id`, columnOf(sql, query)))}) ${comparison} (${sql.csv(keys(sql, query, sql`${behind.id}`, sql`${behind.value}`))})`])
  ]
  const order = sql.csv(keys(sql, query, sql`p.id`, columnOf(sql, query)).map((key) => sql`${key} ${direction}`))
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
      SELECT p.id, ${columnOf(sql, query)} AS value, ${ProjectJson.expression(sql, caller.account, caller.machine.uid ?? "")} AS json
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
  const json = ProjectJson.expression(sql, caller.account, caller.machine.uid ?? "")
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
