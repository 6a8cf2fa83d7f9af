/**
 * A list of texts as one parameter, so that a statement is the same for any number of them and stays prepared.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"

/**
 * A query that gives the texts, for use behind IN.
 *
 * @param sql the client that the query is for
 * @param texts any number of texts
 */
export const query = (sql: SqlClient.SqlClient, texts: ReadonlyArray<string>): Fragment => {
  const parameter = JSON.stringify(texts)
  return sql.onDialectOrElse({
    pg: () => sql`SELECT value FROM json_array_elements_text(${parameter}::json)`,
    orElse: () => sql`SELECT value FROM json_each(${parameter})`
  })
}
