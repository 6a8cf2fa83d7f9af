/**
 * What every place for the registry promises; run on each of them.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import { type RegistryDocument, RegistryStore } from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const entry = (name: string): JsonValue => ({ name, path: `/code/${name}` })

const append = (value: JsonValue) =>
  Effect.flatMap(RegistryStore, ({ modify }) =>
    modify((document) => Effect.succeed([document.projects.length, { ...document, projects: [...document.projects, value] }] as const)))

const read = Effect.flatMap(RegistryStore, (store) => store.read)

/**
 * @param name - of the layer, for the report
 * @param fresh - a new, empty store each time it is called
 */
export const testRegistryStore = (name: string, fresh: () => Layer.Layer<RegistryStore>): void => {
  const test = (sentence: string, effect: Effect.Effect<void, unknown, RegistryStore>) => it.live(sentence, () => Effect.provide(effect, fresh()))

  describe(`RegistryStore (${name})`, () => {
    test("is empty at first", Effect.gen(function* () {
      assert.deepStrictEqual(yield* read, { version: "1.0", projects: [], rest: {} })
    }))

    test("gives back what was stored, in its order", Effect.gen(function* () {
      assert.strictEqual(yield* append(entry("one")), 0)
      assert.strictEqual(yield* append(entry("two")), 1)
      assert.deepStrictEqual((yield* read).projects, [entry("one"), entry("two")])
    }))

    test("keeps entries that are no projects, and keys that it does not know", Effect.gen(function* () {
      const store = yield* RegistryStore
      const odd: RegistryDocument = { version: "1.0", projects: [null, 7, "text", { nested: [1, { deep: true }] }], rest: { owner: { name: "me" } } }
      yield* store.modify(() => Effect.succeed([undefined, odd] as const))
      yield* append(entry("one"))
      assert.deepStrictEqual(yield* read, { ...odd, projects: [...odd.projects, entry("one")] })
    }))

    test("keeps a key called __proto__ as a key like any other", Effect.gen(function* () {
      // JSON.parse is the one way to write such a key without setting a prototype
      const strange = JSON.parse(`{"name": "a", "__proto__": {"polluted": true}}`) as JsonValue
      yield* append(strange)
      yield* append(entry("b"))
      const [first] = (yield* read).projects
      assert.strictEqual(JSON.stringify(first), JSON.stringify(strange))
      assert.isUndefined(Object.getOwnPropertyDescriptor(Object.prototype, "polluted"))
    }))

    test("stores nothing if the same document comes back, and says nothing of it", Effect.gen(function* () {
      const store = yield* RegistryStore
      yield* append(entry("one"))
      const before = yield* read
      assert.strictEqual(yield* store.modify((document) => Effect.succeed([document.projects.length, document] as const)), 1)
      assert.deepStrictEqual(yield* read, before)
    }))

    test("stores nothing if the change fails, and can be changed afterwards", Effect.gen(function* () {
      const store = yield* RegistryStore
      yield* append(entry("one"))
      const failure = yield* Effect.flip(store.modify(() => Effect.fail("no" as const)))
      assert.strictEqual(failure, "no")
      yield* append(entry("two"))
      assert.strictEqual((yield* read).projects.length, 2)
    }))

    test("stores nothing if it is interrupted, and can be changed afterwards", Effect.gen(function* () {
      const store = yield* RegistryStore
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(store.modify(() => Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      yield* append(entry("one"))
      assert.deepStrictEqual((yield* read).projects, [entry("one")])
    }))

    test("loses none of 50 changes at once", Effect.gen(function* () {
      const names = Array.from({ length: 50 }, (_, number) => `project-${number}`)
      yield* Effect.forEach(names, (each) => append(entry(each)), { concurrency: "unbounded", discard: true })
      const stored = (yield* read).projects.map((project) => JSON.stringify(project))
      assert.sameMembers(stored, names.map((each) => JSON.stringify(entry(each))))
    }))

    test("reads but never writes a document of a newer version", Effect.gen(function* () {
      const store = yield* RegistryStore
      yield* store.modify(() => Effect.succeed([undefined, { version: "2.0", projects: [entry("one")], rest: {} }] as const))
      const failure = yield* Effect.flip(append(entry("two")))
      assert.deepInclude(failure, { _tag: "RegistryNewer", found: "2.0", supported: "1.0" })
      assert.deepStrictEqual(yield* read, { version: "2.0", projects: [entry("one")], rest: {} })
    }))

    test("tells of changes", Effect.gen(function* () {
      const store = yield* RegistryStore
      yield* append(entry("one"))
      const told = yield* Effect.fork(Stream.runDrain(Stream.take(store.changes, 1)))
      // a subscription begins when it begins: change until it has
      yield* Effect.raceFirst(
        Fiber.join(told),
        Effect.forever(Effect.zipRight(append(entry("more")), Effect.sleep("20 millis")))
      )
    }))
  })
}
