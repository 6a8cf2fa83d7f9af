/**
 * Statements whose text is made once, when the server starts, for those that run thousands of times a second.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Statement } from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import type { DatabaseShape } from "../Database.js"

/** What can stand for a parameter. */
export type Value = string | number | null

/** Stands for an argument while the text is made. */
class Placeholder {
  readonly index: number
  constructor(index: number) {
    this.index = index
  }
}

/**
 * Makes a statement.
 *
 * @param database where it will run: in the transaction that it is used in, else on what is committed
 * @param build the statement, with the arguments as parameters
 */
export const make =
  (database: Pick<DatabaseShape, "execute" | "sql">) =>
  <Row, Arguments extends ReadonlyArray<Value>>(
    build: (sql: SqlClient.SqlClient, ...parameters: Arguments) => Statement<Row>
  ): ((...parameters: Arguments) => Effect.Effect<ReadonlyArray<Row>, SqlError>) => {
    const count = build.length - 1
    const placeholders = Array.from({ length: count }, (_, index) => new Placeholder(index))
    // Parameters pass through the template unread, so that anything can stand for them.
    const [text, order] = build(database.sql, ...(placeholders as unknown as Arguments)).compile()
    const indices = order.map((parameter) => (parameter instanceof Placeholder ? parameter.index : -1))
    const constants = order
    return (...parameters) =>
      // Rows are what the statement says they are.
      database.execute(
        text,
        indices.map((index, place) => (index === -1 ? constants[place] : parameters[index]))
      ) as Effect.Effect<ReadonlyArray<Row>, SqlError>
  }

/** The first row of a result. */
export const first = <Row>(rows: Effect.Effect<ReadonlyArray<Row>, SqlError>): Effect.Effect<Row | undefined, SqlError> => Effect.map(rows, (all) => all[0])

