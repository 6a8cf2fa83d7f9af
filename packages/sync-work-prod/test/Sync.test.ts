/** The engine over real mappings: what two machines and somebody at the server make of one list of projects. */
import type { RemoteIndexShape } from "@dev-infra/sync/RemoteIndex"
import { type Name, SyncStep } from "@dev-infra/sync/SyncStep"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Engine from "../../sync/test/world.js"
import * as MemoryServer from "./memoryServer.js"

const url = (name: string): string => `git@git.example.org:acme/${name}.git`

const start = (kind: typeof MemoryServer.ours) =>
  Effect.gen(function* () {
    const store = yield* kind
    const connections = new Map<string, MemoryServer.Connected>()
    for (const number of [1, 2]) {
      const uid = Engine.uuid(90 + number, 0)
      connections.set(uid, yield* MemoryServer.connect(store, { uid, name: `machine ${number}` }))
    }
    const client = (machine: string): RemoteIndexShape => {
      const found = connections.get(machine)
      if (found === undefined) throw new Error(`no machine ${machine}`)
      return found.index
    }
    const [one, two] = [yield* Engine.makeMachine({ client }, 1), yield* Engine.makeMachine({ client }, 2)]
    const hand = yield* MemoryServer.connect(store, { uid: Engine.uuid(99, 0), name: "hand" })
    return { store, one, two, hand: hand.workProd }
  })

const kinds = [
  ["our server", MemoryServer.ours],
  ["0.3.0", MemoryServer.old]
] as const

describe.each(kinds)("sync over %s", (name, kind) => {
  const isOld = name === "0.3.0"

  it.scoped("comes to rest: a second push sends nothing", () =>
    Effect.gen(function* () {
      const { one, store } = yield* start(kind)
      yield* one.add("api", { repository: url("api"), fields: { project_type: "Work", tags: ["b", "a"], classification: "primary", description: "é", extra: { deep: [1] } } })
      yield* one.add("notes")
      yield* one.add("web", { repository: `${url("mono")}#web` })
      yield* one.edit("notes", { status: "archived" })
      const first = yield* one.sync.push()
      expect(first.counts).toMatchObject({ created: 3, refused: 0 })
      const before = yield* store.projects
      const second = yield* one.sync.push()
      expect(second.items).toEqual([])
      expect(second.counts).toMatchObject({ unchanged: 3 })
      yield* one.sync.pull()
      expect((yield* one.sync.push()).items).toEqual([])
      expect(yield* store.projects).toEqual(before)
      expect((yield* one.sync.status).projects.map(({ state }) => state)).toEqual(["in sync", "in sync", "in sync"])
    })
  )

  it.scoped("gives a project to another machine, and back what that made of it", () =>
    Effect.gen(function* () {
      const { one, store, two } = yield* start(kind)
      const made = yield* one.add("api", { repository: url("api"), fields: { project_type: "Work", description: "before" } })
      yield* one.sync.push()
      yield* two.sync.pull()
      expect((yield* two.sync.notLocal).map(({ fields }) => fields["name"])).toEqual(["api"])
      expect((yield* two.add("api", { repository: url("api") })).id).toBe(made.id)
      yield* two.edit("api", { description: "after", project_type: "Learning", status: "paused" })
      yield* two.sync.push()
      yield* one.sync.pull()
      expect(yield* one.get("api")).toMatchObject({ description: "after", project_type: "Learning", status: "paused" })
      expect((yield* one.sync.push()).items).toEqual([])
      expect(yield* store.projects).toHaveLength(1)
      const [row] = (yield* one.sync.status).projects
      expect(row?.remote?.locations.map(({ path }) => path).toSorted()).toEqual(["/home/1/api", "/home/2/api"])
    })
  )

  it.scoped("adopts what others made, and leaves alone what it does not manage", () =>
    Effect.gen(function* () {
      const { hand, one, store } = yield* start(kind)
      yield* hand.create({ name: "api", remote_url: "https://git.example.org/acme/api", description: "By hand.", organization: "acme", classification: "maintenance", status: "paused", path: "/elsewhere" })
      yield* hand.create({ name: "other", description: "Not ours." })
      yield* one.add("api", { repository: url("api") })
      const { counts } = yield* one.sync.push()
      expect(counts).toMatchObject({ created: 0, notLocal: 1 })
      const [row, other] = yield* store.projects
      expect(row).toMatchObject({ name: "api", organization: "acme", classification: "maintenance", status: "paused", remote_url: "https://git.example.org/acme/api" })
      expect(row?.description?.startsWith("By hand.")).toBe(true)
      if (isOld) expect(row?.path).toBe("/elsewhere")
      expect(other).toMatchObject({ name: "other", description: "Not ours." })
      yield* one.sync.pull()
      expect(yield* one.get("api")).toMatchObject({ description: "By hand.", organization: "acme", classification: "maintenance", status: "paused" })
      expect((yield* one.sync.push()).items).toEqual([])
      expect(yield* store.projects).toHaveLength(2)
    })
  )

  it.scoped("Y16: takes a lost envelope for unknown, and writes it again", () =>
    Effect.gen(function* () {
      const { one, store, two } = yield* start(kind)
      const made = yield* one.add("api", { repository: url("api"), fields: { tags: ["a"], description: "Text.", template: "standard" } })
      yield* one.sync.push()
      yield* one.sync.pull()
      const [row] = yield* store.projects
      yield* store.edit(row?.id ?? 0, isOld ? { description: "Text, edited." } : { metadata: {}, description: "Text, edited." })
      yield* two.add("api", { repository: url("api") })
      yield* one.sync.pull()
      expect(yield* one.get("api")).toMatchObject({ id: made.id, tags: ["a"], template: "standard", description: "Text, edited." })
      yield* one.sync.push()
      yield* one.sync.pull()
      expect((yield* one.sync.push()).items).toEqual([])
      expect(yield* store.projects).toHaveLength(1)
      yield* two.sync.push()
      yield* two.sync.pull()
      expect(yield* two.get("api")).toMatchObject({ tags: ["a"], template: "standard", description: "Text, edited." })
      expect(yield* store.projects).toHaveLength(1)
    })
  )

  it.scoped("deletes everywhere, and makes nothing again by itself", () =>
    Effect.gen(function* () {
      const { one, store, two } = yield* start(kind)
      const made = yield* one.add("api", { repository: url("api") })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.add("api", { repository: url("api") })
      yield* two.sync.push()
      yield* one.sync.pull()
      yield* one.remove(made)
      yield* one.sync.removeEverywhere([made.id])
      const { counts } = yield* one.sync.push()
      expect(counts).toMatchObject({ deleted: 1, refused: 0 })
      yield* two.sync.pull()
      expect(yield* two.word("api")).toBe("deleted elsewhere")
      yield* two.sync.push()
      const rows = yield* store.projects
      expect(rows.filter(({ status }) => status !== "cancelled")).toEqual([])
      yield* two.sync.push({ recreate: [made.id] })
      expect((yield* store.projects).filter(({ status }) => status !== "cancelled")).toHaveLength(1)
    })
  )

  it.scoped("Y10: makes one of two rows that two machines made of one repository", () =>
    Effect.gen(function* () {
      const { one, store, two } = yield* start(kind)
      yield* one.add("api", { repository: url("api"), fields: { tags: ["one"] } })
      yield* two.add("api", { repository: "https://git.example.org/acme/api.git", fields: { tags: ["two"] } })
      yield* one.sync.push()
      yield* two.sync.push()
      for (let round = 0; round < 3; round++) {
        yield* one.sync.pull()
        yield* one.sync.push()
        yield* two.sync.pull()
        yield* two.sync.push()
      }
      expect((yield* store.projects).filter(({ status }) => status !== "cancelled")).toHaveLength(1)
      expect(new Set((yield* one.get("api")).tags)).toEqual(new Set(["one", "two"]))
      expect(new Set((yield* two.get("api")).tags)).toEqual(new Set(["one", "two"]))
      expect((yield* one.sync.push()).items).toEqual([])
    })
  )

  it.scoped("comes to the same end wherever a push dies", () =>
    Effect.gen(function* () {
      const count = isOld ? 103 : 8
      /** Pushes new projects and then changes of some, and dies at one of the requests. */
      const dieAt = (point: number) =>
        Effect.gen(function* () {
          const { one, store } = yield* start(kind)
          for (let number = 0; number < count; number++) yield* one.add(`p${number}`, number < 3 ? {} : { repository: url(`p${number}`) })
          let reached = 0
          const dying = { reach: (name: Name) => Effect.suspend(() => (name.startsWith("sync-request") && reached++ === point ? Effect.interrupt : Effect.void)) }
          const push = Effect.gen(function* () {
            yield* one.sync.push()
            for (const name of ["p0", "p1", "p5"]) yield* one.edit(name, { status: "paused", tags: ["changed"] })
            yield* one.sync.push()
          })
          yield* Effect.exit(Effect.provideService(push, SyncStep, dying))
          yield* push
          yield* one.sync.pull()
          expect((yield* one.sync.push()).items).toEqual([])
          const rows = yield* store.projects
          expect(rows.map(({ name: row }) => row).toSorted()).toEqual(Array.from({ length: count }, (_, number) => `p${number}`).toSorted())
          expect(rows.filter(({ status }) => status === "paused").map(({ name: row }) => row).toSorted()).toEqual(["p0", "p1", "p5"])
          return reached > point
        })
      let points = 0
      while (yield* dieAt(points)) points += 1
      // Each of the requests, before and after it: two batches, or one import, three new rows and three changes.
      expect(points).toBe(isOld ? 14 : 4)
    })
  )
})
