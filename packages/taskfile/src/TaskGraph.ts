/**
 * A Taskfile with everything it includes, as one set of tasks.
 *
 * @module
 */
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import type * as Effect from "effect/Effect"
import { loadGraph } from "./graph/Load.js"
import type { SourceLocation } from "./SourceLocation.js"
import type { Task } from "./Task.js"
import type { OutputStyle, Taskfile, TaskfileWarning } from "./Taskfile.js"
import type { ReadFailure } from "./TaskfileError.js"
import type { TaskfileSources } from "./TaskfileSources.js"
import type { Directory, Variables } from "./Variable.js"

/**
 * Where a file comes from. `Local`: a path of this computer that the including file names. `Remote`: a URL in a Taskfile. `Inherited`: the library of an entry of
 * `inherits` in `.dev-infra.yml`. `folder` is where its repository's files are, absolute; absent for a single file without a repository.
 *
 * @category models
 */
export type TaskfileOrigin =
  | { readonly _tag: "Local" }
  | { readonly _tag: "Remote"; readonly url: string; readonly ref: string | undefined; readonly commit: string | undefined; readonly folder: string | undefined }
  | { readonly _tag: "Inherited"; readonly name: string; readonly url: string; readonly ref: string; readonly commit: string | undefined; readonly folder: string }

/** A file of the graph. @category models */
export interface TaskfileNode {
  readonly taskfile: Taskfile
  readonly origin: TaskfileOrigin
  /** `.TASKFILE_DIR`: absolute; empty for a single remote file */
  readonly directory: string
}

/** A task under the name by which it is called. @category models */
export interface MergedTask {
  /** with all namespaces: `infra:cloudflare:test` */
  readonly name: string
  /** with all namespaces, of namespaces too */
  readonly aliases: ReadonlyArray<string>
  /** empty: of the root file, or flattened into it */
  readonly namespace: ReadonlyArray<string>
  readonly task: Task
  /** names of calls and dependencies as the whole graph knows them, by the text that is written; a template is not in it */
  readonly resolve: (written: string) => string
  readonly node: TaskfileNode
  /** where it runs */
  readonly directory: Directory
  readonly internal: boolean
  readonly silent: boolean | undefined
  readonly useGitignore: boolean | undefined
  /** what its includes give it: the outermost first */
  readonly includeVariables: Variables
  /** those of its own file, merged over those of the files that include it; empty for tasks of the root */
  readonly taskfileVariables: Variables
}

/** @category models */
export interface TaskGraph {
  readonly root: TaskfileNode
  /** `.ROOT_DIR`: where the tasks of the root run; the folder of its file unless another was asked for */
  readonly directory: string
  readonly nodes: ReadonlyArray<TaskfileNode>
  /** by full name, root first, in the order of the files */
  readonly tasks: ReadonlyMap<string, MergedTask>
  /** of all files; an included file's overwrites the root's */
  readonly variables: Variables
  readonly environment: Variables
  /** of the root, rendered when it runs */
  readonly dotenv: ReadonlyArray<string>
  readonly output: OutputStyle | undefined
  readonly warnings: ReadonlyArray<TaskfileWarning>
  /** SHA-256 of what all files hold, in hexadecimal: a decision to trust is for this content */
  readonly contentHash: string
}

/** What a name on the command line or in a call means. @category models */
export interface FoundTask {
  readonly task: MergedTask
  /** what stood for each `*` of its name */
  readonly matches: ReadonlyArray<string>
  /** the alias it was called by */
  readonly alias: string | undefined
}

/** Where a call is written. @category models */
export interface CallSite {
  readonly caller: string
  readonly location: SourceLocation
}

/**
 * Where to begin. `Search`: the Taskfile of a folder or of one above it, as without flags. `File`: a file, or a folder with one in it (`-t`, `-d`); `directory` is
 * where its tasks run, if not in the folder of the file. All absolute.
 *
 * @category models
 */
export type Entry =
  | { readonly _tag: "Search"; readonly folder: string }
  | { readonly _tag: "File"; readonly file: string; readonly directory?: string }

/** What paths of includes may name, besides the variables of their file. @category models */
export interface LoadOptions {
  readonly environment: { readonly [name: string]: string | undefined }
  readonly world: Omit<TemplateWorld, "environment" | "workingDirectory">
}

/**
 * Reads a Taskfile and all it includes, each file once, and merges them into one set of tasks. Nothing is started, and nothing is asked over the network.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as LocalTaskfiles from "@dev-infra/taskfile/LocalTaskfiles"
 * import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
 * import * as Effect from "effect/Effect"
 *
 * const world = { now: 0, zone: "UTC", os: "linux", arch: "amd64", cpus: 4, random: () => 0.5 }
 *
 * export const graph = TaskGraph.load({ _tag: "Search", folder: "/srv/shop" }, { environment: {}, world }).pipe(Effect.provide(LocalTaskfiles.layer))
 * ```
 */
export const load: (entry: Entry, options: LoadOptions) => Effect.Effect<TaskGraph, ReadFailure, TaskfileSources> = loadGraph
