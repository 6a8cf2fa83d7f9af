/**
 * Variables and environment as a Taskfile states them; nothing of them is rendered or run yet.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { SourceLocation } from "./SourceLocation.js"

/**
 * `Literal`: texts within are templates. `Shell`: what a command prints. `Reference`: an expression of templates whose value keeps its type.
 *
 * @category models
 */
export type VariableValue =
  | { readonly _tag: "Literal"; readonly value: GoValue }
  | { readonly _tag: "Shell"; readonly command: string }
  | { readonly _tag: "Reference"; readonly expression: string }

/** @category models */
export interface Variable {
  readonly name: string
  readonly value: VariableValue
  /** its value is never shown */
  readonly secret: boolean
  readonly location: SourceLocation
  /** where its command runs, if not where the task does: a template of a folder, against `directoryBase` of its file */
  readonly directory?: Directory
}

/** In the order of the file. @category models */
export type Variables = ReadonlyMap<string, Variable>

/**
 * A folder that is not rendered yet: `text` is a template and may be relative to `base`, which is absolute. Where `text` speaks of `.ROOT_DIR`, `.TASKFILE_DIR` or
 * `.USER_WORKING_DIR` it is absolute once rendered.
 *
 * @category models
 */
export interface Directory {
  readonly base: string
  readonly text: string
}
