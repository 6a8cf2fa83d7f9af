/**
 * Backups: a whole database in one file, taken while servers go on, and put back into any kind of database.
 *
 * A backup shows one moment. It is written beside its place and gets its name when all of it is on the disk; its checksum tells
 * whether it is whole.
 *
 * @module
 */
import type { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as ArchiveFile from "./backup/ArchiveFile.js"
import * as ArchiveWriter from "./backup/ArchiveWriter.js"
import type { BackupFileFailure } from "./backup/BackupFailure.js"
import * as DurableArchive from "./backup/DurableArchive.js"
import * as Gzip from "./backup/Gzip.js"
import { Database } from "./Database.js"
import type { StorageFailure } from "./StorageFailure.js"
import * as Timestamp from "./Timestamp.js"

export { BackupDamaged, BackupFileFailure, BackupTooNew, type FileProblem } from "./backup/BackupFailure.js"

/** What a backup can fail to be read with. @category errors */
export type Unreadable = ArchiveFile.Unreadable

/**
 * What a backup holds: of which database, since when, by which program, and how many rows of each table.
 *
 * @category models
 */
export interface BackupSummary {
  readonly instance: string
  readonly takenAt: string
  readonly program: string
  readonly rows: { readonly [table: string]: number }
}

/** How a backup is written. @category models */
export interface BackupOptions {
  /** an absolute path */
  readonly file: string
  /** whether a file that is there may be replaced */
  readonly overwrite: boolean
  /** name and version of the program, to be told to people */
  readonly program: string
}

/** What was written, and how many bytes it takes. @category models */
export interface WrittenBackup extends BackupSummary {
  readonly bytes: number
}

/**
 * Writes a backup of the database. What was left in its folder by backups of this computer that were killed is removed.
 *
 * @example
 * ```ts
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 * import * as Backup from "@dev-infra/work-prod-server/Backup"
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Effect from "effect/Effect"
 *
 * export const nightly = Backup.write({ file: "/srv/backups/monday.backup", overwrite: true, program: "example 1.0" }).pipe(
 *   Effect.provide(LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: false })),
 *   Effect.provide([LocalProcess.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @category backups
 */
export const write = ({ file, overwrite, program }: BackupOptions): Effect.Effect<WrittenBackup, BackupFileFailure | StorageFailure, Database | FileSystem.FileSystem | LocalProcess> =>
  Effect.gen(function* () {
    const { snapshot, sql } = yield* Database
    const outside = yield* Effect.context<FileSystem.FileSystem | LocalProcess>()
    const takenAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const written = Effect.gen(function* () {
      const { header, rows, text } = yield* ArchiveWriter.make(sql, program, takenAt)
      const bytes = yield* DurableArchive.write(file, overwrite, Gzip.compress(Stream.encodeText(text)))
      return { instance: header.instance, takenAt, program, rows, bytes }
    })
    return yield* snapshot(Effect.provide(written, outside))
  })

/**
 * Reads all of a backup and says what it holds; fails if it is not whole and right. Needs no database.
 *
 * @example
 * ```ts
 * import * as Backup from "@dev-infra/work-prod-server/Backup"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Effect from "effect/Effect"
 *
 * export const check = Effect.provide(Backup.inspect("/srv/backups/monday.backup"), NodeFileSystem.layer)
 * ```
 *
 * @param file an absolute path
 * @category backups
 */
export const inspect = (file: string): Effect.Effect<BackupSummary, Unreadable, FileSystem.FileSystem> =>
  Effect.map(
    ArchiveFile.read(file, () => Effect.void),
    ({ ending, header }) => ({ instance: header.instance, takenAt: header.taken_at, program: header.program, rows: ending.rows })
  )
