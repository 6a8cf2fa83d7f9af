/** What an index over a work-prod server tells somebody who watches. */
import type { RemoteIndexShape } from "@dev-infra/sync/RemoteIndex"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"

const machine = { uid: "00000000-0000-4000-8000-000000000001", name: "desk" }

const open = (options: MemoryWorkProd.StoreOptions = {}) =>
  Effect.map(MemoryWorkProd.make({ ...options, machine }), ({ control, workProd }) => ({
    control,
    workProd,
    index: WorkProdIndex.make(workProd, { machine, remoteName: "home", address: "work.example" })
  }))

const pulled = ({ watch }: RemoteIndexShape) => Effect.map(Stream.toPull(Stream.rechunk(watch, 1)), (pull) => Effect.map(pull, Chunk.unsafeHead))

/** The next news, which come only after a while. */
const afterAWhile = <A, E>(next: Effect.Effect<A, E>) => Effect.flatMap(Effect.fork(next), (fiber) => Effect.zipRight(TestClock.adjust("8 seconds"), Fiber.join(fiber)))

describe("watching over the index", () => {
  it.scoped("tells that something changed, not what, and nothing of what was before", () =>
    Effect.gen(function* () {
      const { index, workProd } = yield* open()
      yield* workProd.create({ name: "before" })
      const next = yield* pulled(index)
      expect(yield* next).toEqual({ _tag: "Ready" })
      const { project } = yield* workProd.create({ name: "api" })
      yield* workProd.remove(project.id)
      expect(yield* next).toEqual({ _tag: "Changed" })
    })
  )

  it.scoped("says that the connection was lost, and begins anew after a backup was put back", () =>
    Effect.gen(function* () {
      const { control, index, workProd } = yield* open()
      const next = yield* pulled(index)
      yield* next
      yield* control.cutEvents
      expect(yield* next).toMatchObject({ _tag: "Disconnected", failure: { _tag: "RemoteFailed", reason: "Unreachable", address: "work.example" } })
      yield* Effect.flatMap(control.store.snapshot, control.store.restore)
      expect(yield* afterAWhile(next)).toEqual({ _tag: "Ready" })
      yield* workProd.create({ name: "api" })
      expect(yield* next).toEqual({ _tag: "Changed" })
    })
  )

  it.effect("is refused by 0.3.0, and cannot begin without a server", () =>
    Effect.gen(function* () {
      const old = yield* open({ asVersion030: true })
      expect(yield* Effect.flip(Stream.runDrain(old.index.watch))).toMatchObject({ _tag: "RemoteFailed", reason: "Refused" })
      const gone = yield* open()
      yield* gone.control.disconnect
      expect(yield* Effect.flip(Stream.runDrain(gone.index.watch))).toMatchObject({ reason: "Unreachable" })
    })
  )
})
