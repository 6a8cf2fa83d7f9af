/**
 * What can go wrong when a file is read or changed, as data.
 *
 * @module
 */
import * as Schema from "effect/Schema"

const reason = Schema.Literal("NotFound", "PermissionDenied", "NoSpace", "ReadOnly", "WriteProtected", "NotAFile", "NotAFolder", "TooLarge", "KeepsChanging", "Other")

/** Each reason as a clause for people. @category errors */
export const reasonClauses: { readonly [R in typeof reason.Type]: string } = {
  NotFound: "it does not exist",
  PermissionDenied: "permission denied",
  NoSpace: "no space left on the disk",
  ReadOnly: "the file system is read-only",
  WriteProtected: "it is protected against writing",
  NotAFile: "it is not a file",
  NotAFolder: "a part of the path is not a folder",
  TooLarge: "the file is too large",
  KeepsChanging: "it is being written to all the time",
  Other: "the system refused"
}

/**
 * The file system refused. `reason` is the closed set that callers tell apart; `code` is the system's own word (`EACCES`).
 * `WriteProtected` is a file that nobody may write, not even its owner, on a file system that can be written.
 * `KeepsChanging` means that others changed the file again and again, so that a change never found it at rest.
 *
 * @category errors
 */
export class FileFailure extends Schema.TaggedError<FileFailure>("@dev-infra/durable-files/FileFailure")("FileFailure", {
  path: Schema.String,
  operation: Schema.String,
  reason,
  code: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `could not ${this.operation} ${this.path}: ${reasonClauses[this.reason]}${this.code === undefined ? "" : ` (${this.code})`}`
  }
}

/**
 * Somebody else holds the lock and kept it until the waiting time was over, or holds it on another computer.
 * `waitedMillis` is how long was waited.
 *
 * @category errors
 */
export class LockUnavailable extends Schema.TaggedError<LockUnavailable>("@dev-infra/durable-files/LockUnavailable")("LockUnavailable", {
  path: Schema.String,
  reason: Schema.Literal("Held", "HeldOnOtherHost", "Unreadable"),
  holder: Schema.optional(Schema.Struct({ host: Schema.String, pid: Schema.Number, command: Schema.optional(Schema.String) })),
  waitedMillis: Schema.Number
}) {
  override get message(): string {
    return `the lock ${this.path} is taken${this.holder === undefined ? "" : ` by process ${this.holder.pid} on ${this.holder.host}`}`
  }
}

const reasons: Readonly<Record<string, FileFailure["reason"]>> = {
  ENOENT: "NotFound",
  EACCES: "PermissionDenied",
  EPERM: "PermissionDenied",
  ENOSPC: "NoSpace",
  EDQUOT: "NoSpace",
  EROFS: "ReadOnly",
  EISDIR: "NotAFile",
  ENXIO: "NotAFile",
  ENOTDIR: "NotAFolder"
}

/**
 * The failure that stands for a code of the operating system.
 *
 * @param operation - a verb for the sentence `could not <operation> <path>`
 * @param code - e.g. `ENOSPC`; a code that is not known becomes the reason `Other`
 * @category constructors
 */
export const fromCode = (operation: string, path: string, code: string | undefined): FileFailure =>
  new FileFailure({ path, operation, reason: (code === undefined ? undefined : reasons[code]) ?? "Other", ...(code === undefined ? {} : { code }) })
