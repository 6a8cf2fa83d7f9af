/**
 * What every place for the memory of a home promises; run on each of them.
 *
 * @module
 */
import * as SyncState from "@dev-infra/sync/SyncState"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

export const remote = (machine: string, more: Partial<SyncState.RemoteState> = {}): SyncState.RemoteState => ({ ...SyncState.fresh(machine), ...more })

const read = Effect.flatMap(SyncState.SyncState, (state) => state.read)

const modify = (change: (document: SyncState.StateDocument) => SyncState.StateDocument) => Effect.flatMap(SyncState.SyncState, (state) => state.modify(change))

const base: SyncState.Base = {
  key: "7",
  createdAt: null,
  uid: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
  fields: { name: "api", tags: ["a", "b"], description: "two\nlines \u001b 🚀", nested: { deep: [null, 1.5, false] } },
  confirmed: 3,
  at: "2026-01-02T03:04:05.678Z"
}

/** A document with something of everything. */
export const everything: SyncState.StateDocument = {
  version: 1,
  current: { address: "https://work.example", instance: "one", note: { features: ["batch"] } },
  remotes: {
    one: {
      machine: "m",
      counter: 4,
      bases: { a: base, b: { ...base, createdAt: "2026-01-01T00:00:00Z" } },
      intents: { a: { counter: 4, uid: base.uid, fields: { name: "api" } } },
      pending: [
        { _tag: "Remove", uid: "u", name: "n", seen: { name: "n" }, at: base.at },
        { _tag: "Edit", uid: "v", name: "n", seen: {}, patch: { description: null }, at: base.at },
        { _tag: "Recreate", uid: "w", name: "n", seen: { name: "n" }, at: base.at }
      ],
      dropped: { c: { uid: "c", name: "gone", at: base.at } }
    },
    "../two": remote("m")
  }
}

/**
 * @param name of the layer, for the report
 * @param fresh a new, empty place each time it is called
 */
export const testSyncState = (name: string, fresh: () => Layer.Layer<SyncState.SyncState>): void => {
  const test = (sentence: string, effect: Effect.Effect<void, unknown, SyncState.SyncState>) => it.live(sentence, () => Effect.provide(effect, fresh()))

  describe(`SyncState (${name})`, () => {
    test("remembers nothing at first", Effect.gen(function* () {
      assert.deepStrictEqual(yield* read, SyncState.empty)
    }))

    test("gives back what was stored, whatever the values are", Effect.gen(function* () {
      assert.deepStrictEqual(yield* modify(() => everything), everything)
      assert.deepStrictEqual(yield* read, everything)
    }))

    test("shows each change the one before", Effect.gen(function* () {
      const count = (document: SyncState.StateDocument) => ({ ...document, remotes: { ...document.remotes, one: remote("m", { counter: (document.remotes["one"]?.counter ?? 0) + 1 }) } })
      yield* modify(count)
      yield* modify(count)
      assert.strictEqual((yield* read).remotes["one"]?.counter, 2)
    }))

    test("Y3: gives no counter twice, however many ask at once", Effect.gen(function* () {
      const take = Effect.map(
        modify((document) => ({ ...document, remotes: { one: remote("m", { counter: (document.remotes["one"]?.counter ?? 0) + 1 }) } })),
        (document) => document.remotes["one"]?.counter
      )
      const taken = yield* Effect.all(Array.from({ length: 30 }, () => take), { concurrency: "unbounded" })
      assert.strictEqual(new Set(taken).size, 30)
    }))

    test("stores nothing if the same document comes back", Effect.gen(function* () {
      yield* modify(() => everything)
      assert.deepStrictEqual(yield* modify((document) => document), everything)
      assert.deepStrictEqual(yield* read, everything)
    }))
  })
}
