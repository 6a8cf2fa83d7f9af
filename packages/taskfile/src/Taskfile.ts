/**
 * One Taskfile, as it stands in its file.
 *
 * @module
 */
import type { SourceLocation } from "./SourceLocation.js"
import type { Method, RunMode, Task } from "./Task.js"
import type { Variables } from "./Variable.js"

/** An include, as written. @category models */
export interface Include {
  readonly namespace: string
  readonly location: SourceLocation
  /** path or URL, a template over static variables */
  readonly taskfile: string
  /** undefined: written as a text, tasks keep running in the root's folder; empty: the folder of the including file */
  readonly directory: string | undefined
  readonly optional: boolean
  readonly internal: boolean
  readonly flatten: boolean
  readonly aliases: ReadonlyArray<string>
  readonly excludes: ReadonlyArray<string>
  readonly variables: Variables
  /** SHA-256 in hexadecimal */
  readonly checksum: string | undefined
}

/** How the output of tasks is shown. @category models */
export type OutputStyle =
  | { readonly _tag: "Interleaved" }
  | { readonly _tag: "Group"; readonly begin: string | undefined; readonly end: string | undefined; readonly errorOnly: boolean }
  | { readonly _tag: "Prefixed" }

/** @category models */
export interface Taskfile {
  /** absolute path or URL */
  readonly file: string
  readonly version: string
  readonly includes: ReadonlyMap<string, Include>
  readonly tasks: ReadonlyMap<string, Task>
  readonly variables: Variables
  readonly environment: Variables
  readonly dotenv: ReadonlyArray<string>
  readonly output: OutputStyle | undefined
  readonly method: Method | undefined
  readonly run: RunMode | undefined
  /** milliseconds */
  readonly interval: number | undefined
  readonly silent: boolean | undefined
  readonly set: ReadonlyArray<string>
  readonly shopt: ReadonlyArray<string>
  readonly useGitignore: boolean | undefined
}

/**
 * What is odd in a file without making it wrong: a key that means nothing (with what was probably meant), a name that stands twice, a variable that overwrites another file's.
 *
 * @category models
 */
export interface TaskfileWarning {
  readonly code: string
  readonly location: SourceLocation
  readonly message: string
  readonly suggestion: string | undefined
}
