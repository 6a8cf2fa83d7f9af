/**
 * Where the text of Taskfiles comes from. The port: files of this computer here, URLs and inherited libraries through what a program provides.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { hashOfText } from "./graph/ContentHash.js"
import { dirname, isAbsolute, isRemote, isWithin, normalize } from "./graph/Paths.js"
import type { SourceLocation } from "./SourceLocation.js"
import type { TaskfileOrigin } from "./TaskGraph.js"
import type { IncludeUnavailable } from "./TaskfileError.js"

/** Why a place cannot be read; the graph adds where it was named. @category models */
export interface Unavailable {
  readonly reason: IncludeUnavailable["reason"]
  readonly detail?: string
  /** what is wrong with what names the include, where that is no Taskfile */
  readonly invalid?: { readonly location: SourceLocation; readonly problem: string }
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
  /** the entry */
  readonly location?: SourceLocation
}

/** The names that a Taskfile may have in a folder, the first one found counts. @category models */
export const defaultNames: ReadonlyArray<string> = [
  "Taskfile.yml",
  "taskfile.yml",
  "Taskfile.yaml",
  "taskfile.yaml",
  "Taskfile.dist.yml",
  "taskfile.dist.yml",
  "Taskfile.dist.yaml",
  "taskfile.dist.yaml"
]

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

/** Files in memory, by absolute path or URL. @category models */
export interface MemoryOptions {
  readonly files: { readonly [file: string]: string }
  /** what a repository inherits, by the folder of its root Taskfile */
  readonly inherited?: { readonly [folder: string]: ReadonlyArray<InheritedInclude> }
  /** where files come from that are not simply local; for all below a path */
  readonly remote?: { readonly [path: string]: Exclude<TaskfileOrigin, { readonly _tag: "Local" }> }
}

/**
 * Taskfiles in memory, for tests and for texts that are no files yet. It keeps the rules of the real ones: default names, the way up, what may not be left.
 *
 * @category layers
 * @example
 * ```ts
 * import * as TaskfileSources from "@dev-infra/taskfile/TaskfileSources"
 *
 * export const memory = TaskfileSources.layerMemory({ files: { "/shop/Taskfile.yml": "version: '3'\ntasks: { build: make }\n" } })
 * ```
 */
export const layerMemory = (options: MemoryOptions): Layer.Layer<TaskfileSources> => {
  const files = new Map(Object.entries(options.files))
  const origins = Object.entries(options.remote ?? {})
  const originOf = (file: string): TaskfileOrigin => origins.find(([path]) => isWithin(path, file))?.[1] ?? { _tag: "Local" }
  const inFolder = (folder: string): string | undefined => defaultNames.map((name) => (folder === "/" ? `/${name}` : `${folder}/${name}`)).find((file) => files.has(file))
  const isFolder = (path: string): boolean => [...files.keys()].some((file) => file !== path && isWithin(path, file))
  const find = (folder: string): string | undefined => inFolder(folder) ?? (folder === "/" ? undefined : find(dirname(folder)))
  return Layer.succeed(
    TaskfileSources,
    TaskfileSources.of({
      find: (folder) => Effect.sync(() => Option.fromNullable(find(normalize(folder)))),
      read: (target, { checksum, within }) =>
        Effect.suspend((): Effect.Effect<TaskfileText, Unavailable> => {
          if (isRemote(target) && !files.has(target)) return Effect.fail({ reason: "NotHere" })
          const path = isAbsolute(target) ? normalize(target) : target
          if (within._tag !== "Local" && within.folder !== undefined && isAbsolute(path) && !isWithin(within.folder, path)) return Effect.fail({ reason: "Escapes" })
          const file = files.has(path) ? path : inFolder(path)
          const text = file === undefined ? undefined : files.get(file)
          if (file === undefined || text === undefined) return Effect.fail({ reason: "NotFound", ...(isFolder(path) ? { detail: "there is no Taskfile in this folder" } : {}) })
          if (checksum !== undefined && hashOfText(text) !== checksum.toLowerCase()) return Effect.fail({ reason: "ChecksumDiffers", detail: `it is ${hashOfText(text)}` })
          return Effect.succeed({ file, text, origin: originOf(file), directory: isAbsolute(file) ? dirname(file) : "" })
        }),
      inherited: (folder) => Effect.sync(() => options.inherited?.[folder] ?? []),
      dotenv: (path) => Effect.sync(() => Option.fromNullable(files.get(normalize(path))))
    })
  )
}
