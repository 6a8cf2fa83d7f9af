/**
 * One variable of a `template.yml`: a group of keys, or only its default.
 *
 * @module
 */
import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { AnswerValue, Variable } from "../TemplateManifest.js"
import { problemOfText } from "./ManifestRules.js"
import { issuesOf, shapeProblem } from "./SchemaProblems.js"

const nullable = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))

const types = ["text", "number", "boolean", "choice", "choices"] as const

/** The shape of the group. */
export const WrittenVariable = Schema.Struct({
  type: nullable(Schema.Literal(...types)),
  prompt: nullable(Schema.String),
  default: nullable(Schema.Union(Schema.String, Schema.Number, Schema.Boolean, Schema.Array(Schema.String))),
  choices: nullable(Schema.Array(Schema.String)),
  pattern: nullable(Schema.String),
  when: nullable(Schema.String)
})

type Written = typeof WrittenVariable.Type

const rules: { readonly [key: string]: string } = {
  type: types.join(", ").replace(/, (\w+)$/, " or $1"),
  prompt: "a text",
  default: "a text, a number, true, false or a list of texts",
  choices: "a list of texts",
  pattern: "a regular expression",
  when: "a condition"
}

/** What is wrong, and where in the variable. */
export interface VariableProblem {
  readonly at: ReadonlyArray<PropertyKey>
  readonly problem: string
}

const isGroup = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value)

/** The type that a variable has if it does not say so. */
const typeOf = ({ choices, default: standard, type }: Written): Variable["type"] => {
  if (type !== undefined && type !== null) return type
  if (choices !== undefined && choices !== null) return Array.isArray(standard) ? "choices" : "choice"
  return typeof standard === "number" ? "number" : typeof standard === "boolean" ? "boolean" : "text"
}

/** Whether a regular expression can be read. It is matched against the whole text. */
const isPattern = (pattern: string): boolean => {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").source !== ""
  } catch {
    return false
  }
}

const isTemplated = (value: AnswerValue): boolean => typeof value === "string" && /\{[{%]/.test(value)

/** The default as the type wants it; undefined if it does not fit. */
const fitting = (type: Variable["type"], value: AnswerValue, asWritten: unknown, choices: ReadonlyArray<string>): AnswerValue | undefined => {
  if (isTemplated(value)) return value
  const text = typeof value === "string" ? value : typeof asWritten === "string" ? asWritten : Array.isArray(value) ? undefined : String(value)
  switch (type) {
    case "text":
      return text
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined
    case "boolean":
      return typeof value === "boolean" ? value : undefined
    case "choice":
      return text !== undefined && choices.includes(text) ? text : undefined
    case "choices":
      return Array.isArray(value) && value.every((each) => choices.includes(each)) ? value : undefined
  }
}

const defaultRules: { readonly [T in Variable["type"]]: string } = {
  text: "must be a text",
  number: "must be a number",
  boolean: "must be true or false",
  choice: "must be one of the choices",
  choices: "must be a list of some of the choices"
}

const longestText = 2000

/**
 * Reads one variable.
 *
 * @param value with numbers and booleans as such
 * @param asWritten the same with all values as the texts that stand in the file
 */
export const decodeVariable = (
  name: string,
  value: unknown,
  asWritten: unknown,
  decode: (value: unknown) => Either.Either<Written, ParseResult.ParseError>
): Either.Either<Variable, ReadonlyArray<VariableProblem>> => {
  // `license: MIT` is short for a group with a default only, `owner:` for one with nothing.
  const decoded = decode(isGroup(value) ? value : value === null ? {} : { default: value })
  if (Either.isLeft(decoded)) {
    return Either.left(
      issuesOf(decoded.left).map((issue) => {
        const key = String(issue.path[0] ?? "")
        const isKnown = Object.hasOwn(rules, key)
        return { at: isGroup(value) ? issue.path : [], problem: isKnown ? shapeProblem(issue, rules[key] ?? "") : `a variable has no key ${JSON.stringify(key)}; the keys are ${Object.keys(rules).join(", ")}` }
      })
    )
  }
  const written = decoded.right
  const problems: Array<VariableProblem> = []
  const type = typeOf(written)
  const hasChoices = type === "choice" || type === "choices"
  const choices = written.choices ?? []
  const { default: standard, pattern, prompt, when } = written
  const tell = (key: string, problem: string | undefined) => {
    if (problem !== undefined) problems.push({ at: [key], problem: `${key} ${problem}` })
  }
  if (hasChoices && (choices.length === 0 || choices.length > 200 || new Set(choices).size < choices.length || choices.some((each) => each === ""))) tell("choices", "must be 1 to 200 different texts")
  if (type === "choices" && choices.some((each) => each.includes(","))) tell("choices", "must not hold commas where several can be taken, because commas divide answers")
  if (!hasChoices && choices.length > 0) tell("choices", `make no sense for a ${type}`)
  for (const [index, choice] of choices.entries()) if (problemOfText(choice, longestText) !== undefined) problems.push({ at: ["choices", index], problem: `choices ${problemOfText(choice, longestText)}` })
  tell("prompt", problemOfText(prompt, longestText))
  tell("when", typeof when === "string" && when.trim() === "" ? "is empty" : problemOfText(when, longestText))
  if (typeof pattern === "string") {
    if (type !== "text") tell("pattern", `makes no sense for a ${type}`)
    else if (pattern.length > 500 || !isPattern(pattern)) tell("pattern", "is no regular expression")
  }
  const plain = isGroup(asWritten) && Object.hasOwn(asWritten, "default") ? Reflect.get(asWritten, "default") : asWritten
  const fit = standard === undefined || standard === null ? undefined : fitting(type, standard, plain, choices)
  if (standard !== undefined && standard !== null && fit === undefined) tell("default", defaultRules[type])
  if (problems.length > 0) return Either.left(problems)
  return Either.right({
    name,
    type,
    ...(typeof prompt === "string" ? { prompt } : {}),
    ...(fit === undefined ? {} : { default: fit }),
    ...(hasChoices ? { choices } : {}),
    ...(typeof pattern === "string" ? { pattern } : {}),
    ...(typeof when === "string" ? { when } : {})
  })
}
