/**
 * What can go wrong with inherited tasks, as data. Sentences are made of it by the caller.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * `inherits` or `depends_on` of a `.dev-infra.yml` cannot be used. Line and column count from 1.
 *
 * @category errors
 */
export class InheritsInvalid extends Schema.TaggedError<InheritsInvalid>("@dev-infra/inheritance/InheritsInvalid")("InheritsInvalid", {
  path: Schema.String,
  line: Schema.Number,
  column: Schema.Number,
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.path}:${this.line}:${this.column}: ${this.problem}`
  }
}

/**
 * The `dev-infra.lock` of a project is no lock: edited by hand, cut off, in conflict, or of a newer version.
 *
 * @category errors
 */
export class LockUnreadable extends Schema.TaggedError<LockUnreadable>("@dev-infra/inheritance/LockUnreadable")("LockUnreadable", {
  path: Schema.String,
  line: Schema.Number,
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.path}:${this.line}: ${this.problem}`
  }
}

/**
 * Why an entry is refused.
 *
 * - `BadName`, `BadSource`, `BadReference`, `BadPath`: what was given cannot be one
 * - `NameTaken`: the project inherits something else by this name; `NoSuchEntry`: it inherits nothing by it
 * - `Floating`: the ref is a branch, which moves
 * - `NoTaskfile`: the library has none where one is expected; `detail` names what there is
 * - `NotLocked`, `LockDiffers`: `.dev-infra.yml` and `dev-infra.lock` do not say the same, and `--frozen` changes neither
 * - `Escapes`: a link in the library leads out of it
 * - `NotExact`: the files that came are not the ones that git names
 * - `Insecure`: plain http; `Redirected`: the server sends elsewhere; `TooLarge`; `BadContent`: no text that could be a Taskfile; `FetchFailed`
 * - `ChecksumDiffers`: other content than is pinned or locked
 * - `NoProject`: no registered project or folder is meant
 *
 * @category schemas
 */
export const RefusalReason = Schema.Literal(
  "BadName", "BadSource", "BadReference", "BadPath", "NameTaken", "NoSuchEntry", "Floating", "NoTaskfile", "NotLocked", "LockDiffers",
  "Escapes", "NotExact", "Insecure", "Redirected", "TooLarge", "BadContent", "FetchFailed", "ChecksumDiffers", "NoProject"
)

/** @category models */
export type RefusalReason = typeof RefusalReason.Type

/**
 * Something was refused, and nothing of it was done. `subject` is the name of the entry or a URL without secrets.
 *
 * @category errors
 */
export class InheritanceRefused extends Schema.TaggedError<InheritanceRefused>("@dev-infra/inheritance/InheritanceRefused")("InheritanceRefused", {
  subject: Schema.String,
  reason: RefusalReason,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.subject}: ${this.detail}`
  }
}

/** The decisions about trust cannot be read, and are not thrown away. @category errors */
export class TrustUnreadable extends Schema.TaggedError<TrustUnreadable>("@dev-infra/inheritance/TrustUnreadable")("TrustUnreadable", {
  path: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.problem}`
  }
}
