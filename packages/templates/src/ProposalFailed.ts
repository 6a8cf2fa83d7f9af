/**
 * Why no pull request could be made for a project.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * `NotARepository`, `NoRemote` (no `origin`), `NotOnGitHub`, `NoDefaultBranch`: there is nowhere to propose to. `NoIdentity`: git does not know who commits.
 * `GitMissing`, `GitFailed`: what git said is in `detail`.
 *
 * @category errors
 */
export class ProposalFailed extends Schema.TaggedError<ProposalFailed>("@dev-infra/templates/ProposalFailed")("ProposalFailed", {
  project: Schema.String,
  reason: Schema.Literal("NotARepository", "NoRemote", "NotOnGitHub", "NoDefaultBranch", "NoIdentity", "GitMissing", "GitFailed"),
  /** without anything secret */
  detail: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `no pull request could be made for ${this.project}: ${this.reason}${this.detail === undefined ? "" : ` (${this.detail})`}`
  }
}
