/**
 * What can go wrong with templates, as data. Sentences are made of it by the caller.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * The text names no template: `reason` says what is wrong with it, as a clause.
 *
 * @category errors
 */
export class SourceInvalid extends Schema.TaggedError<SourceInvalid>("@dev-infra/templates/SourceInvalid")("SourceInvalid", {
  text: Schema.String,
  reason: Schema.String,
  /** names that are like it */
  suggestions: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `${JSON.stringify(this.text)} is no template: ${this.reason}`
  }
}

/**
 * The template, or a version of it, is not to be had. `NotCached`: only the network has it, and this command does not ask the network.
 *
 * @category errors
 */
export class TemplateUnavailable extends Schema.TaggedError<TemplateUnavailable>("@dev-infra/templates/TemplateUnavailable")("TemplateUnavailable", {
  source: Schema.String,
  reason: Schema.Literal("NotFound", "NotCached", "NoSuchVersion", "NoSuchFolder", "GitMissing", "GitFailed", "NotAllowed"),
  version: Schema.optional(Schema.String),
  /** what git or the system said, without anything secret */
  detail: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `the template ${this.source}${this.version === undefined ? "" : ` at ${this.version}`} is not to be had: ${this.reason}${this.detail === undefined ? "" : ` (${this.detail})`}`
  }
}

/**
 * One thing that is wrong in a template: where (a path in it, with a line from 1 if known) and what, as a clause.
 *
 * @category schemas
 */
export const TemplateProblem = Schema.Struct({ path: Schema.String, line: Schema.optional(Schema.Number), problem: Schema.String })

/** @category models */
export type TemplateProblem = typeof TemplateProblem.Type

/**
 * The template is wrong in itself, or hostile: where (a path in it, with a line if known) and what.
 *
 * @category errors
 */
export class TemplateInvalid extends Schema.TaggedError<TemplateInvalid>("@dev-infra/templates/TemplateInvalid")("TemplateInvalid", {
  source: Schema.String,
  problems: Schema.Array(TemplateProblem)
}) {
  override get message(): string {
    return `the template ${this.source} cannot be used: ${this.problems.map(({ path, problem }) => `${path}: ${problem}`).join("; ")}`
  }
}

/**
 * Variables that have no answer, or one that is not allowed.
 *
 * @category errors
 */
export class AnswersInvalid extends Schema.TaggedError<AnswersInvalid>("@dev-infra/templates/AnswersInvalid")("AnswersInvalid", {
  problems: Schema.Array(Schema.Struct({ name: Schema.String, problem: Schema.String }))
}) {
  override get message(): string {
    return this.problems.map(({ name, problem }) => `${name}: ${problem}`).join("; ")
  }
}

/** What can go wrong when a template is opened. @category errors */
export type TemplateFailure = SourceInvalid | TemplateUnavailable | TemplateInvalid
