/**
 * Why a template cannot be read or rendered.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * `Syntax`: it is no template. `UnknownFunction`: `detail` is the name of a function that the table does not have. `Failed`: a function refused its arguments, or
 * `fail` was called. `TooMuch`: it went over a limit of steps, depth or size.
 *
 * @category errors
 */
export class TemplateError extends Schema.TaggedError<TemplateError>()("TemplateError", {
  reason: Schema.Literal("Syntax", "UnknownFunction", "Failed", "TooMuch"),
  /** within the text of the template, from 1 */
  line: Schema.Number,
  /** from 1, in UTF-16 units */
  column: Schema.Number,
  detail: Schema.String
}) {
  override get message(): string {
    return this.reason === "UnknownFunction" ? `there is no function ${this.detail}` : this.detail
  }
}
