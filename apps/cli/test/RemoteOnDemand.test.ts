import { type Fetched, type Known, RemoteFailed, RemoteIndex, type RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import * as RemoteOnDemand from "../src/RemoteOnDemand.js"

const known: Known = { instance: "one", cursor: null, note: null }
const fetched: Fetched = { ...known, address: "work.example", isWhole: true, tellsDeletions: true, entries: [], deletions: [], unreadable: [] }
const operation: RemoteOperation = { _tag: "Create", uid: "a", content: { fields: {}, writes: {}, path: null }, recreate: false }
const nobody = new RemoteFailed({ reason: "NotConfigured", address: "", detail: "no server is set up" })

/** An index that notes how often it was opened and closed; the first `failures` times it cannot be opened. */
const setup = (failures = 0) =>
  Effect.gen(function* () {
    const opened = yield* Ref.make(0)
    const closed = yield* Ref.make(0)
    const open = Effect.gen(function* () {
      const count = yield* Ref.updateAndGet(opened, (times) => times + 1)
      if (count <= failures) return yield* nobody
      yield* Effect.addFinalizer(() => Ref.update(closed, (times) => times + 1))
      return { fetch: () => Effect.succeed(fetched), send: () => Effect.succeed({ results: [{ _tag: "Unknown" } as const] }), watch: Stream.make({ _tag: "Ready" } as const) }
    })
    return { layer: RemoteOnDemand.layer(open), opened: Ref.get(opened), closed: Ref.get(closed) }
  })

describe("RemoteOnDemand", () => {
  it.effect("is opened by the first question only, once for all that ask together, and closed with the layer", () =>
    Effect.gen(function* () {
      const { closed, layer, opened } = yield* setup()
      yield* Effect.provide(Effect.void, layer)
      expect([yield* opened, yield* closed]).toEqual([0, 0])
      yield* Effect.flatMap(RemoteIndex, (remote) => Effect.all([remote.fetch(undefined), remote.fetch(known), remote.send([operation], { known })], { concurrency: "unbounded" })).pipe(
        Effect.provide(layer)
      )
      expect([yield* opened, yield* closed]).toEqual([1, 1])
    })
  )

  it.effect("sends nothing where it cannot be opened, and is tried again", () =>
    Effect.gen(function* () {
      const { layer, opened } = yield* setup(2)
      yield* Effect.gen(function* () {
        const remote = yield* RemoteIndex
        expect(yield* Effect.flip(remote.fetch(undefined))).toBe(nobody)
        expect(yield* remote.send([operation, operation], { known })).toEqual({ results: [{ _tag: "Skipped" }, { _tag: "Skipped" }], stopped: nobody })
        expect(yield* remote.fetch(undefined)).toBe(fetched)
      }).pipe(Effect.provide(layer))
      expect(yield* opened).toBe(3)
    })
  )
})
