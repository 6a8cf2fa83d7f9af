import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import { isSameFile, isUnchanged } from "@dev-infra/durable-files/FileOperations"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as MemoryFiles from "@dev-infra/durable-files/MemoryFiles"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { temporaryFolder } from "./temporaryFolder.js"

const one: LocalProcess.ProcessIdentity = { host: "desk", boot: "b", namespace: "n", pid: 1, started: 1, command: "one" }
const two = { ...one, pid: 2, command: "two" }

/** A process of its own: it shares nothing with others but the files. */
const processOver = (files: LocalFiles.LocalFiles["Type"], self: LocalProcess.ProcessIdentity) =>
  Effect.provide(DurableFile.DurableFile, DurableFile.layerOver.pipe(
    Layer.provide(FileLock.layer),
    Layer.provide(Layer.merge(Layer.succeed(LocalFiles.LocalFiles, files), LocalProcess.layerMemory(self, () => [one, two])))
  ))

const addLine = (files: DurableFile.DurableFile["Type"], line: string) =>
  files.modify("/tmp/file", { backup: "sibling", lock: { abandoned: "20 millis" } }, (current) =>
    Effect.succeed({ result: undefined, content: `${Option.match(current, { onNone: () => "", onSome: ({ text }) => text })}${line}\n` }))

describe("a holder that is stopped between its last look and its rename", () => {
  for (const calls of [["rename", "/tmp/file"], ["link", "/tmp/file"]] as const) {
    it.live(`finds nothing to ${calls[0]} once another one held the lock, and starts again`, () =>
      Effect.gen(function* () {
        const { operations } = yield* MemoryFiles.makeControlled(calls[0] === "link" ? {} : { "/tmp/file": "zero\n" })
        const other = yield* processOver(operations, two)
        let stops = 0
        const whileStopped = (operation: string, to: string) =>
          Effect.suspend(() => operation === calls[0] && to === calls[1] && ++stops === 1 ? Effect.orDie(addLine(other, "other")) : Effect.void)
        const stopped = yield* processOver({
          ...operations,
          rename: (from, to) => Effect.zipRight(whileStopped("rename", to), operations.rename(from, to)),
          link: (existing, path) => Effect.zipRight(whileStopped("link", path), operations.link(existing, path))
        }, one)
        yield* addLine(stopped, "stopped")
        const content = Option.getOrThrow(yield* operations.read("/tmp/file", 1000))
        assert.strictEqual(new TextDecoder().decode(content.bytes), calls[0] === "link" ? "other\nstopped\n" : "zero\nother\nstopped\n")
        assert.isAtLeast(stops, 1)
        assert.sameMembers([...(yield* operations.list("/tmp"))], ["file", "file.bak"])
      }))
  }
})

describe("an inode number that is given out again", () => {
  it.scopedLive("does not make another file the same", () =>
    Effect.gen(function* () {
      const files = yield* LocalFiles.LocalFiles
      const path = `${yield* temporaryFolder}/file`
      const write = (text: string) => Effect.zipRight(
        files.create(path, 0o600, (file) => file.write(new TextEncoder().encode(text))),
        Effect.map(files.stat(path), Option.getOrThrow)
      )
      let before = yield* write("a")
      for (let round = 0; round < 20; round++) {
        yield* files.remove(path)
        yield* Effect.sleep("5 millis")
        const after = yield* write("b")
        assert.isFalse(isUnchanged(before, after))
        if (isSameFile(before, after)) return
        before = after
      }
    }).pipe(Effect.provide(LocalFiles.layer)))
})
