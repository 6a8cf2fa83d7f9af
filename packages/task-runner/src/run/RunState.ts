/**
 * What all tasks of one run share.
 *
 * @module
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import type { MergedTask, TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import type * as Context from "effect/Context"
import type * as Deferred from "effect/Deferred"
import type * as Effect from "effect/Effect"
import type { Fingerprints } from "../Fingerprints.js"
import type { RunFailure } from "../RunFailure.js"
import type { RanTask, RunOptions } from "../RunOptions.js"
import type { Shell } from "../Shell.js"
import type { TaskOutput } from "../TaskOutput.js"
import type { TaskPrompts } from "../TaskPrompts.js"
import type { Definitions, Scope } from "../variables/Scope.js"
import type { Texts } from "../variables/Texts.js"

/** Why a run ends. */
export type Failure = RunFailure | TaskfileError

/** What may be started. `all`: everything; `questions`: what says something (`sh:`, `if`, `status`), no commands; `none`: nothing. */
export type Processes = "all" | "questions" | "none"

/** Who ran it was interrupted. */
export interface Abandoned {
  readonly _tag: "Abandoned"
}

/** A task that is being run, or was, and that others may join. */
export interface Execution {
  readonly done: Deferred.Deferred<void, Failure | Abandoned>
  /** executions that this one waits for */
  readonly waitsFor: Set<Execution>
}

/** What tasks of one run share. */
export interface RunState {
  readonly graph: TaskGraph
  readonly options: RunOptions
  readonly processes: Processes
  readonly texts: Texts
  readonly world: TemplateWorld
  readonly shell: Context.Tag.Service<Shell>
  readonly output: Context.Tag.Service<TaskOutput>
  readonly fingerprints: Context.Tag.Service<Fingerprints>
  readonly prompts: Context.Tag.Service<TaskPrompts>
  readonly sources: Context.Tag.Service<TaskfileSources>
  readonly files: FileSystem
  /** what children get if the Taskfiles add nothing */
  readonly environment: { readonly [name: string]: string }
  /** definitions of the Taskfiles' environment, dotenv files included */
  readonly environmentDefinitions: Definitions
  readonly environmentLayer: Scope
  readonly variableDefinitions: Definitions
  readonly variableLayer: Scope
  readonly lowest: Scope
  /** whether a variable of all files is another one for each task */
  readonly isOfTask: (layer: "environment" | "variables", name: string) => boolean
  readonly slots: Effect.Semaphore | undefined
  readonly calls: Map<MergedTask, number>
  readonly executions: Map<string, Execution>
  /** answers of commands of variables, by what they depend on */
  readonly answers: Map<string, Deferred.Deferred<string, Answerless>>
  readonly given: Map<string, string>
  readonly asking: Effect.Semaphore
  readonly ran: Array<RanRecord>
  /** values of secrets that became known */
  readonly secrets: Set<string>
}

/** What becomes of a task, while it is on its way. */
export interface RanRecord {
  readonly name: string
  readonly began: number
  outcome: RanTask["outcome"]
  duration: number
}

/** A command of a variable gave no answer: it ended with another status than 0, or the one who asked went away. */
export type Answerless = { readonly _tag: "Status"; readonly status: number } | { readonly _tag: "Gone" } | { readonly _tag: "NoFolder" } | { readonly _tag: "System"; readonly problem: string }

/** Everything but the layers, which dotenv files belong to. */
export type Bare = Omit<RunState, "environmentDefinitions" | "environmentLayer" | "variableDefinitions" | "variableLayer" | "lowest" | "isOfTask">
