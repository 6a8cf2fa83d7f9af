/**
 * Changes of the files that patterns match. The port.
 *
 * @module
 */
import type { FilePattern } from "@dev-infra/taskfile/Task"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"

/** Files to look at. @category models */
export interface WatchedPatterns {
  /** where the patterns count from, absolute */
  readonly directory: string
  readonly sources: ReadonlyArray<FilePattern>
  readonly useGitignore: boolean
}

/**
 * The port. `FileWatchLive.layer` watches the files of the computer.
 *
 * @example
 * ```ts
 * import * as FileWatch from "@dev-infra/task-runner/FileWatch"
 * import * as FileWatchLive from "@dev-infra/task-runner/FileWatchLive"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const sources = { directory: "/home/me/api", sources: [{ pattern: "**\/*.go", excluded: false }], useGitignore: true }
 * export const once = Effect.flatMap(FileWatch.FileWatch, (watch) => Stream.runHead(watch.changes([sources], { interval: 100 }))).pipe(Effect.provide(FileWatchLive.layer))
 * ```
 * @category tags
 */
export class FileWatch extends Context.Tag("@dev-infra/task-runner/FileWatch")<
  FileWatch,
  {
    /**
     * Files that came, went or were written since the stream began, or since the last time; absolute, sorted. What changes within `interval` milliseconds comes together.
     * What happens while nobody asks is not lost: it comes the next time. It never ends by itself.
     */
    readonly changes: (patterns: ReadonlyArray<WatchedPatterns>, options: { readonly interval: number }) => Stream.Stream<ReadonlyArray<string>>
  }
>() {}

/**
 * Changes that are told, whatever is watched.
 *
 * @example
 * ```ts
 * import * as FileWatch from "@dev-infra/task-runner/FileWatch"
 * import * as Stream from "effect/Stream"
 *
 * export const twice = FileWatch.layerMemory(() => Stream.make(["/api/main.go"], ["/api/main.go", "/api/go.mod"]))
 * ```
 * @category layers
 */
export const layerMemory = (changes: (patterns: ReadonlyArray<WatchedPatterns>) => Stream.Stream<ReadonlyArray<string>>): Layer.Layer<FileWatch> =>
  Layer.succeed(FileWatch, { changes })
