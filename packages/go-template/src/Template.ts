/**
 * A template of Go's `text/template`: read once, rendered as often as wanted.
 *
 * @module
 */
import * as Either from "effect/Either"
import { Evaluator } from "./evaluation/Evaluator.js"
import { LimitReached } from "./evaluation/Limits.js"
import { withoutOwn } from "./evaluation/OwnMaps.js"
import type { GoMap, GoValue } from "./GoValue.js"
import type { Pipeline, Tree } from "./language/Node.js"
import { parseTree } from "./language/Parser.js"
import { TemplateError } from "./TemplateError.js"
import type { TemplateWorld } from "./TemplateWorld.js"

/**
 * A template that was read. `fields` are the names after the first dot of what it looks up in its data (`.NAME.inner` and `$.NAME` are `NAME`, also inside `with` and
 * `range` where it may be meant); `usesAll` says that it can reach any (`{{ . }}`, `index . "X"`). Both are what variables it may need, before it is rendered.
 * `functions` are the names it calls.
 *
 * @category models
 */
export interface Template {
  readonly text: string
  readonly fields: ReadonlySet<string>
  readonly usesAll: boolean
  readonly functions: ReadonlySet<string>
  /** what was read, for `render` */
  readonly tree: Tree
}

/** It went over a limit; `detail` says over which. @category models */
export interface TooMuch {
  readonly _tag: "TooMuch"
  readonly detail: string
}

/**
 * A function of templates. It fails by returning an error that says why, without its own name; the engine adds the name and the place.
 *
 * @category models
 */
export type TemplateFunction = (arguments_: ReadonlyArray<GoValue>, world: TemplateWorld) => Either.Either<GoValue, string | TooMuch>

/** Functions by name. Those of Go itself (`and`, `printf`, `index`, …) are always there. @category models */
export type FunctionTable = ReadonlyMap<string, TemplateFunction>

/** @category models */
export interface RenderOptions {
  readonly world: TemplateWorld
  /** what stands for what is not there: Go writes `<no value>`, Taskfiles nothing. Default: `<no value>` */
  readonly missing?: string
}

const noNames: ReadonlySet<string> = new Set()

const plain = (text: string): Template => ({ text, fields: noNames, usesAll: false, functions: noNames, tree: { body: text === "" ? [] : [{ _tag: "Text", text }], definitions: new Map() } })

const attempt = <A>(text: string, work: () => A): Either.Either<A, TemplateError> => {
  try {
    return Either.right(work())
  } catch (error) {
    if (error instanceof TemplateError) return Either.left(error)
    if (error instanceof LimitReached) return Either.left(new TemplateError({ reason: "TooMuch", line: 1, column: 1, detail: error.message }))
    // the stack of the engine or a text of V8 is at its end
    if (error instanceof RangeError) return Either.left(new TemplateError({ reason: "TooMuch", line: 1, column: 1, detail: "it is nested too deeply or makes too much text" }))
    return Either.left(new TemplateError({ reason: "Failed", line: 1, column: 1, detail: `the template ${JSON.stringify(text.slice(0, 100))} fails: ${String(error)}` }))
  }
}

/**
 * Reads a template. It fails with `Syntax`, with `UnknownFunction`, or with `TooMuch` where actions are nested too deeply.
 *
 * @example
 * ```ts
 * import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
 * import * as Template from "@dev-infra/go-template/Template"
 * import * as Either from "effect/Either"
 *
 * const template = Either.getOrThrow(Template.parse("{{ .NAME | upper }}", taskFunctions))
 * console.log([...template.fields], [...template.functions]) // [ 'NAME' ] [ 'upper' ]
 * ```
 *
 * @category constructors
 */
export const parse = (text: string, functions: FunctionTable): Either.Either<Template, TemplateError> => {
  if (!text.includes("{{")) return Either.right(plain(text))
  return attempt(text, () => {
    const parsed = parseTree(text, functions)
    return { text, fields: parsed.fields, usesAll: parsed.usesAll, functions: parsed.functions, tree: parsed.tree }
  })
}

/**
 * Renders a template. It fails with `Failed` where a function refuses what it is given, and with `TooMuch` over a limit; it never throws.
 *
 * @category combinators
 */
export const render = (template: Template, data: GoMap, options: RenderOptions): Either.Either<string, TemplateError> => {
  const { tree, text } = template
  const [only] = tree.body
  if (only === undefined) return Either.right("")
  if (only._tag === "Text" && tree.body.length === 1) return Either.right(only.text)
  return attempt(text, () => new Evaluator(text, tree, data, options.world, options.missing ?? "<no value>").render(data))
}

/** The pipeline, if a tree is nothing else. */
const onlyPipeline = (tree: Tree): Pipeline | undefined => {
  const [statement] = tree.body
  return tree.body.length === 1 && statement?._tag === "Action" && statement.pipeline.variables.length === 0 && tree.definitions.size === 0 ? statement.pipeline : undefined
}

/**
 * One expression, such as `.ITEMS` or `index .MAP "key"`, with the type of its value kept.
 *
 * @example
 * ```ts
 * import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
 * import * as Template from "@dev-infra/go-template/Template"
 * import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
 * import * as Either from "effect/Either"
 *
 * const world: TemplateWorld = { environment: {}, now: 0, zone: "UTC", os: "linux", arch: "amd64", cpus: 4, workingDirectory: "/work", random: () => 0.5 }
 * const value = Template.evaluate("splitList \",\" .NAMES", taskFunctions, new Map([["NAMES", "a,b"]]), { world })
 * console.log(Either.getOrThrow(value)) // [ 'a', 'b' ]
 * ```
 *
 * @category combinators
 */
export const evaluate = (expression: string, functions: FunctionTable, data: GoMap, options: RenderOptions): Either.Either<GoValue, TemplateError> => {
  const text = `{{${expression}}}`
  const parsed = attempt(text, () => {
    const { tree } = parseTree(text, functions)
    const pipeline = onlyPipeline(tree)
    if (pipeline === undefined) throw new TemplateError({ reason: "Syntax", line: 1, column: 3, detail: `${JSON.stringify(expression)} is not one expression` })
    return withoutOwn(new Evaluator(text, tree, data, options.world, options.missing ?? "<no value>").evaluate(data, pipeline))
  })
  // places are those of the expression, without the brackets
  return Either.mapLeft(parsed, ({ reason, line, column, detail }) => new TemplateError({ reason, line, column: line === 1 ? Math.max(1, column - 2) : column, detail }))
}
