import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as OverrideLog from "@dev-infra/registry/OverrideLog"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "./temporaryFolder.js"

const record = (field: string, more: Partial<OverrideLog.Override> = {}): OverrideLog.Override => ({
  time: "2026-01-02T03:04:05.678Z",
  command: "refresh",
  id: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
  name: "api",
  field,
  old: "before",
  new: "after",
  source: "/code/api/.dev-infra.yml",
  ...more
})

const onDisk = (home: string) =>
  OverrideLog.layer.pipe(Layer.provide([DevInfraHome.layerFolder(home), DurableFile.layer, NodeFileSystem.layer]))

/** Each layer in a place of its own. */
const layers = [
  { name: "in memory", make: Effect.succeed(OverrideLog.layerMemory) },
  { name: "on disk", make: Effect.map(temporaryFolder, (folder) => onDisk(join(folder, "home"))) }
]

for (const { make, name } of layers) {
  describe(`OverrideLog ${name}`, () => {
    it.scoped("is empty at first, without making anything", () =>
      Effect.flatMap(make, (layer) =>
        Effect.gen(function* () {
          const log = yield* OverrideLog.OverrideLog
          assert.deepStrictEqual(yield* log.read, [])
          yield* log.append([])
          assert.deepStrictEqual(yield* log.read, [])
        }).pipe(Effect.provide(layer))))

    it.scoped("gives back what was appended, oldest first, whatever the values are", () =>
      Effect.flatMap(make, (layer) =>
        Effect.gen(function* () {
          const log = yield* OverrideLog.OverrideLog
          const records = [
            record("description", { old: "two\nlines \u001b[31m 🚀", new: null }),
            record("tags", { old: ["a", "b"], new: [] }),
            record("local", { old: { deep: { er: 1 } }, new: false })
          ]
          yield* log.append(records.slice(0, 1))
          yield* log.append(records.slice(1))
          assert.deepStrictEqual(yield* log.read, records)
        }).pipe(Effect.provide(layer))))

    it.scoped("loses none of many batches that are appended at once", () =>
      Effect.flatMap(make, (layer) =>
        Effect.gen(function* () {
          const log = yield* OverrideLog.OverrideLog
          const batches = Array.from({ length: 20 }, (_, batch) => Array.from({ length: 10 }, (_, at) => record(`${batch}.${at}`)))
          yield* Effect.forEach(batches, (batch) => log.append(batch), { concurrency: "unbounded", discard: true })
          const fields = (yield* log.read).map(({ field }) => field)
          assert.deepStrictEqual([...fields].sort(), batches.flat().map(({ field }) => field).sort())
        }).pipe(Effect.provide(layer))))
  })
}

describe("OverrideLog in its file", () => {
  it.scoped("is one line of JSON for each value, for its owner alone", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      yield* Effect.flatMap(OverrideLog.OverrideLog, (log) => log.append([record("name"), record("tags")])).pipe(Effect.provide(onDisk(home)))
      const path = join(home, "log/sync.jsonl")
      const lines = fs.readFileSync(path, "utf8").split("\n")
      assert.deepStrictEqual(lines.slice(0, 2).map((line) => JSON.parse(line).field), ["name", "tags"])
      assert.strictEqual(lines[2], "")
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(fs.statSync(join(home, "log")).mode & 0o777, 0o700)
    }))

  it.scoped("a batch that a crash cut off costs only its own last line", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      const path = join(home, "log/sync.jsonl")
      const append = (field: string) => Effect.flatMap(OverrideLog.OverrideLog, (log) => log.append([record(field)]))
      const fields = yield* Effect.gen(function* () {
        yield* append("first")
        fs.appendFileSync(path, "{\"time\":\"2026-01-02T03")
        yield* append("second")
        fs.appendFileSync(path, "{\"another\":\"kind of line\"}\n\n")
        yield* append("third")
        const log = yield* OverrideLog.OverrideLog
        return (yield* log.read).map(({ field }) => field)
      }).pipe(Effect.provide(onDisk(home)))
      assert.deepStrictEqual(fields, ["first", "second", "third"])
    }))

  it.scoped("says what is in the way", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      fs.mkdirSync(join(home, "log/sync.jsonl"), { recursive: true })
      const failure = yield* Effect.flip(Effect.flatMap(OverrideLog.OverrideLog, (log) => log.append([record("name")])).pipe(Effect.provide(onDisk(home))))
      assert.instanceOf(failure, FileFailure)
      assert.deepInclude<object>(failure, { path: join(home, "log/sync.jsonl"), reason: "NotAFile" })
    }))
})
