/**
 * Puts a backup into a database: all of it or, whatever happens meanwhile, nothing.
 *
 * The database becomes the one that the backup is of, in a new life: a new epoch begins, so that no cursor from before can hide
 * what is missing now. Ids that were given are not given again.
 *
 * @module
 */
import * as FileSystem from "@effect/platform/FileSystem"
import type { SqlError } from "@effect/sql/SqlError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as ArchiveFile from "./backup/ArchiveFile.js"
import type { Header } from "./backup/ArchiveFormat.js"
import * as Backup from "./Backup.js"
import * as BackupTables from "./backup/BackupTables.js"
import * as HighestIds from "./backup/HighestIds.js"
import * as TableRows from "./backup/TableRows.js"
import { Database, type DatabaseShape } from "./Database.js"
import { RandomValues } from "./RandomValues.js"
import type { StorageFailure } from "./StorageFailure.js"

/** The database has a content, and was not to be replaced. `rows`: how much of what. @category errors */
export class DatabaseNotEmpty extends Data.TaggedError("DatabaseNotEmpty")<{ readonly rows: { readonly [table: string]: number } }> {}

/** How a backup is put back. @category models */
export interface RestoreOptions {
  /** an absolute path */
  readonly file: string
  /** whether a content that is there goes */
  readonly replace: boolean
  /** whether the database is one beside that of the backup, and gets a name of its own */
  readonly asCopy: boolean
}

/** How many rows of each table a database has; it is empty if it has no account. @category restoring */
export const content: Effect.Effect<{ readonly [table: string]: number }, StorageFailure, Database> = Effect.flatMap(Database, ({ snapshot, sql }) =>
  Effect.map(
    snapshot(Effect.forEach(BackupTables.tables, (table) => Effect.map(TableRows.count(sql, table), (count) => [table.name, count] as const))),
    (counts) => Object.fromEntries(counts)
  )
)

/** No statement of a restore takes a bounded time. */
const withoutTimeLimit = (sql: DatabaseShape["sql"]): Effect.Effect<void, SqlError> =>
  sql.onDialectOrElse({ pg: () => Effect.asVoid(sql`SET LOCAL statement_timeout = 0`), orElse: () => Effect.void })

const nameAs = (sql: DatabaseShape["sql"], { created_at }: Header, instance: string, epoch: string): Effect.Effect<void, SqlError> =>
  Effect.asVoid(sql`UPDATE server SET instance = ${instance}, epoch = ${epoch}, created_at = ${created_at} WHERE id = 1`)

/**
 * Puts a backup into the database, which nobody else may use meanwhile. If the content is to be replaced, take a backup of it
 * before.
 *
 * @example
 * ```ts
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
 * import * as Restore from "@dev-infra/work-prod-server/Restore"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Effect from "effect/Effect"
 *
 * export const restored = Restore.run({ file: "/srv/backups/monday.backup", replace: false, asCopy: false }).pipe(
 *   Effect.provide(LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: true })),
 *   Effect.provide([NodeFileSystem.layer, RandomValues.layer])
 * )
 * ```
 *
 * @category restoring
 */
export const run = ({
  asCopy,
  file,
  replace
}: RestoreOptions): Effect.Effect<Backup.BackupSummary, Backup.Unreadable | DatabaseNotEmpty | StorageFailure, Database | FileSystem.FileSystem | RandomValues> =>
  Effect.gen(function* () {
    const { sql, write } = yield* Database
    const files = yield* FileSystem.FileSystem
    const random = yield* RandomValues
    // What is wrong with the file is known before anything is changed.
    yield* Backup.inspect(file)
    const change = Effect.gen(function* () {
      yield* withoutTimeLimit(sql)
      const rows = yield* Effect.forEach(BackupTables.tables, (table) => Effect.map(TableRows.count(sql, table), (count) => [table.name, count] as const))
      if (!replace && rows.some(([name, count]) => name === "accounts" && count > 0)) return yield* new DatabaseNotEmpty({ rows: Object.fromEntries(rows) })
      yield* Effect.forEach([...BackupTables.tables].reverse(), (table) => TableRows.clear(sql, table), { discard: true })
      // Read a second time: the file may have changed, and a damaged one must undo all this.
      const { ending, header } = yield* ArchiveFile.read(file, (some) => TableRows.insert(sql, some.table, some.columns, some.rows))
      yield* Effect.forEach(BackupTables.numbered, (table) => HighestIds.raise(sql, table, ending.highest_ids[table] ?? 0), { discard: true })
      yield* nameAs(sql, header, asCopy ? yield* random.uuid : header.instance, yield* random.uuid)
      return { instance: header.instance, takenAt: header.taken_at, program: header.program, rows: ending.rows }
    })
    return yield* write(Effect.provideService(change, FileSystem.FileSystem, files))
  })
