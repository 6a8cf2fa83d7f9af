/**
 * Whether the files that a task reads and makes are as they were when it last ran. The files below `.task` are those that `task` itself keeps. The port.
 *
 * @module
 */
import type { FilePattern, Method } from "@dev-infra/taskfile/Task"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { FileView } from "./fingerprints/FileView.js"

/** A task whose texts are rendered. @category models */
export interface Fingerprinted {
  /** its label, or its full name with wildcards filled in */
  readonly name: string
  /** its full name without a label, if it has one: notes of times go by it */
  readonly task?: string
  readonly method: Exclude<Method, "none">
  /** where its patterns count from, absolute */
  readonly directory: string
  readonly sources: ReadonlyArray<FilePattern>
  readonly generates: ReadonlyArray<FilePattern>
  readonly useGitignore: boolean
  /** the folder `.task`, absolute */
  readonly folder: string
}

/** @category models */
export interface Fingerprint {
  readonly isUpToDate: boolean
  /** of the sources: hexadecimal as `task` writes it for `checksum`, milliseconds since 1970 for `timestamp` */
  readonly value: string | undefined
}

/** @category errors */
export class FingerprintFailure extends Schema.TaggedError<FingerprintFailure>()("FingerprintFailure", { path: Schema.String, detail: Schema.String }) {}

/**
 * The port. `FingerprintsLive.layer` is the files of the computer.
 *
 * @example
 * ```ts
 * import * as Fingerprints from "@dev-infra/task-runner/Fingerprints"
 * import * as Effect from "effect/Effect"
 *
 * const files = Fingerprints.layerMemory(new Map([["/api/main.go", { content: "package main\n", modified: 1_700_000_000_000 }]]))
 * const build = { name: "build", method: "checksum", directory: "/api", sources: [{ pattern: "*.go", excluded: false }], generates: [], useGitignore: false, folder: "/api/.task" } as const
 * export const isBuilt = Effect.flatMap(Fingerprints.Fingerprints, ({ check }) => check(build, { isDry: false })).pipe(Effect.provide(files))
 * ```
 * @category tags
 */
export class Fingerprints extends Context.Tag("@dev-infra/task-runner/Fingerprints")<
  Fingerprints,
  {
    /** Files that patterns match, absolute, sorted, each once. */
    readonly expand: (directory: string, patterns: ReadonlyArray<FilePattern>, options: { readonly useGitignore: boolean }) => Effect.Effect<ReadonlyArray<string>, FingerprintFailure>
    /** Look, and unless `isDry` note what was seen, before the commands run, as `task` does. */
    readonly check: (task: Fingerprinted, options: { readonly isDry: boolean }) => Effect.Effect<Fingerprint, FingerprintFailure>
    /** The commands failed: forget what was noted. */
    readonly forget: (task: Fingerprinted) => Effect.Effect<void>
    /** The commands ended well: what is noted only then (the moment, for `timestamp`). */
    readonly succeed: (task: Fingerprinted) => Effect.Effect<void, FingerprintFailure>
  }
>() {}

/** A file in memory; milliseconds since 1970. @category models */
export interface FileInMemory {
  readonly content: string
  readonly modified: number
}

const memoryView = (files: Map<string, FileInMemory>): FileView => {
  const folderOf = (path: string): string => (path.endsWith("/") ? path : `${path}/`)
  const isFolder = (path: string): boolean => [...files.keys()].some((name) => name.startsWith(folderOf(path)))
  return {
    entries: (folder) => {
      const names = new Map<string, "File" | "Folder">()
      for (const path of files.keys()) {
        if (!path.startsWith(folderOf(folder))) continue
        const [name = "", ...rest] = path.slice(folderOf(folder).length).split("/")
        names.set(name, rest.length === 0 ? "File" : "Folder")
      }
      return names.size === 0 ? undefined : [...names].map(([name, kind]) => ({ name, kind }))
    },
    kind: (path) => (files.has(path) ? "File" : isFolder(path) ? "Folder" : undefined),
    modified: (path) => files.get(path)?.modified,
    real: (path) => path,
    read: (path, take) => {
      const file = files.get(path)
      if (file !== undefined) take(new TextEncoder().encode(file.content))
      return file !== undefined
    },
    text: (path) => files.get(path)?.content,
    write: (path, content) => void files.set(path, { content, modified: files.get(path)?.modified ?? 0 }),
    setModified: (path, modified) => void files.set(path, { content: files.get(path)?.content ?? "", modified }),
    remove: (path) => void files.delete(path)
  }
}

/**
 * Files by their absolute paths; what is noted about tasks is put among them. There are no links.
 *
 * @example
 * ```ts
 * import * as Fingerprints from "@dev-infra/task-runner/Fingerprints"
 *
 * export const noFiles = Fingerprints.layerMemory(new Map())
 * ```
 * @category layers
 */
export const layerMemory = (files: Map<string, FileInMemory>): Layer.Layer<Fingerprints> =>
  Layer.effect(Fingerprints, Effect.map(Effect.promise(() => import("./fingerprints/Checks.js")), ({ make }) => make(memoryView(files), () => undefined)))
