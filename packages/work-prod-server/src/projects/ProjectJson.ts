/**
 * Projects as they are sent, written by the database: a row goes from the table to the answer without becoming an object here.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"

/** What databases write differently. */
interface Dialect {
  /** an object of expressions by their keys, which are in the order of the alphabet */
  readonly object: (values: ReadonlyArray<readonly [key: string, value: string]>) => string
  /** a list of such objects, one for each row of a query; the empty one if there are none */
  readonly list: (values: ReadonlyArray<readonly [key: string, value: string]>, from: string, order: string) => string
  /** text that is JSON already */
  readonly json: (column: string) => string
}

const sqliteObject: Dialect["object"] = (values) => `json_object(${values.map(([key, value]) => `'${key}', ${value}`).join(", ")})`

const sqlite: Dialect = {
  object: sqliteObject,
  list: (values, from, order) => `(SELECT json_group_array(${sqliteObject(values)} ORDER BY ${order}) FROM ${from})`,
  json: (column) => `json(${column})`
}

const columns = (values: ReadonlyArray<readonly [key: string, value: string]>): string => values.map(([key, value]) => `${value} AS ${key}`).join(", ")

/** Rows and arrays become JSON without spaces; the functions that build JSON put some in. */
const postgresql: Dialect = {
  object: (values) => `(SELECT row_to_json(object) FROM (SELECT ${columns(values)}) AS object)`,
  list: (values, from, order) => `array_to_json(ARRAY(SELECT row_to_json(object) FROM (SELECT ${columns(values)} FROM ${from} ORDER BY ${order}) AS object))`,
  json: (column) => `CAST(${column} AS json)`
}

/** Stands for the path of the asking machine while the expression is made. */
const pathMark = "{path}"

/** The expression before and after the path of the asking machine. */
const parts = ({ json, list, object }: Dialect): readonly [before: string, after: string] => {
  const location = [["machine", "NULLIF(m.uid, '')"], ["name", "m.name"], ["path", "l.path"]] as const
  const project = object([
    ["classification", "p.classification"],
    ["created_at", "p.created_at"],
    ["description", "p.description"],
    ["etag", "CAST(p.version AS TEXT)"],
    ["id", "p.id"],
    ["locations", list(location, "locations l JOIN machines m ON m.id = l.machine_id WHERE l.project_id = p.id", "l.machine_id")],
    ["metadata", json("p.metadata")],
    ["name", "p.name"],
    ["organization", "p.organization"],
    ["path", pathMark],
    ["project_type", "p.project_type"],
    ["remote_url", "p.remote_url"],
    ["status", "p.status"],
    ["uid", "p.uid"],
    ["updated_at", "p.updated_at"]
  ])
  const [before = "", after = ""] = `CAST(${project} AS TEXT)`.split(pathMark)
  return [before, after]
}

const dialects = { sqlite: parts(sqlite), postgresql: parts(postgresql) }

/**
 * The path of the row of `projects p` on a machine. The machine is looked for once, not for each row.
 *
 * @param account that of the rows
 * @param machine uid of the machine, "" for the one without
 */
export const path = (sql: SqlClient.SqlClient, account: number, machine: string): Fragment =>
  sql`(SELECT l.path FROM locations l WHERE l.project_id = p.id AND l.machine_id = (SELECT m.id FROM machines m WHERE m.account_id = ${account} AND m.uid = ${machine}))`

/**
 * An expression that gives the row of `projects p` as text, still with characters outside ASCII.
 *
 * @param account that of the rows
 * @param machine uid of the asking machine, "" for the one without
 */
export const expression = (sql: SqlClient.SqlClient, account: number, machine: string): Fragment => {
  const [before, after] = sql.onDialectOrElse({ pg: () => dialects.postgresql, orElse: () => dialects.sqlite })
  return sql`${sql.literal(before)}${path(sql, account, machine)}${sql.literal(after)}`
}

const beyondAscii = /[\u007f-\uffff]/
const everyBeyondAscii = /[\u007f-\uffff]/g

/** JSON with everything outside ASCII as `\uXXXX`. @category conversions */
export const toAscii = (json: string): string =>
  beyondAscii.test(json) ? json.replace(everyBeyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`) : json
