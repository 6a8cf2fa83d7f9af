/**
 * What can go wrong when a file is read or changed, as data.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * The file system refused. `reason` is the closed set that callers tell apart; `code` is the system's own word (`EACCES`).
 * `KeepsChanging` means that others changed the file again and again, so that a change never found it at rest.
 *
 * @category errors
 */
export class FileFailure extends Schema.TaggedError<FileFailure>("@dev-infra/durable-files/FileFailure")("FileFailure", {
  path: Schema.String,
  operation: Schema.String,
  reason: Schema.Literal("NotFound", "PermissionDenied", "NoSpace", "ReadOnly", "NotAFile", "NotAFolder", "TooLarge", "KeepsChanging", "Other"),
  code: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `could not ${this.operation} ${this.path}: ${this.reason}${this.code === undefined ? "" : ` (${this.code})`}`
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
