/**
 * What can go wrong when a file is read or changed, as data.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * The file system refused. `reason` is the closed set that callers tell apart; `code` is the system's own word (`EACCES`).
 *
 * @category errors
 */
export class FileFailure extends Schema.TaggedError<FileFailure>("@dev-infra/durable-files/FileFailure")("FileFailure", {
  path: Schema.String,
  operation: Schema.String,
  reason: Schema.Literal("NotFound", "PermissionDenied", "NoSpace", "ReadOnly", "NotAFile", "NotAFolder", "TooLarge", "Other"),
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
