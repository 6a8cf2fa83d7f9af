/**
 * Projects as they are sent, rendered by the database: an order of magnitude quicker than building values first.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"

/** Fields in the order in which they are sent. `path` and `locations` are put in between. */
const before = ["metadata", "name", "organization"] as const
const after = ["project_type", "remote_url", "status", "uid", "updated_at"] as const

const pairs = (fields: ReadonlyArray<string>): string => fields.map((field) => `'${field}', p.${field}`).join(", ")

interface Words {
  readonly object: string
  readonly list: (element: string) => string
  readonly json: (column: string) => string
  readonly text: (column: string) => string
}

const sqlite: Words = {
  object: "json_object",
  list: (element) => `json_group_array(json(${element}))`,
  json: (column) => `json(${column})`,
  text: (column) => `CAST(${column} AS TEXT)`
}

const postgresql: Words = {
  object: "json_build_object",
  list: (element) => `COALESCE(json_agg(${element}), '[]'::json)`,
  json: (column) => `${column}::json`,
  text: (column) => `${column}::text`
}

const head = ({ json, list, object, text }: Words): string => {
  const location = `${object}('machine', NULLIF(m.uid, ''), 'name', m.name, 'path', l.path)`
  const locations = `(SELECT ${list("one.location")} FROM (
    SELECT ${location} AS location FROM locations l JOIN machines m ON m.id = l.machine_id WHERE l.project_id = p.id ORDER BY m.id
  ) AS one)`
  return `${object}('classification', p.classification, 'created_at', p.created_at, 'description', p.description,
    'etag', ${text("p.version")}, 'id', p.id, 'locations', ${locations}, 'metadata', ${json("p.metadata")}, ${pairs(before.slice(1))}, 'path', `
}

const tail = `, ${pairs(after)})`

/** The path of the row of `projects p` on a machine. @param machine uid of the machine, "" for the one without */
export const path = (sql: SqlClient.SqlClient, machine: string): Fragment =>
  sql`(SELECT l.path FROM locations l JOIN machines m ON m.id = l.machine_id WHERE l.project_id = p.id AND m.uid = ${machine})`

const heads = { sqlite: head(sqlite), postgresql: head(postgresql) }

/**
 * An expression that gives the row of `projects p` as text, still with characters outside ASCII.
 *
 * @param machine uid of the asking machine, "" for the one without
 */
export const expression = (sql: SqlClient.SqlClient, machine: string): Fragment => {
  const [start, end] = sql.onDialectOrElse({ pg: () => [heads.postgresql, `${tail}::text`] as const, orElse: () => [heads.sqlite, tail] as const })
  return sql`${sql.literal(start)}${path(sql, machine)}${sql.literal(end)}`
}

const beyondAscii = /[\u0080-\uffff]/
const everyBeyondAscii = /[\u0080-\uffff]/g

/** JSON with everything outside ASCII as `\uXXXX`. @category conversions */
export const toAscii = (json: string): string =>
  beyondAscii.test(json) ? json.replace(everyBeyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`) : json
