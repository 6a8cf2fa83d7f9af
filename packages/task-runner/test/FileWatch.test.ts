import * as FileWatch from "@dev-infra/task-runner/FileWatch"
import * as FileWatchLive from "@dev-infra/task-runner/FileWatchLive"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import * as path from "node:path"
import { patterns } from "./Fingerprints.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

describe("FileWatch", () => {
  it.scopedLive("tells which files came, changed and went, and of no others", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const watch = yield* FileWatch.FileWatch
      const told = yield* Queue.unbounded<ReadonlyArray<string>>()
      const ready = yield* Queue.unbounded<void>()
      const write = (name: string, text: string) => {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
        fs.writeFileSync(path.join(root, name), text)
      }
      write("a.go", "1")
      write("sub/b.go", "1")
      const sources = [{ directory: root, sources: patterns("**/*.go", "!**/*_test.go"), useGitignore: false }]
      const changes = Stream.tap(watch.changes(sources, { interval: 5 }), (changed) => Queue.offer(told, changed.map((file) => file.slice(root.length + 1))))
      // a change that is made again and again until it is seen: the watch has begun then
      yield* Effect.forkScoped(Stream.runDrain(changes))
      yield* Effect.forkScoped(Effect.forever(Effect.zipRight(Effect.sync(() => write("a.go", String(performance.now()))), Effect.sleep("20 millis"))).pipe(Effect.raceFirst(Queue.take(ready))))
      assert.deepStrictEqual(yield* Queue.take(told), ["a.go"])
      yield* Queue.offer(ready, undefined)
      // the last of those changes may still come
      const other = Effect.repeat(Queue.take(told), { until: (files) => files.join(" ") !== "a.go" })
      const next = (change: () => void) => Effect.zipRight(Effect.sync(change), other)
      write("a_test.go", "1")
      write("notes.txt", "1")
      assert.deepStrictEqual(yield* next(() => write("sub/b.go", "22")), ["sub/b.go"])
      assert.deepStrictEqual(yield* next(() => write("new/deep/c.go", "1")), ["new/deep/c.go"])
      assert.deepStrictEqual(yield* next(() => write("new/deep/c.go", "22")), ["new/deep/c.go"])
      assert.deepStrictEqual(yield* next(() => fs.renameSync(path.join(root, "sub"), path.join(root, "moved"))), ["moved/b.go", "sub/b.go"])
      assert.deepStrictEqual(yield* next(() => fs.rmSync(path.join(root, "new"), { recursive: true })), ["new/deep/c.go"])
    }).pipe(Effect.provide(FileWatchLive.layer)), 20_000)

  it.effect("in memory tells what it is told to", () =>
    Effect.gen(function* () {
      const watch = yield* FileWatch.FileWatch
      const seen = yield* Stream.runCollect(watch.changes([], { interval: 5 }))
      assert.deepStrictEqual([...seen], [["/a"], ["/b"]])
    }).pipe(Effect.provide(FileWatch.layerMemory(() => Stream.make(["/a"], ["/b"])))))
})
