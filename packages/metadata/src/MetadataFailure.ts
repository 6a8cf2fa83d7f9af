/**
 * What can go wrong with a `.dev-infra.yml`, as data.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * One thing that is wrong in a file. `line` and `column` count from 1; `hint` says how to put it right.
 *
 * @category schemas
 */
export const MetadataProblem = Schema.Struct({
  line: Schema.Number,
  column: Schema.Number,
  problem: Schema.String,
  hint: Schema.String
})

/** @category models */
export type MetadataProblem = typeof MetadataProblem.Type

/**
 * The file cannot be understood. `problems` are in the order of the file and never empty; `line` and `column` are those of
 * the first. Nothing was changed.
 *
 * @category errors
 */
export class MetadataInvalid extends Schema.TaggedError<MetadataInvalid>("@dev-infra/metadata/MetadataInvalid")("MetadataInvalid", {
  path: Schema.String,
  reason: Schema.Literal("TooLarge", "NotText", "MergeConflict", "Syntax", "TooDeep", "TooManyAliases", "WrongValue"),
  line: Schema.Number,
  column: Schema.Number,
  problem: Schema.String,
  hint: Schema.String,
  problems: Schema.Array(MetadataProblem)
}) {
  override get message(): string {
    const more = this.problems.length > 1 ? ` (and ${this.problems.length - 1} more)` : ""
    return `${this.path}:${this.line}:${this.column}: ${this.problem}${more}`
  }
}

/**
 * A change that was not made, because its value is not allowed, looks like a secret, or cannot be written into this file
 * without touching other parts of it. The file is as it was.
 *
 * @category errors
 */
export class MetadataEditRefused extends Schema.TaggedError<MetadataEditRefused>("@dev-infra/metadata/MetadataEditRefused")("MetadataEditRefused", {
  path: Schema.String,
  field: Schema.String,
  reason: Schema.Literal("Secret", "WrongValue", "NotEditable"),
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.problem}`
  }
}

/**
 * There is no `.dev-infra.yml` to work with: it is a folder or a link that leads out of the project; or it is missing where
 * one is to be changed, or there where one is to be made.
 *
 * @category errors
 */
export class MetadataUnavailable extends Schema.TaggedError<MetadataUnavailable>("@dev-infra/metadata/MetadataUnavailable")("MetadataUnavailable", {
  path: Schema.String,
  reason: Schema.Literal("Folder", "OutsideProject", "AlreadyExists", "Missing"),
  /** where the link leads */
  target: Schema.optional(Schema.String)
}) {
  override get message(): string {
    switch (this.reason) {
      case "Folder":
        return `${this.path} is a folder; a file is expected there`
      case "OutsideProject":
        return `${this.path} is a link to ${this.target ?? "another place"}, outside the project; it is not followed`
      case "AlreadyExists":
        return `${this.path} exists already`
      case "Missing":
        return `${this.path} does not exist`
    }
  }
}
