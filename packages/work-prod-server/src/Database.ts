/**
 * The database of a server, whichever it is: reads go to `SqlClient`, changes through `write`.
 *
 * Reads see only what is committed. Inside `write` the same `SqlClient` runs in the transaction of the change.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageFailure } from "./StorageFailure.js"

/**
 * What a server needs of its database.
 *
 * @category models
 */
export interface DatabaseShape {
  /** names the database for its whole life */
  readonly instance: string
  /** names the present life of its content: a restored database gets another one */
  readonly epoch: string
  readonly sql: SqlClient.SqlClient
  /** Runs a compiled statement, in the transaction of the change around it if there is one; gives its rows. */
  readonly execute: (text: string, parameters: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<unknown>, SqlError>
  /** The same for statements of which the first row is enough; undefined if there is none. */
  readonly executeFirst: (text: string, parameters: ReadonlyArray<unknown>) => Effect.Effect<unknown, SqlError>
  /**
   * A text that is another one after any commit, whoever made it; undefined if that cannot be told at little cost. Two commits
   * within one tick of the file system's clock may look like one, so nothing may rely on it for longer than a second.
   */
  readonly revision: Effect.Effect<string | undefined>
  /**
   * Runs a change as one transaction: all of it is kept or, if it fails or is interrupted, nothing. It is durable when this
   * effect succeeds. Changes run one after another and several may be made durable together, so a change must not wait for
   * anything but the database.
   */
  readonly write: <A, E>(change: Effect.Effect<A, E | SqlError>) => Effect.Effect<A, Exclude<E, SqlError> | StorageFailure>
  /** Runs reads, telling failures of the database as such. */
  readonly read: <A, E>(reads: Effect.Effect<A, E | SqlError>) => Effect.Effect<A, Exclude<E, SqlError> | StorageFailure>
  /** Succeeds if the database can be read and, as far as can be told, written. */
  readonly check: Effect.Effect<void, StorageFailure>
}

/**
 * The database of a server.
 *
 * @example
 * ```ts
 * import { Database } from "@dev-infra/work-prod-server/Database"
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as Effect from "effect/Effect"
 *
 * export const accounts = Effect.gen(function* () {
 *   const { read, sql } = yield* Database
 *   return yield* read(sql<{ readonly name: string }>`SELECT name FROM accounts`)
 * }).pipe(Effect.provide(LibsqlDatabase.layerTemporary))
 * ```
 *
 * @category tags
 */
export class Database extends Context.Tag("@dev-infra/work-prod-server/Database")<Database, DatabaseShape>() {}
