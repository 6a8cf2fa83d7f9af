/**
 * The database could not do what it was asked. Nothing of the change in question was kept.
 *
 * @module
 */
import * as Data from "effect/Data"

/**
 * - `Full`: the disk or the database is full
 * - `ReadOnly`: the file may not be written
 * - `Gone`: the file was deleted or replaced under the running server
 * - `Busy`: another process held the database for too long
 * - `Damaged`: the file is no database, or a damaged one
 * - `Unavailable`: the database cannot be reached, or another failure of reading and writing
 *
 * @category models
 */
export type StorageReason = "Full" | "ReadOnly" | "Gone" | "Busy" | "Damaged" | "Unavailable"

/** `cause` is for the log only: it may quote SQL. @category errors */
export class StorageFailure extends Data.TaggedError("StorageFailure")<{ readonly reason: StorageReason; readonly cause: unknown }> {}
