import * as RemoteSnapshot from "@dev-infra/sync/RemoteSnapshot"
import * as RemoteSnapshotFile from "@dev-infra/sync/RemoteSnapshotFile"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { join } from "node:path"
import { inMemory, inNewHome, onDisk } from "./homes.js"
import { entry, read, snapshot, testRemoteSnapshot, touch, write } from "./RemoteSnapshot.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testRemoteSnapshot("memory", () => RemoteSnapshot.layerMemory)
testRemoteSnapshot("file in memory", () => Layer.provide(RemoteSnapshotFile.layer, inMemory()))
testRemoteSnapshot("file on disk", () => inNewHome(RemoteSnapshotFile.layer))

/** A home with a copy of `one`, and the path of its file. */
const homeWithCopy = Effect.gen(function* () {
  const home = join(yield* temporaryFolder, "home")
  const layer = Layer.provide(RemoteSnapshotFile.layer, onDisk(home))
  yield* Effect.provide(write(snapshot("one")), layer)
  return { home, layer, path: join(home, "cache/work-prod/one.json") }
})

describe("RemoteSnapshot in its files", () => {
  it.scopedLive("is for its owner alone, and leaves nothing else behind", () =>
    Effect.gen(function* () {
      const { home, layer, path } = yield* homeWithCopy
      yield* Effect.provide(write(snapshot("one", { cursor: "13" })), layer)
      assert.deepStrictEqual(fs.readdirSync(join(home, "cache/work-prod")), ["one.json"])
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(fs.statSync(join(home, "cache")).mode & 0o777, 0o700)
    }))

  const text = JSON.stringify({ version: 1, ...snapshot("one") })
  const damages: ReadonlyArray<readonly [what: string, text: string]> = [
    ["is empty", ""],
    ["was cut off", text.slice(0, 300)],
    ["is of another version", text.replace(`"version":1`, `"version":2`)],
    ["is of another remote", JSON.stringify({ version: 1, ...snapshot("two") })],
    ["holds an odd row", JSON.stringify({ version: 1, ...snapshot("one", { entries: [entry("1"), { ...entry("2"), key: 2 as unknown as string }] }) })],
    ["holds an odd counter", JSON.stringify({ version: 1, ...snapshot("one", { entries: [entry("1", { writes: { m: "3" as unknown as number } })] }) })],
    ["holds a list", "[]"]
  ]
  for (const [what, damaged] of damages) {
    it.scopedLive(`a copy that ${what} is as good as none, and the next one replaces it`, () =>
      Effect.gen(function* () {
        const { layer, path } = yield* homeWithCopy
        fs.writeFileSync(path, damaged)
        assert.isTrue(Option.isNone(yield* Effect.provide(read("one"), layer)))
        yield* Effect.provide(write(snapshot("one")), layer)
        assert.isTrue(Option.isSome(yield* Effect.provide(read("one"), layer)))
      }))
  }

  it.scopedLive("a copy that is too large to be read is as good as none, and the next one replaces it", () =>
    Effect.gen(function* () {
      const { layer, path } = yield* homeWithCopy
      fs.truncateSync(path, RemoteSnapshotFile.sizeLimit + 1)
      assert.isTrue(Option.isNone(yield* Effect.provide(read("one"), layer)))
      yield* Effect.provide(write(snapshot("one")), layer)
      assert.isTrue(Option.isSome(yield* Effect.provide(read("one"), layer)))
    }))

  it.scopedLive("a note of when it was up to date does not hold for a copy that was put back", () =>
    Effect.gen(function* () {
      const { layer, path } = yield* homeWithCopy
      yield* Effect.provide(touch("one", "2026-02-01T00:00:00.000Z", "13"), layer)
      const before = fs.readFileSync(path)
      fs.rmSync(path)
      fs.writeFileSync(path, before)
      assert.deepStrictEqual(yield* Effect.provide(read("one"), layer), Option.some(snapshot("one")))
    }))

  it.scopedLive("a note that is damaged is as good as none", () =>
    Effect.gen(function* () {
      const { home, layer } = yield* homeWithCopy
      yield* Effect.provide(touch("one", "2026-02-01T00:00:00.000Z", "13"), layer)
      fs.truncateSync(join(home, "cache/work-prod/one.seen.json"), 20)
      assert.deepStrictEqual(yield* Effect.provide(read("one"), layer), Option.some(snapshot("one")))
    }))
})
