/**
 * The embedded database: one file, of which one server is in charge.
 *
 * Reads have a connection that sees only what is committed, changes have another. Before each commit the file at the path is
 * compared with the one that was opened: SQLite would otherwise go on writing into a file that was deleted, and tell nobody.
 *
 * Beside the file lies a mark that says how far the content has come. A server that finds the content behind its mark has been
 * given a backup: a new epoch begins, so that no cursor from before can hide what is missing now. The mark is rewritten at most
 * once a second; a backup that is not older than that is the same content.
 *
 * @module
 */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { Database, type DatabaseShape } from "./Database.js"
import * as Announcements from "./database/Announcements.js"
import * as DatabaseFile from "./database/DatabaseFile.js"
import * as GroupCommit from "./database/GroupCommit.js"
import * as LibsqlConnection from "./database/LibsqlConnection.js"
import * as LibsqlTransactions from "./database/LibsqlTransactions.js"
import * as Migrations from "./database/Migrations.js"
import { layer as systemValues, RandomValues } from "./RandomValues.js"
import { fromSqlError, StorageFailure } from "./StorageFailure.js"
import * as Timestamp from "./Timestamp.js"

export { SchemaTooNew } from "./database/Migrations.js"

/**
 * Which file, and how. `exclusive`: this is the server of the database; without it the file is used beside a server, as the
 * commands for keys do.
 *
 * @category models
 */
export interface LibsqlDatabaseOptions {
  /** an absolute path; file and folder are made if they are not there */
  readonly file: string
  readonly exclusive: boolean
}

/** Another server is in charge of the file. @category errors */
export class DatabaseInUse extends Data.TaggedError("DatabaseInUse")<{ readonly file: string }> {}

/** The file is no database, or that of another program; nothing in it was changed. @category errors */
export class NotADatabase extends Data.TaggedError("NotADatabase")<{ readonly file: string }> {}

/** What opening can fail with. @category errors */
export type OpenFailure = DatabaseInUse | NotADatabase | Migrations.SchemaTooNew | StorageFailure

const withoutSpans = Effect.withTracerEnabled(false)

const system = <A>(attempt: () => A): Effect.Effect<A, StorageFailure> =>
  Effect.try({ try: attempt, catch: (cause) => fromSqlError(new SqlError({ cause, message: "the file cannot be used" })) })

/** Whether nothing lies at the path, or a database without tables, or one of this program. Changes nothing of it. */
const isOwn = (file: string): boolean => {
  const content = DatabaseFile.contentOf(file)
  if (content !== "Database") return content === "Empty"
  const tables = LibsqlConnection.tables(file)
  return tables.length === 0 || tables.includes("schema_versions")
}

const connect = (file: string): Effect.Effect<LibsqlConnection.LibsqlConnection, StorageFailure, Scope.Scope> =>
  Effect.acquireRelease(
    system(() => LibsqlConnection.open(file)),
    (connection) => Effect.sync(connection.close)
  )

/** Keeps a lock of the system on a file beside the database, which ends with the process whatever happens to it. */
const takeCharge = (file: string): Effect.Effect<void, DatabaseInUse | StorageFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const lock = yield* Effect.acquireRelease(
      system(() => LibsqlConnection.openLock(`${file}.lock`)),
      (held) => Effect.sync(held.close)
    )
    if (!lock.held) return yield* new DatabaseInUse({ file })
  })

interface ServerRow {
  readonly instance: string
  readonly epoch: string
}

interface Mark extends ServerRow {
  readonly positions: number
}

const parseMark = (text: string | undefined): Mark | undefined => {
  const parts = text?.trim().split(" ") ?? []
  const [instance, epoch, positions] = parts
  return instance === undefined || epoch === undefined || positions === undefined ? undefined : { instance, epoch, positions: Number(positions) }
}

const writeMark = (file: string, { epoch, instance, positions }: Mark): void => DatabaseFile.writeMark(file, `${instance} ${epoch} ${positions}\n`)

const make = ({ exclusive, file }: LibsqlDatabaseOptions): Effect.Effect<DatabaseShape, OpenFailure, Scope.Scope | RandomValues> =>
  Effect.gen(function* () {
    const random = yield* RandomValues
    yield* system(() => DatabaseFile.prepareFolder(file))
    if (!(yield* system(() => isOwn(file)))) return yield* new NotADatabase({ file })
    if (exclusive) yield* takeCharge(file)
    const writer = yield* connect(file)
    const reader = yield* connect(file)
    yield* system(() => DatabaseFile.restrict(file))
    const opened = DatabaseFile.identify(file)

    const writing = yield* Effect.makeSemaphore(1)
    const sql = yield* SqlClient.make({
      acquirer: Effect.succeed(reader),
      transactionAcquirer: Effect.as(
        Effect.acquireRelease(writing.take(1), () => writing.release(1)),
        writer
      ),
      compiler: Statement.makeCompilerSqlite(),
      spanAttributes: [],
      beginTransaction: "BEGIN IMMEDIATE"
    }).pipe(Effect.provide(Reactivity.layer))

    const gone = new StorageFailure({ reason: "Gone", cause: undefined })
    const lies = Effect.flatMap(system(() => DatabaseFile.identify(file)), (found) =>
      found === undefined || !DatabaseFile.isSame(found, opened) ? Effect.fail(gone) : Effect.succeed(found)
    )
    const isThere = (): boolean => {
      try {
        const found = DatabaseFile.identify(file)
        return found !== undefined && DatabaseFile.isSame(found, opened)
      } catch {
        return false // `lies` says why
      }
    }
    const mayWrite = Effect.filterOrFail(
      lies,
      ({ writable }) => writable,
      () => new StorageFailure({ reason: "ReadOnly", cause: undefined })
    )
    const told = <A, E>(effect: Effect.Effect<A, E | SqlError>): Effect.Effect<A, Exclude<E, SqlError> | StorageFailure> =>
      Effect.catchAll(effect, (error) =>
        // What is no SqlError is what remains of E.
        Effect.fail(error instanceof SqlError ? fromSqlError(error) : (error as Exclude<E, SqlError>))
      )

    // A commit that fails, as on a full disk, is a defect to `withTransaction`.
    const committed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
      Effect.catchSomeDefect(effect, (defect) => (defect instanceof SqlError ? Option.some(Effect.fail(defect)) : Option.none()))
    const inSetup = <A, E>(effect: Effect.Effect<A, E | SqlError, SqlClient.SqlClient>) =>
      told(withoutSpans(committed(Effect.provideService(sql.withTransaction(effect), SqlClient.SqlClient, sql))))
    yield* inSetup(Migrations.run)

    const positions = Effect.map(sql<{ readonly total: number | null }>`SELECT SUM(position) AS total FROM accounts`, ([row]) => row?.total ?? 0)
    const begin = Effect.gen(function* () {
      const [known] = yield* sql<ServerRow>`SELECT instance, epoch FROM server WHERE id = 1`
      const total = yield* positions
      const mark = parseMark(DatabaseFile.readMark(file))
      if (known === undefined) {
        const fresh = { instance: yield* random.uuid, epoch: yield* random.uuid }
        const now = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
        yield* sql`INSERT INTO server (id, instance, epoch, created_at) VALUES (1, ${fresh.instance}, ${fresh.epoch}, ${now})`
        return { ...fresh, positions: total }
      }
      const isSameLife = mark !== undefined && mark.epoch === known.epoch && mark.instance === known.instance && mark.positions <= total
      if (isSameLife || !exclusive) return { ...known, positions: total }
      const epoch = yield* random.uuid
      yield* sql`UPDATE server SET epoch = ${epoch} WHERE id = 1`
      return { instance: known.instance, epoch, positions: total }
    })
    const { epoch, instance } = yield* inSetup(begin)

    // Commits are in the log until they are copied into the file: without it they would be lost at the next start.
    const log = DatabaseFile.identify(`${file}-wal`)
    const mayCommit = Effect.zipRight(
      mayWrite,
      Effect.flatMap(system(() => DatabaseFile.identify(`${file}-wal`)), (found) => (DatabaseFile.isSame(found, log) ? Effect.void : Effect.fail(gone)))
    )

    const scope = yield* Effect.scope
    let isDue = false
    const mark = withoutSpans(
      Effect.ignore(
        Effect.flatMap(positions, (total) => system(() => writeMark(file, { instance, epoch, positions: total })))
      )
    )
    /** A second after the first commit that the mark does not know. */
    const markSoon = Effect.suspend(() => {
      if (isDue) return Effect.void
      isDue = true
      const later = Effect.suspend(() => {
        isDue = false
        return mark
      })
      return Effect.asVoid(Effect.forkIn(Effect.interruptible(Effect.delay(later, "1 second")), scope))
    })
    if (exclusive) {
      yield* mark
      yield* Effect.addFinalizer(() => mark)
    }

    const announcements = Announcements.make()
    /** positions by account that the open group has taken */
    const taken = new Map<number, number>()
    const announceTaken = Effect.sync(() => {
      for (const [account, position] of taken) announcements.announce({ _tag: "Changed", account, position })
      taken.clear()
    })

    const commitTogether = yield* GroupCommit.make({
      begin: LibsqlTransactions.begin(
        writer,
        Effect.mapError(mayCommit, (failure) => new SqlError({ cause: failure, message: "the file may not be written" }))
      ),
      afterCommit: exclusive ? Effect.zipRight(announceTaken, markSoon) : announceTaken,
      gather: Effect.async((resume) => DatabaseFile.afterReadyEvents(() => resume(Effect.void)))
    })

    /** The writer inside a change, else the reader: nobody else gives out the connection of a transaction. */
    const current = <A>(use: (connection: LibsqlConnection.LibsqlConnection) => Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
      Effect.withFiberRuntime((fiber) => use(Option.isSome(Context.getOption(fiber.currentContext, SqlClient.TransactionConnection)) ? writer : reader))

    /** A connection that stays at the moment of its first read. Closing it must not wait for the writer to put the log into the file. */
    const still = Effect.acquireRelease(
      Effect.tap(connect(file), (connection) => connection.execute("BEGIN", [], undefined)),
      (connection) => Effect.ignore(Effect.zipRight(connection.execute("ROLLBACK", [], undefined), connection.execute("PRAGMA busy_timeout = 0", [], undefined)))
    )

    return {
      instance,
      epoch,
      sql,
      execute: (text, parameters) => current((connection) => connection.execute(text, parameters, undefined)),
      executeFirst: (text, parameters) => current((connection) => connection.first(text, parameters)),
      revision: Effect.sync(() => DatabaseFile.revision(file)),
      write: (change) => told(commitTogether(change)),
      // One step where `lies` would take several: this runs for every request.
      read: (reads) => {
        const guarded = told(reads)
        return Effect.suspend(() => (isThere() ? guarded : Effect.zipRight(lies, guarded)))
      },
      snapshot: (reads) => told(Effect.scoped(Effect.flatMap(Effect.zipRight(lies, still), (connection) => Effect.provideService(reads, SqlClient.TransactionConnection, [connection, 0])))),
      announce: (account, position) => Effect.sync(() => void taken.set(account, position)),
      announcements: announcements.stream,
      check: Effect.zipRight(mayCommit, told(Effect.asVoid(sql`SELECT id FROM server`)))
    }
  })

/**
 * The database in a file.
 *
 * @example
 * ```ts
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 *
 * const database = LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: true })
 * ```
 *
 * @category layers
 */
export const layer = (options: LibsqlDatabaseOptions): Layer.Layer<Database | SqlClient.SqlClient, OpenFailure> =>
  Layer.scopedContext(
    Effect.map(make(options), (database) => Context.make(Database, database).pipe(Context.add(SqlClient.SqlClient, database.sql)))
  ).pipe(Layer.provide(systemValues))

/**
 * A database in a new folder that is removed with the layer, for tests.
 *
 * @example
 * ```ts
 * import * as Accounts from "@dev-infra/work-prod-server/Accounts"
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
 * import * as Layer from "effect/Layer"
 *
 * export const accounts = Accounts.layer.pipe(Layer.provide(RandomValues.layerMemory), Layer.provide(LibsqlDatabase.layerTemporary))
 * ```
 *
 * @category layers
 */
export const layerTemporary: Layer.Layer<Database | SqlClient.SqlClient, OpenFailure> = Layer.unwrapScoped(
  Effect.map(
    Effect.acquireRelease(system(DatabaseFile.makeTemporaryFolder), (folder) => Effect.ignore(system(() => DatabaseFile.removeFolder(folder)))),
    (folder) => layer({ file: `${folder}/work-prod.db`, exclusive: true })
  )
)
