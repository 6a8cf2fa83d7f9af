/**
 * LiquidJS without files, clocks and chance: what it gives depends on the text and the answers only.
 *
 * @module
 */
import * as Either from "effect/Either"
import { Context, type FilterImplOptions, filters, isTruthy, Liquid, LiquidError, type Template, toValue, toValueSync } from "liquidjs"
import type { Answers } from "../TemplateManifest.js"
import * as BoundedOutput from "./BoundedOutput.js"
import type { Limits } from "./Limits.js"
import * as Nesting from "./Nesting.js"

/** What is wrong with a text, and in which of its lines. @category models */
export interface LiquidProblem {
  readonly line: number | undefined
  readonly problem: string
}

/** @category models */
export interface LiquidEngine {
  /** the text with everything in `{{ }}` and `{% %}` replaced */
  readonly text: (template: string) => Either.Either<string, LiquidProblem>
  /** whether a condition holds, written as behind `if` */
  readonly holds: (condition: string) => Either.Either<boolean, LiquidProblem>
}

/** Tags that read other files. */
const withoutFiles = ["include", "render", "layout", "block"]

/** Filters that read the clock when they are given `now`. */
const dates = ["date", "date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string"]

const gives = "a template gives the same each time"
const flat = "answers are texts, numbers and lists of texts"

/**
 * Filters that give something else each time, that evaluate a text, or that put lists into lists. What the last two make can be nested so deeply, or stand for so much text, that
 * no limit would notice in time.
 */
const without: ReadonlyArray<readonly [filter: string, reason: string]> = [
  ["sample", gives],
  ["shuffle", gives],
  ...["push", "unshift", "where", "reject", "group_by", "has", "find", "find_index"].map((name) => [name, flat] as const),
  ...["where_exp", "reject_exp", "group_by_exp", "has_exp", "find_exp", "find_index_exp"].map((name) => [name, flat] as const)
]

const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : Array.isArray(value) ? value.reduce<number>((sum, part) => sum + 1 + lengthOf(part), 0) : 1)

const handlerOf = (filter: FilterImplOptions | undefined) => (typeof filter === "function" ? filter : filter?.handler)

const lineOf = (error: LiquidError): number | undefined => {
  // Tokens of whole files know their place; those of an expression by itself may not.
  const position: unknown = "getPosition" in error.token && typeof error.token.getPosition === "function" ? error.token.getPosition() : undefined
  const line: unknown = Array.isArray(position) ? position[0] : undefined
  return typeof line === "number" ? line : undefined
}

const plain = (message: string): string => message.replace(/, (?:file|line):.*$/s, "").replace(/\s+/g, " ").slice(0, 300)

const problemOf = (error: unknown): LiquidProblem => {
  if (error instanceof LiquidError) return { line: lineOf(error), problem: explained(error.originalError ?? error) }
  return { line: undefined, problem: explained(error) }
}

const explained = (error: unknown): string => {
  const message = plain(error instanceof Error ? error.message : String(error))
  if (error instanceof RangeError) return /call stack/i.test(message) ? "it is nested too deeply" : "it makes a text that is too long"
  if (error instanceof BoundedOutput.OutputTooLarge) return "it makes more text than is allowed"
  if (message.startsWith("memory alloc limit")) return "it needs more memory than is allowed"
  if (message.startsWith("parse length limit")) return "it is longer than is allowed"
  return message
}

const attempt = <A>(work: () => A): Either.Either<A, LiquidProblem> => Either.try({ try: work, catch: problemOf })

const toParts = (value: unknown): ReadonlyArray<string> => {
  const plainValue: unknown = toValue(value)
  if (typeof plainValue === "string") return [plainValue]
  if (plainValue === null || plainValue === undefined) return []
  return Array.isArray(plainValue) ? plainValue.map((part) => String(part ?? "")) : [String(plainValue)]
}

const tooDeep = Either.left({ line: undefined, problem: "it is nested too deeply" })

/**
 * An engine for one set of answers.
 *
 * @param allowance shared by everything that is rendered together
 * @category constructors
 */
export const make = (answers: Answers, limits: Limits, allowance: BoundedOutput.Allowance): LiquidEngine => {
  const liquid = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    dynamicPartials: false,
    relativeReference: false,
    templates: {},
    timezoneOffset: 0,
    locale: "en-US",
    parseLimit: limits.templateLength,
    memoryLimit: limits.memoryUnits
  })
  for (const name of withoutFiles) {
    liquid.registerTag(name, {
      parse: () => {
        throw new Error(`the tag ${name} is not available: a template cannot read other files`)
      },
      render: () => ""
    })
  }
  const now = answers["date"]
  for (const name of dates) {
    const handler = handlerOf(filters[name])
    if (handler === undefined) continue
    liquid.registerFilter(name, function (value: unknown, ...rest: ReadonlyArray<unknown>): unknown {
      return handler.call(this, value === "now" || value === "today" ? now : value, ...rest)
    })
  }
  for (const [name, reason] of without) {
    liquid.registerFilter(name, () => {
      throw new Error(`the filter ${name} is not available: ${reason}`)
    })
  }
  // A list takes little memory and can stand for much text: what its texts come to is counted too.
  const concat = handlerOf(filters["concat"])
  if (concat !== undefined) {
    liquid.registerFilter("concat", function (value: unknown, ...rest: ReadonlyArray<unknown>): unknown {
      this.context.memoryLimit.use(lengthOf(value) + lengthOf(rest))
      return concat.call(this, value, ...rest)
    })
  }
  const { renderer } = liquid
  const renderTemplates = renderer.renderTemplates.bind(renderer)
  // Tags such as `capture` write into a text of their own: that one counts too.
  renderer.renderTemplates = (templates, context, emitter = BoundedOutput.make({ left: limits.fileLength }, toParts)) => renderTemplates(templates, context, emitter)
  const rendered = (templates: Array<Template>): string => {
    const own = { left: Math.min(limits.fileLength, allowance.left) }
    const before = own.left
    const text: unknown = toValueSync(renderer.renderTemplates(templates, new Context({ ...answers }, liquid.options, { sync: true }), BoundedOutput.make(own, toParts)))
    allowance.left -= before - own.left
    return String(text)
  }
  return {
    text: (template) => (Nesting.isDeep(template) ? tooDeep : attempt(() => rendered(liquid.parse(template)))),
    holds: (condition) =>
      Nesting.isDeepExpression(condition) ? tooDeep : attempt(() => {
        const context = new Context({ ...answers }, liquid.options, { sync: true })
        if (condition.length > limits.templateLength) throw new Error("parse length limit exceeded")
        return isTruthy(toValue(liquid.evalValueSync(condition, context)), context)
      })
  }
}
