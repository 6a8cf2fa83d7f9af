/**
 * Errors at a place of a template.
 *
 * @module
 */
import { TemplateError } from "../TemplateError.js"

/** Where in a text an offset is. @category combinators */
export const errorAt = (text: string, at: number, reason: TemplateError["reason"], detail: string): TemplateError => {
  const before = text.slice(0, Math.max(0, at))
  const lastLine = before.lastIndexOf("\n")
  let line = 1
  for (let index = before.indexOf("\n"); index >= 0; index = before.indexOf("\n", index + 1)) line++
  return new TemplateError({ reason, line, column: before.length - lastLine, detail })
}
