/**
 * The database of several servers: PostgreSQL, which any number of processes use at the same time.
 *
 * Reads use a pool of connections. Changes of one account run one after another, whichever process makes them, and those that wait in
 * one process are committed together. Every commit is announced to the servers of all processes.
 *
 * @module
 */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type Pg from "pg"
import { Database, type DatabaseShape } from "./Database.js"
import * as Announcements from "./database/Announcements.js"
import * as DatabaseFile from "./database/DatabaseFile.js"
import type { SchemaTooNew } from "./database/Migrations.js"
import * as PostgresConnection from "./database/PostgresConnection.js"
import * as PostgresContent from "./database/PostgresContent.js"
import * as PostgresListener from "./database/PostgresListener.js"
import * as PostgresPool from "./database/PostgresPool.js"
import * as PostgresWriter from "./database/PostgresWriter.js"
import { layer as systemValues, RandomValues } from "./RandomValues.js"
import { fromSqlError, StorageFailure } from "./StorageFailure.js"

export { UnsuitableDatabase } from "./database/PostgresContent.js"

/**
 * What the database is used for. `server`: this is one of its servers. `beside`: beside servers that may run, as the commands
 * for keys do. `restore`: no server may run meanwhile.
 *
 * @category models
 */
export type Use = "server" | "beside" | "restore"

/**
 * Where the database is, as `postgres://USER:PASSWORD@HOST:PORT/NAME`, and how it is used. `connections` are those of the pool, 10 if it does not
 * say; a server has one more, on which it listens.
 *
 * @category models
 */
export interface PostgresDatabaseOptions {
  readonly url: Redacted.Redacted
  readonly use: Use
  readonly connections?: number
}

/** A server cannot run during a restore, nor a restore while a server runs. @category errors */
export class RestoreAndServer extends Data.TaggedError("RestoreAndServer")<{ readonly running: "Restore" | "Server" }> {}

/** What opening can fail with. @category errors */
export type OpenFailure = PostgresContent.UnsuitableDatabase | RestoreAndServer | SchemaTooNew | StorageFailure

/** Changes `SqlError` into what callers know. */
const told = <A, E, R>(effect: Effect.Effect<A, E | SqlError, R>): Effect.Effect<A, Exclude<E, SqlError> | StorageFailure, R> =>
  Effect.catchAll(effect, (error) =>
    // What is no SqlError is what remains of E.
    Effect.fail(error instanceof SqlError ? fromSqlError(error) : (error as Exclude<E, SqlError>))
  )

/** Longer than a change waits: another process may be bringing the schema up to date. */
const setup = ["SET LOCAL lock_timeout = '25s'"]

const make = ({ connections = 10, url, use }: PostgresDatabaseOptions): Effect.Effect<DatabaseShape, OpenFailure, Scope.Scope | RandomValues> =>
  Effect.gen(function* () {
    const random = yield* RandomValues
    const announcements = Announcements.make()
    const pool = yield* told(PostgresPool.make(url, connections))
    const sql = yield* told(Effect.provide(PgClient.fromPool({ acquire: Effect.succeed(pool) }), Reactivity.layer))
    const gather = Effect.async<void>((resume) => DatabaseFile.afterReadyEvents(() => resume(Effect.void)))

    const preparing = PostgresWriter.make({ pool, transactions: 1, settings: setup, afterOther: Effect.void, gather })
    const prepare = PostgresContent.prepare.pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.provideService(RandomValues, random))
    let life = yield* told(preparing.write(prepare, undefined))

    /** Changes inside a transaction on a connection of its own. */
    const transactOn = <A, E>(client: Pg.ClientBase, begin: string, change: Effect.Effect<A, E>) =>
      PostgresConnection.run(client, begin).pipe(
        Effect.zipRight(Effect.provideService(change, SqlClient.TransactionConnection, [PostgresConnection.make(client), 0])),
        Effect.zipLeft(PostgresConnection.run(client, "COMMIT"))
      )

    const takeLock = (client: Pg.ClientBase, lock: string, running: RestoreAndServer["running"]) =>
      Effect.flatMap(PostgresConnection.run(client, `SELECT ${lock}(${PostgresContent.serverLock}) AS held`), ({ rows: [row] }) =>
        row?.held === true ? Effect.void : Effect.fail(new RestoreAndServer({ running }))
      )

    const listen = PostgresListener.make({
      url,
      announcements,
      onConnect: (client) =>
        takeLock(client, "pg_try_advisory_lock_shared", "Restore").pipe(
          Effect.zipRight(transactOn(client, "BEGIN", Effect.provideService(PostgresContent.identify(sql), RandomValues, random))),
          Effect.flatMap((found) =>
            Effect.sync(() => {
              life = found
            })
          ),
          Effect.mapError((cause) => (cause._tag === "SqlError" ? cause : new SqlError({ cause, message: "a restore is running" })))
        )
    }).pipe(
      Effect.mapError((error) => (error.cause instanceof RestoreAndServer ? error.cause : fromSqlError(error))),
      // A network takes its time, whatever the clock says of those who use the database.
      Effect.withClock(Clock.make())
    )
    const listener = use === "server" ? yield* listen : undefined
    if (use === "restore") yield* told(Effect.flatMap(PostgresPool.connect(url), (client) => takeLock(client, "pg_try_advisory_lock", "Server")))

    const [settings] = yield* told(sql<{ readonly commits: string }>`SELECT current_setting('synchronous_commit') AS commits`)
    const writer = PostgresWriter.make({
      pool,
      // Reads always find a connection.
      transactions: Math.max(1, Math.floor(connections / 2)),
      // A change is answered when it is on the disk, whatever is usual for the user of the database.
      settings: settings?.commits === "off" ? ["SET LOCAL synchronous_commit = on"] : [],
      afterOther: Effect.sync(() => listener?.changedKeys()),
      gather
    })

    /** Runs on the connection of the transaction around it, else on one of the pool. */
    const execute = (text: string, parameters: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<unknown>, SqlError> =>
      Effect.withFiberRuntime((fiber) => {
        const transaction = Context.getOption(fiber.currentContext, SqlClient.TransactionConnection)
        return Option.isSome(transaction) ? transaction.value[0].execute(text, parameters, undefined) : PostgresConnection.askAny(pool, text, parameters)
      })

    const readOnly = new StorageFailure({ reason: "ReadOnly", cause: undefined })

    return {
      instance: life.instance,
      get epoch() {
        return life.epoch
      },
      sql,
      execute,
      executeFirst: (text, parameters) => Effect.map(execute(text, parameters), ([row]) => row),
      revision: Effect.sync(() => listener?.keysRevision()?.toString()),
      write: (change, account) => told(writer.write(change, account)),
      read: told,
      snapshot: (reads) =>
        told(Effect.scoped(Effect.flatMap(PostgresPool.connect(url), (client) => transactOn(client, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", reads)))),
      announce: (account, position) =>
        Effect.map(Effect.serviceOption(SqlClient.TransactionConnection), (transaction) => {
          if (Option.isSome(transaction)) writer.announce(transaction.value[0], account, position)
        }),
      announcements: announcements.stream,
      check: Effect.flatMap(told(sql<{ readonly off: boolean }>`SELECT current_setting('transaction_read_only') = 'on' AS off FROM server WHERE id = 1`), ([row]) =>
        row?.off === false ? Effect.void : Effect.fail(readOnly)
      )
    }
  })

/**
 * The database at a URL. It is made ready if it is empty.
 *
 * @example
 * ```ts
 * import * as PostgresDatabase from "@dev-infra/work-prod-server/PostgresDatabase"
 * import * as Config from "effect/Config"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * export const database = Layer.unwrapEffect(
 *   Effect.map(Config.redacted("DATABASE_URL"), (url) => PostgresDatabase.layer({ url, use: "server" }))
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options: PostgresDatabaseOptions): Layer.Layer<Database | SqlClient.SqlClient, OpenFailure> =>
  Layer.scopedContext(
    Effect.map(make(options), (database) => Context.make(Database, database).pipe(Context.add(SqlClient.SqlClient, database.sql)))
  ).pipe(Layer.provide(systemValues))
