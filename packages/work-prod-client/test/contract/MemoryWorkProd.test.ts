import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import { ServerFault } from "@dev-infra/work-prod-client/WorkProdError"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"

const uid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

const fault = new ServerFault({ host: "memory", method: "POST", path: "/api/projects", status: 503, text: "down", retryAfter: null })

const both = Effect.all([WorkProd.WorkProd, MemoryWorkProd.MemoryWorkProd])

const names = (store: MemoryWorkProd.MemoryStore) => Effect.map(store.projects, (projects) => projects.map(({ name }) => name))

describe("a server in memory", () => {
  it.effect("fails the next requests as it is told, without doing them", () =>
    Effect.gen(function* () {
      const [workProd, { failNext, requests, store }] = yield* both
      yield* failNext(2, fault, { after: 1 })
      yield* workProd.create({ name: "a" })
      expect(yield* Effect.flip(workProd.create({ name: "b" }))).toBe(fault)
      expect(yield* Effect.flip(Stream.runDrain(workProd.list()))).toBe(fault)
      yield* workProd.create({ name: "c" })
      expect(yield* names(store)).toEqual(["a", "c"])
      expect(yield* requests).toBe(4)
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("loses answers after what was asked for is done", () =>
    Effect.gen(function* () {
      const [workProd, { loseNext, store }] = yield* both
      yield* loseNext(1)
      expect(yield* Effect.flip(workProd.create({ name: "a" }))).toMatchObject({ _tag: "LostAnswer" })
      expect(yield* names(store)).toEqual(["a"])
      yield* loseNext(1)
      expect(yield* Effect.flip(workProd.get(1))).toMatchObject({ _tag: "Unreachable", reason: "Closed" })
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("tells a batch with a key again whose answer was lost, and runs the rest", () =>
    Effect.gen(function* () {
      const [workProd, { dieNext, store }] = yield* both
      const items = [1, 2, 3].map((number) => ({ uid: uid(number), project: { name: `p${number}` } }))
      yield* dieNext(2)
      yield* Effect.flip(workProd.batch(items, "key"))
      expect(yield* names(store)).toEqual(["p1", "p2"])
      yield* store.edit(1, { name: "edited" })
      const results = yield* workProd.batch(items, "key")
      expect(results.map(({ project, status }) => [status, project?.name])).toEqual([[201, "p1"], [201, "p2"], [201, "p3"]])
      expect(yield* names(store)).toEqual(["edited", "p2", "p3"])
      yield* TestClock.adjust("25 hours")
      expect((yield* workProd.batch(items, "key"))[0]).toMatchObject({ status: 200 })
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("dies in the middle of an import", () =>
    Effect.gen(function* () {
      const [workProd, { dieNext, store }] = yield* both
      yield* dieNext(1)
      expect(yield* Effect.flip(workProd.import([{ name: "a" }, { name: "b" }]))).toMatchObject({ _tag: "LostAnswer" })
      expect(yield* names(store)).toEqual(["a"])
    }).pipe(Effect.provide(WorkProd.layerMemory({ asVersion030: true })))
  )

  it.effect("cannot be reached while it is disconnected", () =>
    Effect.gen(function* () {
      const [workProd, { disconnect, reconnect, store }] = yield* both
      yield* disconnect
      expect(yield* Effect.flip(workProd.health)).toMatchObject({ _tag: "Unreachable", reason: "Refused" })
      expect(yield* Effect.flip(workProd.create({ name: "a" }))).toMatchObject({ _tag: "Unreachable" })
      yield* reconnect
      yield* workProd.create({ name: "b" })
      expect(yield* names(store)).toEqual(["b"])
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("that is put back begins a new life, and forgets what came after", () =>
    Effect.gen(function* () {
      const [workProd, { store }] = yield* both
      yield* workProd.create({ name: "a", path: "/a", uid: uid(1) })
      const { cursor } = yield* workProd.changes("")
      const snapshot = yield* store.snapshot
      yield* workProd.update(1, { name: "A", path: null })
      yield* workProd.create({ name: "b", uid: uid(2) })
      yield* store.restore(snapshot)
      expect(yield* names(store)).toEqual(["a"])
      expect(yield* Effect.flip(workProd.changes(cursor))).toMatchObject({ _tag: "CursorGone" })
      expect(yield* Effect.flip(workProd.create({ name: "c", path: "/a" }))).toMatchObject({ _tag: "Conflict" })
      const again = yield* workProd.create({ name: "b", uid: uid(2) })
      expect(again.project.id).toBe(2)
      yield* store.restore(snapshot)
      expect(yield* names(store)).toEqual(["a"])
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("is changed behind the client's back", () =>
    Effect.gen(function* () {
      const [workProd, { store }] = yield* both
      const { project } = yield* workProd.create({ name: "a", uid: uid(1) })
      yield* workProd.create({ name: "b" })
      const { cursor } = yield* workProd.changes("")
      yield* store.edit(1, { description: "by hand" })
      yield* store.remove(2)
      const { changes } = yield* workProd.changes(cursor)
      expect(changes).toMatchObject([{ type: "project", project: { description: "by hand" } }, { type: "deleted", id: 2 }])
      expect(yield* Effect.flip(workProd.update(1, { name: "x" }, { ifMatch: project.etag ?? "" }))).toMatchObject({ _tag: "PreconditionFailed" })
      expect(yield* Effect.flip(store.edit(9, { name: "x" }))).toMatchObject({ _tag: "CannotEdit", id: 9 })
      expect(yield* Effect.flip(store.edit(1, { status: "x" }))).toMatchObject({ _tag: "CannotEdit", id: 1 })
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("no longer tells deletions that are too old", () =>
    Effect.gen(function* () {
      const [workProd, { store }] = yield* both
      yield* workProd.create({ name: "a", uid: uid(1) })
      const { cursor } = yield* workProd.changes("")
      yield* workProd.remove(1)
      yield* store.expireDeletions
      expect(yield* Effect.flip(workProd.changes(cursor))).toMatchObject({ _tag: "CursorGone" })
      const fresh = yield* workProd.changes("")
      expect(fresh.changes).toEqual([])
      expect(yield* workProd.changes(fresh.cursor)).toMatchObject({ changes: [], more: false })
      expect(yield* Effect.flip(workProd.create({ name: "a", uid: uid(1) }))).toMatchObject({ _tag: "UidDeleted" })
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("is shared by clients, each with its own machine and its own faults", () =>
    Effect.gen(function* () {
      const store = yield* MemoryWorkProd.makeStore()
      const client = (number: number, name: string) => WorkProd.layerMemory({ store, machine: { uid: uid(number), name } })
      const laptop = client(901, "laptop")
      const tower = client(902, "tower")
      yield* Effect.provide(Effect.flatMap(WorkProd.WorkProd, (workProd) => workProd.create({ name: "a", path: "/p" })), laptop)
      const seen = yield* Effect.provide(
        Effect.gen(function* () {
          const [workProd, { disconnect }] = yield* both
          const projects = yield* Stream.runCollect(workProd.list())
          yield* disconnect
          return projects
        }),
        tower
      )
      expect(Chunk.toReadonlyArray(seen)).toMatchObject([{ name: "a", path: null, locations: [{ machine: uid(901), name: "laptop", path: "/p" }] }])
      yield* Effect.provide(Effect.flatMap(WorkProd.WorkProd, (workProd) => workProd.get(1)), laptop)
    })
  )

  it.effect("of 0.3.0 gives ids again and tells no new fields", () =>
    Effect.gen(function* () {
      const [workProd, { store }] = yield* both
      yield* workProd.create({ name: "a" })
      yield* workProd.create({ name: "b" })
      yield* store.remove(2)
      const { project } = yield* workProd.create({ name: "c" })
      expect(project).toMatchObject({ id: 2, uid: null, etag: null, metadata: null, locations: null })
      expect(yield* store.projects).toMatchObject([{ id: 1 }, { id: 2, name: "c", etag: null }])
    }).pipe(Effect.provide(WorkProd.layerMemory({ asVersion030: true })))
  )

  it.effect("takes what is too large apart, as a client over HTTP does", () =>
    Effect.gen(function* () {
      const [workProd, { requests }] = yield* both
      const results = yield* workProd.batch(Array.from({ length: 2001 }, (_, index) => ({ uid: uid(index), project: { name: "a" } })))
      expect(results.filter(({ status }) => status === 201)).toHaveLength(2001)
      expect(yield* requests).toBe(3)
      expect(yield* Effect.flip(workProd.create({ name: "x".repeat(11 * 1024 * 1024) }))).toMatchObject({ _tag: "PayloadTooLarge" })
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.scoped("breaks the connections over which events come, tells what happened meanwhile, and forgets cursors when it is put back", () =>
    Effect.gen(function* () {
      const [workProd, { cutEvents, disconnect, reconnect, store }] = yield* both
      const pull = yield* Stream.toPull(Stream.rechunk(workProd.events(), 1))
      const next = Effect.map(pull, (events) => Chunk.unsafeHead(events))
      expect(yield* next).toMatchObject({ type: "ready" })
      yield* cutEvents
      expect(yield* next).toMatchObject({ type: "disconnected", failure: { _tag: "Unreachable", reason: "Closed" } })
      yield* workProd.create({ name: "meanwhile" })
      const later = yield* Effect.fork(next)
      yield* TestClock.adjust("8 seconds")
      expect(yield* Fiber.join(later)).toMatchObject({ type: "change", change: { project: { name: "meanwhile" } } })
      expect(yield* next).toMatchObject({ type: "ready" })
      yield* disconnect
      expect(yield* next).toMatchObject({ type: "disconnected" })
      const refused = yield* Effect.fork(next)
      yield* TestClock.adjust("8 seconds")
      expect(yield* Fiber.join(refused)).toMatchObject({ type: "disconnected", failure: { reason: "Refused" } })
      yield* reconnect
      const back = yield* Effect.fork(next)
      yield* TestClock.adjust("8 seconds")
      expect(yield* Fiber.join(back)).toMatchObject({ type: "ready" })
      yield* Effect.flatMap(store.snapshot, store.restore)
      expect(yield* Effect.flip(pull)).toMatchObject({ value: { _tag: "CursorGone" } })
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )
})
