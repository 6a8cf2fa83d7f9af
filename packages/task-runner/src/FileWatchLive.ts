/**
 * Watches the files of this computer.
 *
 * The system tells that something happened in a folder; what it was is found by looking, for what systems tell of names is not reliable. Folders that cannot be
 * watched (network file systems, too many of them) are looked at from time to time, so rarely that it takes a twentieth of a processor at most.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import * as process from "node:process"
import { FileWatch, type WatchedPatterns } from "./FileWatch.js"
import type { FileView } from "./fingerprints/FileView.js"
import * as Globs from "./fingerprints/Globs.js"
import * as LocalView from "./fingerprints/LocalView.js"

interface Snapshot {
  /** what a file is recognised by */
  readonly files: ReadonlyMap<string, string>
  readonly folders: ReadonlySet<string>
}

/** So often is looked at what cannot be watched, at the most; milliseconds. */
const rarest = 1000
/** Looking may take this part of the time. */
const share = 20

const above = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

const stampOf = (path: string): string => {
  try {
    const { ino, mtimeNs, size } = fs.statSync(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch {
    return ""
  }
}

const look = (local: FileView, patterns: ReadonlyArray<WatchedPatterns>): Snapshot => {
  const folders = new Set<string>()
  const view: FileView = {
    ...local,
    entries: (folder) => {
      folders.add(folder)
      return local.entries(folder)
    },
    kind: (path) => {
      folders.add(above(path))
      return local.kind(path)
    }
  }
  const files = new Map<string, string>()
  for (const { directory, sources, useGitignore } of patterns) {
    for (const path of Globs.expand(view, directory, sources, { useGitignore, valueOf: (name) => process.env[name] })) files.set(path, stampOf(path))
  }
  for (const path of files.keys()) folders.add(above(path))
  return { files, folders }
}

const differences = (before: Snapshot, after: Snapshot): ReadonlyArray<string> =>
  [...new Set([...before.files.keys(), ...after.files.keys()])].filter((path) => before.files.get(path) !== after.files.get(path)).sort()

/** Folders that are watched, and whether something happened in one since the last time. */
const makeBell = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => new Map<string, fs.FSWatcher>()),
    (watchers) => Effect.sync(() => watchers.forEach((watcher) => watcher.close()))
  ),
  (watchers) => {
    let hasRung = false
    let waiting: Deferred.Deferred<void> | undefined
    const ring = (): void => {
      hasRung = true
      if (waiting !== undefined) Deferred.unsafeDone(waiting, Effect.void)
    }
    const drop = (folder: string): void => {
      watchers.get(folder)?.close()
      watchers.delete(folder)
    }
    const watch = (folder: string): void => {
      try {
        const watcher = fs.watch(folder, { persistent: true }, ring)
        watcher.on("error", () => {
          drop(folder)
          ring()
        })
        watchers.set(folder, watcher)
      } catch {
        // it is gone, or the system has no more watches: it is looked at instead
      }
    }
    return {
      /** Watch these folders and no others; whether all of them are. */
      attend: (folders: ReadonlySet<string>): boolean => {
        for (const folder of watchers.keys()) if (!folders.has(folder)) drop(folder)
        for (const folder of folders) if (!watchers.has(folder)) watch(folder)
        return [...folders].every((folder) => watchers.has(folder) || !fs.existsSync(folder))
      },
      quiet: (): void => {
        hasRung = false
      },
      rung: Effect.gen(function* () {
        if (hasRung) return
        waiting = yield* Deferred.make<void>()
        yield* Deferred.await(waiting)
      })
    }
  }
)

const watchChanges = (patterns: ReadonlyArray<WatchedPatterns>, interval: number): Effect.Effect<Effect.Effect<ReadonlyArray<string>>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const local = LocalView.make()
    const bell = yield* makeBell
    let cost = 0
    const lookNow = Effect.gen(function* () {
      const start = yield* Clock.currentTimeMillis
      bell.quiet()
      const found = look(local, patterns)
      cost = (yield* Clock.currentTimeMillis) - start
      return found
    })
    let before = yield* lookNow
    let isWatched = bell.attend(before.folders)
    // what happened between the look and the watch
    before = yield* Effect.map(lookNow, (again) => (differences(before, again).length === 0 ? again : before))
    return Effect.gen(function* () {
      for (;;) {
        if (isWatched) yield* bell.rung
        else yield* Effect.raceFirst(bell.rung, Effect.sleep(Math.max(rarest, cost * share)))
        yield* Effect.sleep(interval)
        const after = yield* lookNow
        isWatched = bell.attend(after.folders)
        const changed = differences(before, after)
        before = after
        if (changed.length > 0) return changed
      }
    })
  })

/**
 * The files of this computer.
 *
 * @example
 * ```ts
 * import * as FileWatch from "@dev-infra/task-runner/FileWatch"
 * import * as FileWatchLive from "@dev-infra/task-runner/FileWatchLive"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const readme = { directory: "/home/me/api", sources: [{ pattern: "README.md", excluded: false }], useGitignore: false }
 * export const follow = Effect.flatMap(FileWatch.FileWatch, (watch) => Stream.runForEach(watch.changes([readme], { interval: 100 }), Effect.logInfo)).pipe(
 *   Effect.provide(FileWatchLive.layer)
 * )
 * ```
 * @category layers
 */
export const layer: Layer.Layer<FileWatch> = Layer.succeed(FileWatch, {
  changes: (patterns, { interval }) =>
    Stream.unwrapScoped(Effect.map(watchChanges(patterns, interval), (next) => Stream.repeatEffect(next)))
})
