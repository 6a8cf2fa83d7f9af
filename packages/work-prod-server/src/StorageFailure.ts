/**
 * The database could not do what it was asked. Nothing of the change in question was kept.
 *
 * @module
 */
import type { SqlError } from "@effect/sql/SqlError"
import * as Data from "effect/Data"

/**
 * - `Full`: the disk or the database is full
 * - `ReadOnly`: the file may not be written, or the server of the database takes no changes
 * - `Gone`: the file was deleted or replaced under the running server
 * - `Busy`: another process held the database for too long, or the database had no connection or no time left
 * - `Damaged`: the file is no database, or a damaged one
 * - `Unavailable`: the database cannot be reached, or another failure of reading and writing
 *
 * @category models
 */
export type StorageReason = "Full" | "ReadOnly" | "Gone" | "Busy" | "Damaged" | "Unavailable"

/** `cause` is for the log only: it may quote SQL. @category errors */
export class StorageFailure extends Data.TaggedError("StorageFailure")<{ readonly reason: StorageReason; readonly cause: unknown }> {}

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : ""

const reasons: ReadonlyArray<readonly [pattern: RegExp, reason: StorageReason]> = [
  [/^(?:SQLITE_FULL|ENOSPC|EDQUOT|53100)/, "Full"],
  [/^(?:SQLITE_READONLY|SQLITE_PERM|EACCES|EPERM|EROFS|25006|42501)/, "ReadOnly"],
  [/^(?:SQLITE_BUSY|SQLITE_LOCKED|55P03|40001|40P01|57014|53300)/, "Busy"],
  [/^(?:SQLITE_CORRUPT|SQLITE_NOTADB|XX001|XX002)/, "Damaged"],
  [/^ENOENT/, "Gone"]
]

/** What a failure of SQL means for whoever asked. @category conversions */
export const fromSqlError = (error: SqlError): StorageFailure => {
  const { cause } = error
  if (cause instanceof StorageFailure) return cause
  const code = codeOf(cause)
  return new StorageFailure({ reason: reasons.find(([pattern]) => pattern.test(code))?.[1] ?? "Unavailable", cause })
}
