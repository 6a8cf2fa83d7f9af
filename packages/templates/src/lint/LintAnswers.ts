/**
 * Answers with which a template is tried.
 *
 * @module
 */
import type { AnswerValue, TemplateManifest, Variable } from "../TemplateManifest.js"

/** Values by the name of the variable. */
export type Given = { readonly [name: string]: AnswerValue }

/** What the program answers by itself. */
export const builtIn = { name: "example", date: "2026-01-31", author: "Example Author" }

/** So many renderings are enough for a template that people made. */
const most = 64

const standIn = ({ choices, type }: Variable): AnswerValue => {
  switch (type) {
    case "text":
      return "example"
    case "number":
      return 1
    case "boolean":
      return false
    case "choice":
      return choices?.[0] ?? ""
    case "choices":
      return []
  }
}

/** The manifest with a default for every variable. What has none of its own need not match a pattern, since nobody knows what does. */
export const complete = (manifest: TemplateManifest): TemplateManifest => ({
  ...manifest,
  variables: manifest.variables.map((variable) => {
    if (variable.default !== undefined) return variable
    const { pattern: _, ...others } = variable
    return { ...others, default: standIn(variable) }
  })
})

/** The values that are tried beside the default. */
const others = ({ choices = [], default: standard, type }: Variable): ReadonlyArray<AnswerValue> => {
  switch (type) {
    case "boolean":
      return standard === true ? [false] : standard === false ? [true] : [true, false]
    case "choice":
      return choices.filter((choice) => choice !== standard)
    case "choices":
      return [[], choices]
    case "text":
    case "number":
      return []
  }
}

/** The defaults, then each other choice by itself. */
export const variations = (manifest: TemplateManifest): ReadonlyArray<Given> =>
  [{}, ...manifest.variables.flatMap((variable) => others(variable).map((value): Given => ({ [variable.name]: value })))].slice(0, most)
