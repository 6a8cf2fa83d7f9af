/**
 * A task as its Taskfile states it, with defaults filled in where they do not depend on other files. Texts are templates that are not rendered yet.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { SourceLocation } from "./SourceLocation.js"
import type { Variables } from "./Variable.js"

/** How often a task runs within one run: at each call, once, or once for each set of variables. @category models */
export type RunMode = "always" | "once" | "when_changed"
/** How is found whether a task is up to date. @category models */
export type Method = "checksum" | "timestamp" | "none"

/** Where a task or command runs: an operating system and an architecture as Go names them, one or both. @category models */
export interface Platform {
  readonly os: string | undefined
  readonly arch: string | undefined
  readonly text: string
}

/** What a command is repeated over. `as` renames ITEM. @category models */
export type Loop =
  | { readonly _tag: "List"; readonly items: ReadonlyArray<GoValue>; readonly as: string | undefined }
  /** every combination, in the order of the keys; a row is a list or an expression (`ref:`) */
  | { readonly _tag: "Matrix"; readonly rows: ReadonlyMap<string, ReadonlyArray<GoValue> | { readonly expression: string }>; readonly as: string | undefined }
  | { readonly _tag: "Sources"; readonly as: string | undefined }
  | { readonly _tag: "Generates"; readonly as: string | undefined }
  | { readonly _tag: "Variable"; readonly name: string; readonly split: string | undefined; readonly as: string | undefined }

/** What commands have in common. @category models */
interface Step {
  readonly location: SourceLocation
  readonly loop: Loop | undefined
  readonly silent: boolean | undefined
  readonly ignoreError: boolean
  /** a command of the shell; other than 0 skips this one */
  readonly condition: string | undefined
  readonly platforms: ReadonlyArray<Platform>
  /** milliseconds */
  readonly timeout: number | undefined
  /** it runs when the task ends, the last one first */
  readonly deferred: boolean
}

/** A line of the shell. @category models */
export interface ShellCommand extends Step {
  readonly _tag: "Shell"
  readonly command: string
  readonly set: ReadonlyArray<string>
  readonly shopt: ReadonlyArray<string>
}

/** A call of another task, by its name as written: `build`, `infra:test`, `:root`; may be a template. @category models */
export interface TaskCall extends Step {
  readonly _tag: "Call"
  readonly task: string
  readonly variables: Variables
}

/** @category models */
export type Command = ShellCommand | TaskCall

/** @category models */
export interface Precondition {
  readonly command: string
  readonly message: string | undefined
  readonly location: SourceLocation
}

/** A variable that a caller must give; `allowed` are the values it may have, a list or an expression. @category models */
export interface Requirement {
  readonly name: string
  readonly allowed: ReadonlyArray<string> | { readonly expression: string } | undefined
  readonly location: SourceLocation
}

/** A pattern of files; `excluded` takes away what an earlier one matched. @category models */
export interface FilePattern {
  readonly pattern: string
  readonly excluded: boolean
}

/** @category models */
export interface Task {
  /** within its file */
  readonly name: string
  readonly location: SourceLocation
  readonly description: string | undefined
  readonly summary: string | undefined
  readonly label: string | undefined
  readonly prefix: string | undefined
  readonly aliases: ReadonlyArray<string>
  readonly commands: ReadonlyArray<Command>
  readonly dependencies: ReadonlyArray<TaskCall>
  readonly variables: Variables
  readonly environment: Variables
  readonly dotenv: ReadonlyArray<string>
  readonly directory: string | undefined
  readonly sources: ReadonlyArray<FilePattern>
  readonly generates: ReadonlyArray<FilePattern>
  readonly status: ReadonlyArray<string>
  readonly preconditions: ReadonlyArray<Precondition>
  readonly requires: ReadonlyArray<Requirement>
  readonly prompts: ReadonlyArray<string>
  readonly condition: string | undefined
  readonly platforms: ReadonlyArray<Platform>
  readonly set: ReadonlyArray<string>
  readonly shopt: ReadonlyArray<string>
  readonly method: Method | undefined
  readonly run: RunMode | undefined
  readonly internal: boolean
  readonly interactive: boolean
  readonly ignoreError: boolean
  readonly failFast: boolean
  readonly watch: boolean
  readonly silent: boolean | undefined
  readonly useGitignore: boolean | undefined
}
