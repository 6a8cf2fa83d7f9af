/**
 * Projects as they are sent, written by the database: a row goes from the table to the answer without becoming an object here.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"

/** What databases call differently. */
interface Dialect {
  readonly object: string
  /** a list of JSON values, one for each row; the empty one if there are none */
  readonly list: (element: string, order: string) => string
  /** text that is JSON already */
  readonly json: (column: string) => string
}

const sqlite: Dialect = {
  object: "json_object",
  list: (element, order) => `json_group_array(${element} ORDER BY ${order})`,
  json: (column) => `json(${column})`
}

const postgresql: Dialect = {
  object: "json_build_object",
  list: (element, order) => `COALESCE(json_agg(${element} ORDER BY ${order}), '[]'::json)`,
  json: (column) => `CAST(${column} AS json)`
}

/** The expression before and after the path of the asking machine. Keys are in the order of the alphabet. */
const parts = ({ json, list, object }: Dialect): readonly [before: string, after: string] => [
  `CAST(${object}('classification', p.classification, 'created_at', p.created_at, 'description', p.description, 'etag', CAST(p.version AS TEXT), 'id', p.id,
    'locations', (
      SELECT ${list(`${object}('machine', NULLIF(m.uid, ''), 'name', m.name, 'path', l.path)`, "l.machine_id")}
      FROM locations l JOIN machines m ON m.id = l.machine_id WHERE l.project_id = p.id
    ),
    'metadata', ${json("p.metadata")}, 'name', p.name, 'organization', p.organization, 'path', `,
  `, 'project_type', p.project_type, 'remote_url', p.remote_url, 'status', p.status, 'uid', p.uid, 'updated_at', p.updated_at) AS TEXT)`
]

const dialects = { sqlite: parts(sqlite), postgresql: parts(postgresql) }

/** The path of the row of `projects p` on a machine. @param machine uid of the machine, "" for the one without */
export const path = (sql: SqlClient.SqlClient, machine: string): Fragment =>
  sql`(SELECT l.path FROM locations l JOIN machines m ON m.id = l.machine_id WHERE l.project_id = p.id AND m.uid = ${machine})`

/**
 * An expression that gives the row of `projects p` as text, still with characters outside ASCII.
 *
 * @param machine uid of the asking machine, "" for the one without
 */
export const expression = (sql: SqlClient.SqlClient, machine: string): Fragment => {
  const [before, after] = sql.onDialectOrElse({ pg: () => dialects.postgresql, orElse: () => dialects.sqlite })
  return sql`${sql.literal(before)}${path(sql, machine)}${sql.literal(after)}`
}

const beyondAscii = /[\u007f-\uffff]/
const everyBeyondAscii = /[\u007f-\uffff]/g

/** JSON with everything outside ASCII as `\uXXXX`. @category conversions */
export const toAscii = (json: string): string =>
  beyondAscii.test(json) ? json.replace(everyBeyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`) : json
