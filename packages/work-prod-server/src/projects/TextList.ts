/**
 * A list of texts as one parameter, so that a statement is the same for any number of them and stays prepared.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"

/**
 * The list as PostgreSQL writes arrays.
 *
 * @param texts any number of texts
 */
export const array = (texts: ReadonlyArray<string | null>): string => `{${texts.map((text) => (text === null ? "NULL" : `"${text.replace(/["\\]/g, "\\$&")}"`)).join(",")}}`

/**
 * A query that gives the texts, for use behind IN.
 *
 * @param sql the client that the query is for
 * @param texts any number of texts
 */
export const query = (sql: SqlClient.SqlClient, texts: ReadonlyArray<string>): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`SELECT unnest(${array(texts)}::text[])`,
    orElse: () => sql`SELECT value FROM json_each(${JSON.stringify(texts)})`
  })

/**
 * A condition that holds if the column has one of the texts. It is found by an index whatever PostgreSQL knows of the table.
 *
 * @param sql the client that the condition is for
 * @param column name of the column
 * @param texts any number of texts
 */
export const among = (sql: SqlClient.SqlClient, column: string, texts: ReadonlyArray<string>): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`${sql(column)} = ANY(${array(texts)}::text[])`,
    orElse: () => sql`${sql(column)} IN (${query(sql, texts)})`
  })
