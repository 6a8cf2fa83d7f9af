/**
 * Where the text of Taskfiles comes from. The port: files of this computer here, URLs and inherited libraries through what a program provides.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { TaskfileOrigin } from "./TaskGraph.js"
import type { IncludeUnavailable } from "./TaskfileError.js"

/** Why a place cannot be read; the graph adds where it was named. @category models */
export interface Unavailable {
  readonly reason: IncludeUnavailable["reason"]
  readonly detail?: string
}

/** A file with its text. @category models */
export interface TaskfileText {
  /** absolute path, or URL */
  readonly file: string
  readonly text: string
  readonly origin: TaskfileOrigin
  /** what relative includes of this file count from, and its `.TASKFILE_DIR`; empty for a single remote file */
  readonly directory: string
}

/** An entry of `inherits` that stands for an include that no Taskfile names. @category models */
export interface InheritedInclude {
  readonly namespace: string
  readonly flatten: boolean
  readonly excludes: ReadonlyArray<string>
  /** `caller`: tasks run in the folder of the root Taskfile, `library`: in that of the library */
  readonly directory: "caller" | "library"
  /** the Taskfile of the library, absolute */
  readonly file: string
}

/**
 * The port. Nothing here starts a process or asks the network.
 *
 * @category tags
 */
export class TaskfileSources extends Context.Tag("@dev-infra/taskfile/TaskfileSources")<
  TaskfileSources,
  {
    /** The Taskfile of a folder or any above it, up to where the owner changes; the first of the default names. */
    readonly find: (folder: string) => Effect.Effect<Option.Option<string>, Unavailable>
    /**
     * What an include names. `target` is rendered and absolute, or a URL; a folder means the first of the default names in it. `within` is the origin of the
     * including file: a relative path in a file of a library may not lead out of it. `checksum` is SHA-256 in hexadecimal. `root` is the folder of the root
     * Taskfile, whose lock says what remote files may be.
     */
    readonly read: (target: string, options: { readonly within: TaskfileOrigin; readonly checksum: string | undefined; readonly root?: string }) => Effect.Effect<TaskfileText, Unavailable>
    /** What the repository of the root Taskfile inherits by its `.dev-infra.yml`; empty without one. */
    readonly inherited: (rootFolder: string) => Effect.Effect<ReadonlyArray<InheritedInclude>, Unavailable>
    /** The text of a dotenv file; none if there is none. */
    readonly dotenv: (path: string) => Effect.Effect<Option.Option<string>, Unavailable>
  }
>() {}
