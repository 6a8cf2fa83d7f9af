/**
 * What a run is asked to do, and what it tells.
 *
 * @module
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type { OutputStyle } from "@dev-infra/taskfile/Taskfile"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import type { Fingerprints } from "./Fingerprints.js"
import type { Shell } from "./Shell.js"
import type { TaskOutput } from "./TaskOutput.js"
import type { TaskPrompts } from "./TaskPrompts.js"

/** A task to run, with variables of its own. @category models */
export interface RunCall {
  readonly task: string
  readonly variables?: ReadonlyMap<string, string>
}

/** @category models */
export interface RunOptions {
  /** one after another, unless `parallel` */
  readonly calls: ReadonlyArray<RunCall>
  /** `X=1` of the command line */
  readonly variables: ReadonlyMap<string, string>
  /** behind `--` */
  readonly arguments: ReadonlyArray<string>
  /** `.USER_WORKING_DIR` */
  readonly workingDirectory: string
  /** what programs get; variables of the Taskfile never replace one that is here */
  readonly environment: { readonly [name: string]: string }
  readonly world: Omit<TemplateWorld, "environment" | "workingDirectory">
  /** `.TASK_EXE`, and what `task` means within commands: the folder that holds a program of that name goes first on their PATH */
  readonly executable: string
  readonly shimFolder: string | undefined
  readonly parallel?: boolean
  /** how many commands at a time; 0: as many as there are */
  readonly concurrency?: number
  readonly force?: boolean
  readonly forceAll?: boolean
  readonly failFast?: boolean
  readonly dry?: boolean
  readonly silent?: boolean
  readonly verbose?: boolean
  readonly assumeYes?: boolean
  readonly interactive?: boolean
  readonly offline?: boolean
  readonly output?: OutputStyle
  /** the folder `.task`; default: of the root Taskfile's folder */
  readonly fingerprintFolder?: string
  /** `sh:` of every variable in sight is run, as `task` does; without, only those that something needs */
  readonly eager?: boolean
  /** `dry` runs what it needs to know: `sh:` of variables, `if`, preconditions, status. Without, nothing at all is run */
  readonly evaluate?: boolean
  /** a variable of the Taskfile's `env` replaces one of the environment */
  readonly environmentOfTaskfileWins?: boolean
  /** `.TASK_VERSION` */
  readonly version?: string
}

/** What came of one task. @category models */
export interface RanTask {
  readonly name: string
  readonly outcome: "ran" | "upToDate" | "skipped" | "failed" | "joined"
  /** milliseconds */
  readonly duration: number
}

/** @category models */
export interface RunReport {
  /** in the order in which they began */
  readonly tasks: ReadonlyArray<RanTask>
}

/** What a run needs. @category models */
export type RunServices = Shell | TaskOutput | Fingerprints | TaskPrompts | TaskfileSources | FileSystem
