/**
 * Backups as sentences: what they hold, and why they cannot be written or read.
 *
 * @module
 */
import type { BackupDamaged, BackupFileFailure, BackupSummary, BackupTooNew, FileProblem } from "@dev-infra/work-prod-server/Backup"
import { CommandFailed } from "./CommandError.js"
import { printable } from "./PlainText.js"

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`

/** How many projects of how many accounts. @category sentences */
export const amount = (rows: BackupSummary["rows"]): string =>
  `${count(rows["projects"] ?? 0, "project", "projects")} of ${count(rows["accounts"] ?? 0, "account", "accounts")}`

/** A number of bytes for people. @category sentences */
export const size = (bytes: number): string =>
  bytes < 1024 ? count(bytes, "byte", "bytes") : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`

/** For programs. @category conversions */
export const toJson = ({ instance, program, rows, takenAt }: BackupSummary) => ({ instance, taken_at: takenAt, program, rows })

const reading: { readonly [problem in FileProblem]: readonly [what: string, hint: string | undefined] } = {
  Exists: ["cannot be read", undefined],
  Missing: ["does not exist", "look for it with ls, and name it with its folder"],
  Denied: ["cannot be read: permission denied", "run this as the user who owns it"],
  Full: ["cannot be read: no space left on the disk", undefined],
  NoFile: ["is a folder, or lies below something that is no folder", "name a file"],
  Other: ["cannot be read", "--log-level debug tells what the system says"]
}

const writing: { readonly [problem in FileProblem]: readonly [what: string, hint: string | undefined] } = {
  Exists: ["is there already, and was left as it is", "name another file, or say --overwrite"],
  Missing: ["cannot be written: its folder does not exist", "make the folder, or name another file"],
  Denied: ["cannot be written: permission denied", "name a file in a folder that you may write"],
  Full: ["cannot be written: no space left on the disk", "free some space, or name a file on another disk; nothing of it was left behind"],
  NoFile: ["cannot be written: it is a folder, or lies below something that is no folder", "name a file"],
  Other: ["cannot be written", "--log-level debug tells what the system says"]
}

const sentence = (file: string, [what, hint]: readonly [string, string | undefined], cause: unknown): CommandFailed => new CommandFailed({ what: `the backup ${file} ${what}`, hint, cause })

/** Why one could not be written. @category sentences */
export const tellUnwritten = ({ cause, file, problem }: BackupFileFailure): CommandFailed => sentence(file, writing[problem], cause)

/** Why one cannot be used; nothing was changed. @category sentences */
export const tellUnreadable = (failure: BackupDamaged | BackupFileFailure | BackupTooNew): CommandFailed => {
  switch (failure._tag) {
    case "BackupDamaged":
      return new CommandFailed({ what: `the backup ${failure.file} ${failure.what}`, hint: "take another backup; nothing was changed" })
    case "BackupTooNew":
      return new CommandFailed({ what: `the backup ${failure.file} was made by a newer program (${printable(failure.program)}), which knows more than this one`, hint: "update work-prod; nothing was changed" })
    case "BackupFileFailure":
      return sentence(failure.file, reading[failure.problem], failure.cause)
    default:
      return failure satisfies never
  }
}

