/**
 * Lists of projects, read piece by piece behind the last project of the piece before.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Statement } from "@effect/sql/Statement"
import type { ProjectQuery } from "../Projects.js"
import type { LastProject } from "./ProjectCursor.js"
import * as ProjectJson from "./ProjectJson.js"

/** A project of a list. `value` is what it is sorted by. */
export interface ListedRow {
  readonly id: number
  readonly value: string | number
  readonly json: string
}

/** A pattern for LIKE that finds the text anywhere. Nothing in the text has a meaning of its own, but a NUL ends it. */
const containing = (text: string): string => `%${(text.split("\0", 1)[0] ?? "").replace(/[\\%_]/g, "\\$&")}%`

/**
 * The statement for one piece.
 *
 * @param behind the last project before the piece; undefined for the first one
 * @param limit how many projects the piece has at most
 */
export const piece = (
  sql: SqlClient.SqlClient,
  caller: CallerShape,
  query: ProjectQuery,
  behind: LastProject | undefined,
  limit: number
): Statement<ListedRow> => {
  const machine = caller.machine.uid ?? ""
  const column = sql.literal(`p.${query.sort.by}`)
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
  return sql<ListedRow>`
    SELECT p.id, ${column} AS value, ${ProjectJson.expression(sql, machine)} AS json
    FROM projects p WHERE ${sql.and(conditions)} ORDER BY ${order} LIMIT ${limit}`
}
