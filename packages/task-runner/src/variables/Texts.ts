/**
 * Texts of Taskfiles as templates: each read once, and what it needs to be rendered.
 *
 * @module
 */
import type { GoMap, GoValue } from "@dev-infra/go-template/GoValue"
import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import * as TemplateEngine from "@dev-infra/go-template/Template"
import type { TemplateError } from "@dev-infra/go-template/TemplateError"
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import * as Either from "effect/Either"

/** Names that something needs; `all`: any may be. */
export interface Needs {
  readonly names: ReadonlySet<string>
  readonly all: boolean
}

/** No name. */
export const nothing: Needs = { names: new Set(), all: false }

/** All that any of them needs. */
export const together = (parts: ReadonlyArray<Needs>): Needs => {
  const asking = parts.filter((part) => part.all || part.names.size > 0)
  const [first] = asking
  if (first === undefined) return nothing
  if (asking.length === 1) return first
  return { names: new Set(asking.flatMap((part) => [...part.names])), all: asking.some((part) => part.all) }
}

/** Whether a text is more than itself. */
export const isTemplate = (text: string): boolean => text.includes("{{")

/** Texts within a value, keys of maps too. */
function* textsOf(value: GoValue): Iterable<string> {
  if (typeof value === "string") yield value
  else if (Array.isArray(value)) for (const item of value) yield* textsOf(item)
  else if (value instanceof Map) for (const item of value.values()) yield* textsOf(item)
}

/** Templates, each read once. */
export interface Texts {
  readonly needs: (text: string) => Needs
  readonly needsOfExpression: (expression: string) => Needs
  readonly needsOfValue: (value: GoValue) => Needs
  readonly render: (text: string, data: GoMap) => Either.Either<string, TemplateError>
  /** A value whose texts are rendered. */
  readonly renderValue: (value: GoValue, data: GoMap) => Either.Either<GoValue, TemplateError>
  readonly evaluate: (expression: string, data: GoMap) => Either.Either<GoValue, TemplateError>
  /** A value as templates print it. */
  readonly print: (value: GoValue) => string
}

/** What is not there is nothing, in Taskfiles. */
export const makeTexts = (world: TemplateWorld): Texts => {
  const options = { world, missing: "" }
  const templates = new Map<string, Either.Either<TemplateEngine.Template, TemplateError>>()
  const parse = (text: string) => {
    const known = templates.get(text)
    if (known !== undefined) return known
    const made = TemplateEngine.parse(text, taskFunctions)
    templates.set(text, made)
    return made
  }
  const needs = (text: string): Needs => {
    if (!isTemplate(text)) return nothing
    const template = parse(text)
    return Either.isLeft(template) ? nothing : { names: template.right.fields, all: template.right.usesAll }
  }
  const render = (text: string, data: GoMap) => (isTemplate(text) ? Either.flatMap(parse(text), (template) => TemplateEngine.render(template, data, options)) : Either.right(text))
  const renderValue = (value: GoValue, data: GoMap): Either.Either<GoValue, TemplateError> => {
    if (typeof value === "string") return render(value, data)
    if (Array.isArray(value)) return Either.all(value.map((item) => renderValue(item, data)))
    if (value instanceof Map) {
      return Either.map(Either.all([...value].map(([key, item]) => Either.map(renderValue(item, data), (rendered) => [key, rendered] as const))), (entries) => new Map(entries))
    }
    return Either.right(value)
  }
  return {
    needs,
    needsOfExpression: (expression) => needs(`{{${expression}}}`),
    needsOfValue: (value) => together([...textsOf(value)].map(needs)),
    render,
    renderValue,
    evaluate: (expression, data) => TemplateEngine.evaluate(expression, taskFunctions, data, options),
    print: (value) => (typeof value === "string" ? value : Either.getOrElse(render("{{.VALUE}}", new Map([["VALUE", value]])), () => ""))
  }
}
