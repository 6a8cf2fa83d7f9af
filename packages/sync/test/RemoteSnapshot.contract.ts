/**
 * What every place for copies of remotes promises; run on each of them.
 *
 * @module
 */
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { RemoteSnapshot, type Snapshot } from "@dev-infra/sync/RemoteSnapshot"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"

export const entry = (key: string, more: Partial<RemoteEntry> = {}): RemoteEntry => ({
  key,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: null,
  uid: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
  fields: { name: `project-${key}`, tags: ["a"], description: "two\nlines 🚀" },
  writes: { m: 3 },
  locations: [{ machine: "m", name: "desk", path: "/code/api" }, { machine: null, name: null, path: "/elsewhere" }],
  deletedAt: null,
  native: { id: 7, deep: [null, { er: true }] },
  ...more
})

export const snapshot = (instance: string, more: Partial<Snapshot> = {}): Snapshot => ({
  instance,
  address: "https://work.example",
  fetchedAt: "2026-01-02T03:04:05.678Z",
  tellsDeletions: true,
  cursor: "12",
  entries: [entry("1"), entry("2", { uid: null, native: null })],
  deletions: [{ key: "3", uid: "u", deletedAt: "2026-01-02T03:04:05Z", mergedInto: null }],
  ...more
})

export const read = (instance: string) => Effect.flatMap(RemoteSnapshot, (copies) => copies.read(instance))
export const write = (copy: Snapshot) => Effect.flatMap(RemoteSnapshot, (copies) => copies.write(copy))
export const touch = (instance: string, fetchedAt: string, cursor: string | null) => Effect.flatMap(RemoteSnapshot, (copies) => copies.touch(instance, fetchedAt, cursor))

/**
 * @param name of the layer, for the report
 * @param fresh a new, empty place each time it is called
 */
export const testRemoteSnapshot = (name: string, fresh: () => Layer.Layer<RemoteSnapshot>): void => {
  const test = (sentence: string, effect: Effect.Effect<void, unknown, RemoteSnapshot>) => it.live(sentence, () => Effect.provide(effect, fresh()))

  describe(`RemoteSnapshot (${name})`, () => {
    test("has no copy of a remote that was never asked", Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* read("one")))
    }))

    test("gives back the last copy, whatever the values are", Effect.gen(function* () {
      yield* write(snapshot("one", { entries: [] }))
      yield* write(snapshot("one"))
      assert.deepStrictEqual(yield* read("one"), Option.some(snapshot("one")))
    }))

    test("keeps remotes apart, whatever they are called", Effect.gen(function* () {
      const names = ["one", "One", "../one", "a/b", "a%2fb", "", ".", "..", " ", "ä", "a\u0000b", "x".repeat(1000), `${"x".repeat(1000)}y`, "one.seen", "CON"]
      for (const instance of names) yield* write(snapshot(instance, { cursor: instance }))
      for (const instance of names) assert.deepStrictEqual(Option.map(yield* read(instance), ({ cursor }) => cursor), Option.some(instance))
    }))

    test("notes when a copy was up to date, and forgets that with the next copy", Effect.gen(function* () {
      yield* write(snapshot("one"))
      yield* touch("one", "2026-02-01T00:00:00.000Z", "13")
      yield* touch("one", "2026-02-02T00:00:00.000Z", "14")
      assert.deepStrictEqual(yield* read("one"), Option.some(snapshot("one", { fetchedAt: "2026-02-02T00:00:00.000Z", cursor: "14" })))
      yield* write(snapshot("one", { cursor: "15" }))
      assert.deepStrictEqual(yield* read("one"), Option.some(snapshot("one", { cursor: "15" })))
    }))

    test("notes nothing about a copy that is not there", Effect.gen(function* () {
      yield* touch("one", "2026-02-01T00:00:00.000Z", "13")
      assert.isTrue(Option.isNone(yield* read("one")))
      yield* write(snapshot("one"))
      assert.deepStrictEqual(yield* read("one"), Option.some(snapshot("one")))
    }))
  })
}
