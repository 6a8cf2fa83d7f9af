/**
 * What a template says about itself in its `template.yml`.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as ManifestText from "./format/ManifestText.js"
import type { TemplateProblem } from "./TemplateFailure.js"

/** A value that a variable can have. @category models */
export type AnswerValue = string | number | boolean | ReadonlyArray<string>

/** What was answered, by the name of the variable. @category models */
export type Answers = { readonly [name: string]: AnswerValue }

/** @category models */
export interface Variable {
  readonly name: string
  readonly type: "text" | "number" | "boolean" | "choice" | "choices"
  /** the question; without it the name */
  readonly prompt?: string
  /** a value, or a text with `{{ … }}` over the answers before it */
  readonly default?: AnswerValue
  readonly choices?: ReadonlyArray<string>
  /** a regular expression that the whole text matches */
  readonly pattern?: string
  /** a Liquid condition over the answers before it; where it is false the variable is not asked and has its default */
  readonly when?: string
}

/** Which files an update may change, by glob patterns. @category models */
export interface SyncGlobs {
  readonly always: ReadonlyArray<string>
  readonly ask: ReadonlyArray<string>
  readonly never: ReadonlyArray<string>
}

/** Files that are only there under a condition. @category models */
export interface ConditionalFiles {
  readonly files: ReadonlyArray<string>
  /** a Liquid condition over the answers */
  readonly when: string
}

/** A file that got another name in a version. Paths as rendered for answers, may hold `{{ … }}`. @category models */
export interface RenamedFile {
  readonly from: string
  readonly to: string
  /** the version that brought the new name; an update from before it to it or later renames. Undefined: always. */
  readonly version?: string
}

/** A command that a template would like to run; only with `--trust`, shown first. @category models */
export interface TemplateCommand {
  readonly run: ReadonlyArray<string>
  readonly after: "create" | "update"
}

/** @category models */
export interface TemplateManifest {
  readonly name?: string
  readonly description?: string
  readonly version?: string
  readonly variables: ReadonlyArray<Variable>
  readonly sync: SyncGlobs
  /** never part of a project */
  readonly exclude: ReadonlyArray<string>
  readonly conditional: ReadonlyArray<ConditionalFiles>
  readonly renamed: ReadonlyArray<RenamedFile>
  /** Liquid texts that are shown */
  readonly messages: { readonly created?: string; readonly updated?: string }
  readonly commands: ReadonlyArray<TemplateCommand>
}

/** What a template without `template.yml` says. @category constants */
export const empty: TemplateManifest = {
  variables: [],
  sync: { always: [], ask: [], never: [] },
  exclude: [],
  conditional: [],
  renamed: [],
  messages: {},
  commands: []
}

/** The file that holds it, at the root of a template. @category constants */
export const fileName = "template.yml"

/** What the program answers by itself, so that no template asks for it. @category constants */
export const builtInVariables: ReadonlyArray<string> = ManifestText.builtInVariables

/**
 * Reads the text of a `template.yml`. Everything that is wrong with it comes back, with lines.
 *
 * @param text as it stands in the file
 * @param path named in problems
 * @example
 * ```ts
 * import * as TemplateManifest from "@dev-infra/templates/TemplateManifest"
 * import * as Either from "effect/Either"
 *
 * const text = "name: api\nvariables:\n  port: { type: number, default: 8080 }\n"
 * export const port = Either.map(TemplateManifest.decode(text, "template.yml"), ({ variables }) => variables[0]?.default) // 8080
 * ```
 * @category constructors
 */
export const decode = (text: string, path: string): Either.Either<TemplateManifest, ReadonlyArray<TemplateProblem>> =>
  Either.mapLeft(ManifestText.decode(text, path), (problems) => [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)))
