/**
 * One connection to a PostgreSQL server, as a `Connection` of `@effect/sql`.
 *
 * A statement that was sent is waited for, also by whoever is interrupted: what comes next on the connection must not meet its
 * answer. How long that can take is bounded by the limits of the connection.
 *
 * @module
 */
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type Pg from "pg"

const failure = (cause: unknown): SqlError => new SqlError({ cause, message: "the statement failed" })

const settle =
  (resume: (effect: Effect.Effect<Pg.QueryResult, SqlError>) => void) =>
  (cause: Error | null | undefined, result: Pg.QueryResult): void =>
    resume(cause === null || cause === undefined ? Effect.succeed(result) : Effect.fail(failure(cause)))

/**
 * Sends statements without parameters, several if they are separated by semicolons, in one message. Gives the result of the last one.
 *
 * @param client a connection that nobody else uses meanwhile
 */
export const run = (client: Pg.ClientBase, text: string): Effect.Effect<Pg.QueryResult, SqlError> =>
  Effect.uninterruptible(
    Effect.async<Pg.QueryResult, SqlError>((resume) =>
      client.query(text, (cause: Error | null, results: Pg.QueryResult | ReadonlyArray<Pg.QueryResult>) => {
        const last = Array.isArray(results) ? results.at(-1) : results
        settle(resume)(cause, last)
      })
    )
  )

/**
 * Rows of a statement on any connection of a pool.
 *
 * @param pool the pool
 */
export const askAny = (pool: Pg.Pool, text: string, parameters: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<unknown>, SqlError> =>
  Effect.async((resume) => {
    pool.query(text, [...parameters], (cause: Error | null | undefined, result: Pg.QueryResult<Readonly<Record<string, unknown>>>) =>
      resume(cause === null || cause === undefined ? Effect.succeed(result.rows) : Effect.fail(failure(cause)))
    )
  })

/** @param client a connection that nobody else uses meanwhile */
export const make = (client: Pg.ClientBase): Connection => {
  const ask = (text: string, parameters: ReadonlyArray<unknown>) =>
    Effect.uninterruptible(Effect.async<Pg.QueryResult, SqlError>((resume) => client.query(text, [...parameters], settle(resume))))
  const execute: Connection["execute"] = (text, parameters, transformRows) =>
    Effect.map(ask(text, parameters), ({ rows }) => (transformRows === undefined ? rows : transformRows(rows)))
  return {
    execute,
    executeRaw: ask,
    executeValues: (text, parameters) =>
      Effect.map(ask(text, parameters), ({ fields, rows }) => rows.map((row: Readonly<Record<string, unknown>>) => fields.map(({ name }) => row[name]))),
    executeUnprepared: execute,
    // Statements here read in pieces by themselves.
    executeStream: (text, parameters, transformRows) => Stream.unwrap(Effect.map(execute(text, parameters, transformRows), (rows) => Stream.fromChunk(Chunk.unsafeFromArray(rows))))
  }
}
