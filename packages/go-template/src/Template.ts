/**
 * A template of Go's `text/template`: read once, rendered as often as wanted.
 *
 * @module
 */
import type * as Either from "effect/Either"
import type { GoMap, GoValue } from "./GoValue.js"
import type { TemplateError } from "./TemplateError.js"
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
}

/**
 * A function of templates. It fails by returning an error whose `detail` says why; the engine adds the place.
 *
 * @category models
 */
export type TemplateFunction = (arguments_: ReadonlyArray<GoValue>, world: TemplateWorld) => Either.Either<GoValue, string>

/** Functions by name. Those of Go itself (`and`, `printf`, `index`, …) are always there. @category models */
export type FunctionTable = ReadonlyMap<string, TemplateFunction>

/** @category models */
export interface RenderOptions {
  readonly world: TemplateWorld
  /** what stands for what is not there: Go writes `<no value>`, Taskfiles nothing. Default: `<no value>` */
  readonly missing?: string
}

/** @category constructors */
export type Parse = (text: string, functions: FunctionTable) => Either.Either<Template, TemplateError>
/** @category combinators */
export type Render = (template: Template, data: GoMap, options: RenderOptions) => Either.Either<string, TemplateError>
/** One expression, such as `.ITEMS` or `index .MAP "key"`, with the type of its value kept. @category combinators */
export type Evaluate = (expression: string, functions: FunctionTable, data: GoMap, options: RenderOptions) => Either.Either<GoValue, TemplateError>
