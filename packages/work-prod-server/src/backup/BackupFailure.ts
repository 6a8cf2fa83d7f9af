/**
 * Why a backup cannot be written, read or put back.
 *
 * @module
 */
import type { PlatformError } from "@effect/platform/Error"
import * as Data from "effect/Data"

/**
 * - `Exists`: there is a file of this name
 * - `Missing`: there is no such file, or no such folder
 * - `Denied`: the system does not allow it
 * - `Full`: no space is left on the disk
 * - `NoFile`: it is a folder, or lies below something that is no folder
 * - `Other`: the system says something else
 *
 * @category models
 */
export type FileProblem = "Exists" | "Missing" | "Denied" | "Full" | "NoFile" | "Other"

/** The file of a backup cannot be used. `cause` is for the log. @category errors */
export class BackupFileFailure extends Data.TaggedError("BackupFileFailure")<{ readonly file: string; readonly problem: FileProblem; readonly cause: unknown }> {}

/** The file is no backup, or not all of one. `what` ends a sentence about it. @category errors */
export class BackupDamaged extends Data.TaggedError("BackupDamaged")<{ readonly file: string; readonly what: string }> {}

/** A newer program made the backup. @category errors */
export class BackupTooNew extends Data.TaggedError("BackupTooNew")<{ readonly file: string; readonly program: string }> {}

const codeOf = (cause: unknown): string => (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : "")

const problems: { readonly [code: string]: FileProblem } = {
  EEXIST: "Exists",
  ENOENT: "Missing",
  EACCES: "Denied",
  EPERM: "Denied",
  EROFS: "Denied",
  ENOSPC: "Full",
  EDQUOT: "Full",
  EISDIR: "NoFile",
  ENOTDIR: "NoFile"
}

/** What the system says of a file. @category conversions */
export const ofFile =
  (file: string) =>
  (error: PlatformError): BackupFileFailure => {
    const cause = error._tag === "SystemError" ? (error.cause ?? error) : error
    return new BackupFileFailure({ file, problem: problems[codeOf(cause)] ?? "Other", cause })
  }
