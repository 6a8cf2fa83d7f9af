/**
 * What every log of syncs promises; run on each of them.
 *
 * @module
 */
import { type Happened, type Overridden, SyncLog, type SyncRecord } from "@dev-infra/sync/SyncLog"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

export const overridden = (field: string, more: Partial<Overridden> = {}): Overridden => ({
  time: "2026-01-02T03:04:05.678Z",
  command: "sync pull",
  kind: "overridden",
  id: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
  name: "api",
  field,
  old: "before",
  new: "after",
  source: "https://work.example",
  ...more
})

export const happened = (kind: Happened["kind"], more: Partial<Happened> = {}): Happened => ({
  time: "2026-01-02T03:04:05.678Z",
  command: "sync push",
  kind,
  id: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
  name: "api",
  source: "https://work.example",
  ...more
})

export const append = (records: ReadonlyArray<SyncRecord>) => Effect.flatMap(SyncLog, (log) => log.append(records))
export const read = Effect.flatMap(SyncLog, (log) => log.read)
export const records = Effect.map(read, (entries) => entries.map(({ record }) => record))

/**
 * @param name of the layer, for the report
 * @param fresh a new, empty log each time it is called
 */
export const testSyncLog = (name: string, fresh: () => Layer.Layer<SyncLog>): void => {
  const test = (sentence: string, effect: Effect.Effect<void, unknown, SyncLog>) => it.live(sentence, () => Effect.provide(effect, fresh()))

  describe(`SyncLog (${name})`, () => {
    test("is empty at first, and after nothing was added", Effect.gen(function* () {
      assert.deepStrictEqual(yield* read, [])
      yield* append([])
      assert.deepStrictEqual(yield* read, [])
    }))

    test("Y5: gives back what was added, oldest first, whatever the values are", Effect.gen(function* () {
      const added = [
        overridden("description", { old: "two\nlines \u001b[31m\u2028🚀", new: null, side: "local" }),
        overridden("tags", { old: ["a", "b"], new: [], side: "remote", conflict: true }),
        overridden("nested", { old: { deep: { er: 1 } }, new: false }),
        happened("updated", { fields: ["name", "tags"] }),
        happened("deleted", { row: { name: "api", metadata: { a: [1] } } }),
        happened("refused", { reason: "the server refused it" })
      ]
      yield* append(added.slice(0, 1))
      yield* append(added.slice(1))
      assert.deepStrictEqual(yield* records, added)
    }))

    test("names every entry by eight digits or more, the same on every reading and after more was added", Effect.gen(function* () {
      yield* append([overridden("name"), overridden("name"), overridden("name"), overridden("tags")])
      const before = (yield* read).map(({ entry }) => entry)
      assert.strictEqual(new Set(before).size, 4)
      for (const entry of before) assert.match(entry, /^[0-9a-f]{8,40}$/)
      yield* append([overridden("name"), happened("created")])
      assert.deepStrictEqual((yield* read).slice(0, 4).map(({ entry }) => entry), before)
    }))

    test("loses none of many batches that are added at once", Effect.gen(function* () {
      const batches = Array.from({ length: 20 }, (_, batch) => Array.from({ length: 10 }, (_, at) => overridden(`${batch}.${at}`)))
      yield* Effect.forEach(batches, append, { concurrency: "unbounded", discard: true })
      const found = (yield* records).map((record) => (record.kind === "overridden" ? record.field : ""))
      assert.deepStrictEqual([...found].sort(), batches.flat().map(({ field }) => field).sort())
      for (const batch of batches) {
        const start = found.indexOf(batch[0]?.field ?? "")
        assert.deepStrictEqual(found.slice(start, start + 10), batch.map(({ field }) => field), "a batch stays together")
      }
    }))
  })
}
