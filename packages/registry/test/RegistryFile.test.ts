import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as RegistryFile from "@dev-infra/registry/RegistryFile"
import { RegistryStore } from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { temporaryFolder } from "./temporaryFolder.js"

const one = "{\n  \"version\": \"1.0\",\n  \"projects\": [\n    {\n      \"name\": \"one\"\n    }\n  ]\n}\n"

const storeAt = (path: string, pollMillis = 20) =>
  Effect.provide(RegistryStore, RegistryFile.layer(path, { pollMillis, mergeMillis: 1 }).pipe(Layer.provide(DurableFile.layer)))

const append = (store: RegistryStore["Type"], name: string) =>
  store.modify((document) => Effect.succeed([undefined, { ...document, projects: [...document.projects, { name }] }] as const))

describe("RegistryFile", () => {
  describe("says what is wrong and where, and writes nothing over", () => {
    const cases: ReadonlyArray<readonly [string, string | Uint8Array, object]> = [
      ["an empty file", "", { reason: "Empty" }],
      ["a truncated file", one.slice(0, 40), { reason: "Truncated", position: { line: 4, column: 3 } }],
      ["a binary file", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1), { reason: "Binary", position: { line: 1, column: 5 } }],
      ["a file of another type", "[1, 2]", { reason: "WrongShape", position: { line: 1, column: 1 } }],
      ["an unfinished merge", one.replace("    {", "<<<<<<< HEAD\n    {"), { reason: "MergeConflict", position: { line: 4, column: 1 } }],
      ["a typing mistake", one.replace("\"name\":", "\"name\""), { reason: "InvalidJson", position: { line: 5, column: 14 } }]
    ]
    for (const [name, content, expected] of cases) {
      it.scopedLive(name, () =>
        Effect.gen(function* () {
          const folder = yield* temporaryFolder
          const path = `${folder}/registry.json`
          fs.writeFileSync(path, content)
          const store = yield* storeAt(path)
          for (const failure of [yield* Effect.flip(store.read), yield* Effect.flip(append(store, "two"))]) {
            assert.deepNestedInclude(failure, { _tag: "RegistryUnreadable", path, ...expected })
          }
          assert.deepStrictEqual(fs.readFileSync(path), Buffer.from(content))
          assert.deepStrictEqual(fs.readdirSync(folder), ["registry.json"])
        }))
    }

    it.scopedLive("a read-only file", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const path = `${folder}/registry.json`
        fs.writeFileSync(path, one, { mode: 0o444 })
        const store = yield* storeAt(path)
        assert.deepInclude(yield* Effect.flip(append(store, "two")), { _tag: "FileFailure", reason: "WriteProtected", path })
        assert.strictEqual((yield* store.read).projects.length, 1)
        assert.deepStrictEqual(fs.readdirSync(folder), ["registry.json"])
      }))
  })

  it.scopedLive("is made for its owner only, with the file before it beside", () =>
    Effect.gen(function* () {
      const path = `${yield* temporaryFolder}/home/registry.json`
      const store = yield* storeAt(path)
      yield* append(store, "one")
      assert.strictEqual(fs.readFileSync(path, "utf8"), one)
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(fs.statSync(path.replace("/registry.json", "")).mode & 0o777, 0o700)
      yield* append(store, "two")
      assert.strictEqual(fs.readFileSync(`${path}.bak`, "utf8"), one)
    }))

  it.scopedLive("merges what is saved by hand while a change is under way", () =>
    Effect.gen(function* () {
      const path = `${yield* temporaryFolder}/registry.json`
      fs.writeFileSync(path, one)
      const store = yield* storeAt(path)
      let isFirst = true
      yield* store.modify((document) => Effect.sync(() => {
        if (isFirst) fs.writeFileSync(path, one.replace("one", "renamed by hand"))
        isFirst = false
        return [undefined, { ...document, projects: [...document.projects, { name: "two" }] }] as const
      }))
      assert.deepStrictEqual((yield* store.read).projects, [{ name: "renamed by hand" }, { name: "two" }])
    }))

  it.scopedLive("stays a symbolic link", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      fs.mkdirSync(`${folder}/dotfiles`)
      fs.mkdirSync(`${folder}/home`)
      fs.symlinkSync("../dotfiles/registry.json", `${folder}/home/registry.json`)
      const store = yield* storeAt(`${folder}/home/registry.json`)
      yield* append(store, "one")
      yield* append(store, "two")
      assert.isTrue(fs.lstatSync(`${folder}/home/registry.json`).isSymbolicLink())
      assert.deepStrictEqual(fs.readdirSync(`${folder}/home`), ["registry.json"])
      assert.deepStrictEqual(fs.readdirSync(`${folder}/dotfiles`), ["registry.json", "registry.json.bak"])
    }))

  describe("changes", () => {
    /** Collects the changes that are told, from a store that has begun to watch. */
    const watched = (path: string) =>
      Effect.gen(function* () {
        const told = yield* Queue.unbounded<void>()
        // long enough that nothing here is found by looking alone, short enough for what no system tells
        const store = yield* storeAt(path, 250)
        yield* Effect.forkScoped(Stream.runForEach(store.changes, () => Queue.offer(told, undefined)))
        return { store, told }
      })
    /** Repeats an action that changes the file until one change is told, then waits until there is silence. */
    const untilTold = (told: Queue.Queue<void>, action: Effect.Effect<unknown, unknown>) =>
      Effect.gen(function* () {
        const acting = yield* Effect.fork(Effect.forever(Effect.zipRight(action, Effect.sleep("30 millis"))))
        yield* Queue.take(told)
        yield* Fiber.interrupt(acting)
        while ((yield* Effect.timeoutOption(Queue.take(told), "700 millis"))._tag === "Some");
      })

    it.scopedLive("are told of a file that did not exist, in a home that did not exist", () =>
      Effect.gen(function* () {
        const path = `${yield* temporaryFolder}/not/yet/registry.json`
        const { store, told } = yield* watched(path)
        yield* Effect.sleep("50 millis")
        yield* untilTold(told, append(store, "one"))
      }))

    it.scopedLive("are told after an edit in place, a replacement, a removal, and again afterwards", () =>
      Effect.gen(function* () {
        const path = `${yield* temporaryFolder}/registry.json`
        fs.writeFileSync(path, one)
        const { store, told } = yield* watched(path)
        let number = 0
        yield* untilTold(told, Effect.sync(() => fs.appendFileSync(path, " ")))
        yield* untilTold(told, Effect.sync(() => {
          fs.writeFileSync(`${path}~`, one.replace("one", `one ${++number}`))
          fs.renameSync(`${path}~`, path)
        }))
        fs.rmSync(path)
        yield* Queue.take(told)
        yield* append(store, "again")
        yield* Queue.take(told)
      }))

    it.scopedLive("are not told of locks, other files and changes that change nothing", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const path = `${folder}/registry.json`
        fs.writeFileSync(path, one)
        const { store, told } = yield* watched(path)
        yield* untilTold(told, Effect.sync(() => fs.appendFileSync(path, " ")))
        fs.writeFileSync(`${folder}/registry.json.lock.x`, "")
        fs.writeFileSync(`${folder}/config.yml`, "")
        yield* store.modify((document) => Effect.succeed([undefined, document] as const))
        const silence = yield* Effect.timeoutOption(Queue.take(told), "600 millis")
        assert.strictEqual(silence._tag, "None")
      }))
  })
})
