/** What an index over a work-prod server tells somebody who watches. */
import type { RemoteIndexShape } from "@dev-infra/sync/RemoteIndex"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
import { WorkProd } from "@dev-infra/work-prod-client/WorkProd"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { html, json, newHealth, scriptedServer } from "../../work-prod-client/test/scriptedServer.js"

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

  it.effect("is told by 0.3.0 that it tells nothing, and cannot begin without a server", () =>
    Effect.gen(function* () {
      const old = yield* open({ asVersion030: true })
      expect(Chunk.toArray(yield* Stream.runCollect(old.index.watch))).toEqual([{ _tag: "Silent" }])
      const gone = yield* open()
      yield* gone.control.disconnect
      expect(yield* Effect.flip(Stream.runDrain(gone.index.watch))).toMatchObject({ reason: "Unreachable" })
    })
  )

  it.effect("is told the same where events are turned off, or do not get through, and nothing else is taken for that", () =>
    Effect.gen(function* () {
      const newsOf = (answer: Response) =>
        Effect.gen(function* () {
          const { layer } = scriptedServer({ ...newHealth, capabilities: [...newHealth.capabilities, "events"] }, () => answer)
          const workProd = yield* Effect.provide(WorkProd, layer)
          const { watch } = WorkProdIndex.make(workProd, { machine, remoteName: "home", address: "work.example" })
          return yield* Effect.either(Effect.map(Stream.runCollect(watch), Chunk.toArray))
        })
      const own = { "x-dev-infra-server": ServerHeader.write({ api: 1, ...newHealth, capabilities: [...newHealth.capabilities, "events"] }) }
      for (const answer of [json(404, { error: "There is nothing at this path" }, own), json(501, { error: "Events are turned off" }, own), json(405, {}, own), html(404, "Not found"), html(501, "No")]) {
        expect(yield* newsOf(answer)).toEqual(Either.right([{ _tag: "Silent" }]))
      }
      expect(yield* newsOf(json(403, { error: "no" }, own))).toMatchObject(Either.left({ reason: "Unauthorized" }))
      expect(yield* newsOf(json(503, { error: "no" }, own))).toMatchObject(Either.left({ reason: "Faulty" }))
      expect(yield* newsOf(html(200, "Welcome to the hotel"))).toMatchObject(Either.left({ reason: "NotARemote" }))
    })
  )
})
