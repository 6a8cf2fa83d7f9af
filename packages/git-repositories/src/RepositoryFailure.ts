/**
 * What can go wrong with repositories of other people, as data. Sentences are made of it by the caller.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * The repository, or a version of it, is not to be had. `NotCached`: only the network has it, and nobody asked the network.
 *
 * @category errors
 */
export class RepositoryUnavailable extends Schema.TaggedError<RepositoryUnavailable>("@dev-infra/git-repositories/RepositoryUnavailable")("RepositoryUnavailable", {
  source: Schema.String,
  reason: Schema.Literal("NotFound", "NotCached", "NoSuchVersion", "NoSuchFolder", "GitMissing", "GitFailed", "NotAllowed"),
  version: Schema.optional(Schema.String),
  /** what git or the system said, without anything secret */
  detail: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `the repository ${this.source}${this.version === undefined ? "" : ` at ${this.version}`} is not to be had: ${this.reason}${this.detail === undefined ? "" : ` (${this.detail})`}`
  }
}

/**
 * One thing that is wrong with files: where (a path, with a line from 1 if known) and what, as a clause.
 *
 * @category schemas
 */
export const TreeProblem = Schema.Struct({ path: Schema.String, line: Schema.optional(Schema.Number), problem: Schema.String })

/** @category models */
export type TreeProblem = typeof TreeProblem.Type

/**
 * The files of a version are hostile, or too many.
 *
 * @category errors
 */
export class TreeInvalid extends Schema.TaggedError<TreeInvalid>("@dev-infra/git-repositories/TreeInvalid")("TreeInvalid", {
  source: Schema.String,
  problems: Schema.Array(TreeProblem)
}) {
  override get message(): string {
    return `the files of ${this.source} cannot be used: ${this.problems.map(({ path, problem }) => `${path}: ${problem}`).join("; ")}`
  }
}
