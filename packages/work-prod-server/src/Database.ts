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
import type * as Stream from "effect/Stream"
import type { StorageFailure } from "./StorageFailure.js"

/**
 * The feed of an account may have grown to a position; or, without an account, anything may have happened unheard, as after a
 * lost connection: who follows feeds has to look.
 *
 * @category models
 */
export type Announcement = { readonly _tag: "Changed"; readonly account: number; readonly position: number } | { readonly _tag: "Missed" }

/**
 * What a server needs of its database.
 *
 * @category models
 */
export interface DatabaseShape {
  /** names the database for its whole life */
  readonly instance: string
  /** names the present life of its content: a restored database gets another one, which may happen while a server runs */
  readonly epoch: string
  readonly sql: SqlClient.SqlClient
  /** Runs a compiled statement, in the transaction of the change around it if there is one; gives its rows. */
  readonly execute: (text: string, parameters: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<unknown>, SqlError>
  /** The same for statements of which the first row is enough; undefined if there is none. */
  readonly executeFirst: (text: string, parameters: ReadonlyArray<unknown>) => Effect.Effect<unknown, SqlError>
  /**
   * A text that is another one after any commit that may have changed keys, whoever made it; undefined if that cannot be told at little cost. Two
   * commits within one tick of the file system's clock may look like one, and one of another process may take a moment to be
   * heard of, so nothing may rely on it for longer than a second.
   */
  readonly revision: Effect.Effect<string | undefined>
  /**
   * Runs a change as one transaction: all of it is kept or, if it fails or is interrupted, nothing. It is durable when this
   * effect succeeds. Several changes may be made durable together, so one must not wait for anything but the database; and it is
   * run again from its beginning if the transaction lost against another one.
   *
   * Whoever changes projects names their account. Changes of one account run one after another, in whichever process they are made.
   */
  readonly write: <A, E>(change: Effect.Effect<A, E | SqlError>, account?: number) => Effect.Effect<A, Exclude<E, SqlError> | StorageFailure>
  /** Runs reads, telling failures of the database as such. */
  readonly read: <A, E>(reads: Effect.Effect<A, E | SqlError>) => Effect.Effect<A, Exclude<E, SqlError> | StorageFailure>
  /**
   * Runs reads that all see one moment, however long they take, while changes go on. They use `sql`, on a connection that nobody
   * else has meanwhile.
   */
  readonly snapshot: <A, E>(reads: Effect.Effect<A, E | SqlError>) => Effect.Effect<A, Exclude<E, SqlError> | StorageFailure>
  /**
   * Inside `write`: once that is committed, everybody who listens in any process hears of it. A change that is rolled back may be
   * announced or not.
   */
  readonly announce: (account: number, position: number) => Effect.Effect<void, SqlError>
  /** What is announced from the moment of subscribing on. Bounded: who listens too slowly gets `Missed` instead of what was dropped. */
  readonly announcements: Stream.Stream<Announcement>
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
