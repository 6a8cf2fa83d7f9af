/**
 * Statements whose text is made once, when the server starts, for those that run thousands of times a second.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Statement } from "@effect/sql/Statement"
import type * as Effect from "effect/Effect"
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

type Build<Row, Arguments extends ReadonlyArray<Value>> = (sql: SqlClient.SqlClient, ...parameters: Arguments) => Statement<Row>

/** The text of a statement, and its parameters in the order of the text for given arguments. */
const compile = <Row, Arguments extends ReadonlyArray<Value>>(sql: SqlClient.SqlClient, build: Build<Row, Arguments>) => {
  const placeholders = Array.from({ length: build.length - 1 }, (_, index) => new Placeholder(index))
  // Parameters pass through the template unread, so that anything can stand for them.
  const [text, order] = build(sql, ...(placeholders as unknown as Arguments)).compile()
  const parametersOf = (given: Arguments): ReadonlyArray<unknown> =>
    order.map((parameter) => (parameter instanceof Placeholder ? given[parameter.index] : parameter))
  return { text, parametersOf }
}

/**
 * Makes a statement that gives rows.
 *
 * @param database where it will run: in the transaction that it is used in, else on what is committed
 * @param build the statement, with the arguments as parameters
 */
export const make =
  (database: Pick<DatabaseShape, "execute" | "sql">) =>
  <Row, Arguments extends ReadonlyArray<Value>>(build: Build<Row, Arguments>): ((...given: Arguments) => Effect.Effect<ReadonlyArray<Row>, SqlError>) => {
    const { parametersOf, text } = compile(database.sql, build)
    // Rows are what the statement says they are.
    return (...given) => database.execute(text, parametersOf(given)) as Effect.Effect<ReadonlyArray<Row>, SqlError>
  }

/**
 * Makes a statement that gives one row or none.
 *
 * @param database where it will run: in the transaction that it is used in, else on what is committed
 * @param build the statement, with the arguments as parameters
 */
export const makeFirst =
  (database: Pick<DatabaseShape, "executeFirst" | "sql">) =>
  <Row, Arguments extends ReadonlyArray<Value>>(build: Build<Row, Arguments>): ((...given: Arguments) => Effect.Effect<Row | undefined, SqlError>) => {
    const { parametersOf, text } = compile(database.sql, build)
    // The same.
    return (...given) => database.executeFirst(text, parametersOf(given)) as Effect.Effect<Row | undefined, SqlError>
  }
