/**
 * Why the projects of a work-prod 0.3.0 cannot be read.
 *
 * @module
 */
import * as Data from "effect/Data"

/**
 * - `Unreachable`: nobody answers at the address, or not in time
 * - `Refused`: the answer is no list but this status
 * - `NoList`: the answer is no list of projects
 * - `TooLarge`: the answer is larger than any list
 * - `NotOld`: a server or a database of this generation: it has backups
 * - `NoFile`: there is no such file, or it may not be read
 * - `NoDatabase`: the file is no SQLite database, or a damaged one
 * - `NoProjects`: the database has no table of projects
 * - `Busy`: another process holds the database for too long
 *
 * @category models
 */
export type OldSourceProblem = "Busy" | "NoDatabase" | "NoFile" | "NoList" | "NoProjects" | "NotOld" | "Refused" | "TooLarge" | "Unreachable"

/** The projects of a work-prod 0.3.0 cannot be read. `status` of the answer, if there was one. @category errors */
export class OldSourceFailure extends Data.TaggedError("OldSourceFailure")<{
  readonly source: string
  readonly problem: OldSourceProblem
  readonly status: number | undefined
  readonly cause: unknown
}> {}

/** Makes failures of one source. @category constructors */
export const failing =
  (source: string) =>
  (problem: OldSourceProblem, cause?: unknown, status?: number): OldSourceFailure =>
    new OldSourceFailure({ source, problem, status, cause })
