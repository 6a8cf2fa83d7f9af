/**
 * Conditions on texts of any length, such as paths and URLs. PostgreSQL does not index texts that are very long, so its indexes have their
 * hashes; the text itself is compared as well.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import * as TextList from "./TextList.js"

/**
 * A condition that holds if the column has the text.
 *
 * @param sql the client that the condition is for
 * @param column name of the column
 * @param text any text
 */
export const equal = (sql: SqlClient.SqlClient, column: string, text: string): Fragment => {
  const same = sql`${sql(column)} = ${text}`
  return sql.onDialectOrElse({ pg: () => sql`(md5(${sql(column)}) = md5(CAST(${text} AS text)) AND ${same})`, orElse: () => same })
}

/**
 * A condition that holds if the column has one of the texts.
 *
 * @param sql the client that the condition is for
 * @param column name of the column
 * @param texts any number of texts
 */
export const among = (sql: SqlClient.SqlClient, column: string, texts: ReadonlyArray<string>): Fragment => {
  const one = TextList.among(sql, column, texts)
  return sql.onDialectOrElse({
    pg: () => sql`(md5(${sql(column)}) = ANY(ARRAY(SELECT md5(wanted) FROM (${TextList.query(sql, texts)}) AS texts (wanted))) AND ${one})`,
    orElse: () => one
  })
}
