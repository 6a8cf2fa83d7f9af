import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import { SyncStep, type Name } from "@dev-infra/sync/SyncStep"
import * as Envelope from "@dev-infra/sync-work-prod/Envelope"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import { LostAnswer, ServerFault, Unreachable } from "@dev-infra/work-prod-client/WorkProdError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { content, create, desk, done, entryOf, expectGone, fetched, knownOf, laptop, send, uuid } from "./indexWorld.js"
import * as MemoryServer from "./memoryServer.js"

const url = (number: number): string => `git@git.example.org:acme/p${number}.git`

const many = (count: number, at = 0): ReadonlyArray<RemoteOperation> =>
  Array.from({ length: count }, (_, number) => create(uuid(at + number), content({ name: `p${number}`, repository: url(at + number), tags: ["a"] }, { path: `/p/${at + number}` })))

const start = Effect.gen(function* () {
  const store = yield* MemoryServer.old
  return { store, ...(yield* MemoryServer.connect(store, desk)) }
})

const onlyRow = (index: Parameters<typeof fetched>[0]) =>
  Effect.map(fetched(index), ({ entries: [row] }): RemoteEntry => {
    if (row === undefined) throw new Error("no row")
    return row
  })

const lost = new LostAnswer({ host: "memory", method: "POST", path: "/api/projects/import", detail: "a test" })
const fault = new ServerFault({ host: "memory", method: "POST", path: "/api/projects/import", status: 500, text: null, retryAfter: null })
const closed = new Unreachable({ host: "memory", method: "POST", path: "/api/projects/import", reason: "Refused", detail: "a test" })

/** Lets time pass until it is done. */
const inTime = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    for (let second = 0; second < 200; second++) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

describe("the index over 0.3.0", () => {
  it.effect("makes 10,000 projects with at most 105 requests, and asks once when there is nothing to do", () =>
    Effect.gen(function* () {
      const { index, requests, store } = yield* start
      const first = yield* index.fetch(undefined)
      expect(first).toMatchObject({ instance: "v0.3.0:home", isWhole: true, tellsDeletions: false, cursor: null })
      const told: Array<number> = []
      const { results, stopped } = yield* index.send(many(10_000), { known: knownOf(first), report: (count) => Effect.sync(() => void told.push(count)) })
      expect(stopped).toBeUndefined()
      expect([told[0], told[49], told.at(-1)]).toEqual([100, 5000, 10_000])
      expect(results.every((result) => result._tag === "Done" && !result.isConfirmed)).toBe(true)
      expect(yield* requests).toBeLessThanOrEqual(105)

      const features = Option.getOrThrow(WorkProdIndex.featuresOf(first.note))
      const later = yield* MemoryServer.connect(store, desk, features)
      expect((yield* later.index.fetch(knownOf(first))).entries).toHaveLength(10_000)
      expect(yield* later.requests).toBe(1)
    })
  )

  it.effect("makes rows without a repository one by one, and tells them apart from each other", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const { results } = yield* send(index, ...Array.from({ length: 20 }, (_, number) => create(uuid(number), content({ name: "same" }, { path: `/p/${number}` }))))
      expect(results.map((result) => entryOf(result).uid)).toEqual(Array.from({ length: 20 }, (_, number) => uuid(number)))
      expect(yield* store.projects).toHaveLength(20)
    })
  )

  it.effect("makes two projects of one repository, which an import would take for one", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const repository = "https://git.example.org/mono.git"
      const { results } = yield* send(index, create(uuid(1), content({ repository })), create(uuid(2), content({ repository })), create(uuid(3), content({ repository: `${repository}#a` })))
      expect(results.map((result) => entryOf(result).fields["repository"])).toEqual([repository, repository, `${repository}#a`])
      expect(yield* store.projects).toHaveLength(3)
    })
  )

  it.effect("Y7: says which row stands for the repository if somebody was quicker", () =>
    Effect.gen(function* () {
      const { index, store, workProd } = yield* start
      const known = knownOf(yield* fetched(index))
      yield* workProd.create({ name: "by hand", remote_url: url(0) })
      const { results } = yield* index.send(many(2), { known })
      expect(results).toMatchObject([{ _tag: "Taken", entry: { uid: null, fields: { name: "by hand" } } }, { _tag: "Done" }])
      expect(yield* store.projects).toHaveLength(2)
    })
  )

  it.effect("keeps project_type, which the server drops, and sees when it is filled in there", () =>
    Effect.gen(function* () {
      const { index } = yield* start
      const made = yield* done(index, create(uuid(1), content({ project_type: "Work" })))
      expect(made.fields["project_type"]).toBe("Work")
      const changed = yield* done(index, { _tag: "Update", uid: uuid(1), entry: made, content: content({ project_type: "Learning" }) })
      expect(changed.fields["project_type"]).toBe("Learning")
      const cleared = yield* done(index, { _tag: "Update", uid: uuid(1), entry: changed, content: content({}) })
      expect(cleared.fields).not.toHaveProperty("project_type")
    })
  )

  it.effect("shows where another machine has a project by its name, where the path is taken", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const two = yield* MemoryServer.connect(store, laptop)
      const first = yield* done(index, create(uuid(1), content({ repository: url(1) }, { path: "/p" })))
      const second = yield* done(two.index, create(uuid(2), content({ repository: url(2) }, { path: "/p" })))
      const third = yield* done(two.index, create(uuid(3), content({}, { path: "/p" })))
      expect((yield* store.projects).map(({ path }) => path)).toEqual(["/p", "laptop:/p", null])
      expect([first, second, third].map(({ locations }) => locations.map(({ machine, path }) => [machine, path]))).toEqual([[[desk.uid, "/p"]], [[laptop.uid, "/p"]], [[laptop.uid, "/p"]]])
      const both = yield* done(two.index, { _tag: "Update", uid: uuid(1), entry: first, content: content({ repository: url(1) }, { path: "/elsewhere" }) })
      expect(both.locations.map(({ machine, path }) => [machine, path])).toEqual([[desk.uid, "/p"], [laptop.uid, "/elsewhere"]])
      expect((yield* store.projects)[0]?.path).toBe("/p")
      const back = yield* done(index, { _tag: "Update", uid: uuid(1), entry: both, content: content({ repository: url(1) }) })
      expect(back.locations.map(({ machine, path }) => [machine, path])).toEqual([[laptop.uid, "/elsewhere"]])
      expect((yield* store.projects)[0]?.path).toBe("/elsewhere")
    })
  )

  it.effect("finds another form of the path if somebody takes it meanwhile", () =>
    Effect.gen(function* () {
      const { index, store, workProd } = yield* start
      const made = yield* done(index, create(uuid(1), content({}, { path: "/a" })))
      const known = knownOf(yield* fetched(index))
      yield* workProd.create({ name: "other", path: "/b" })
      const { results } = yield* index.send([{ _tag: "Update", uid: uuid(1), entry: made, content: content({}, { path: "/b" }) }, ...many(1, 5), create(uuid(2), content({}, { path: "/b" }))], { known })
      expect(results.map(({ _tag }) => _tag)).toEqual(["Done", "Done", "Done"])
      expect((yield* store.projects).map(({ path }) => path)).toEqual(["desk:/b", "/b", "/p/5", null])
    })
  )

  it.effect("changes no row that is not as it was seen, whatever its times say", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const made = yield* done(index, create(uuid(1), content({ tags: ["a"] })))
      yield* store.edit(Number(made.key), { name: "by hand" })
      const { results } = yield* send(index, { _tag: "Update", uid: uuid(1), entry: made, content: content({ name: "mine" }) })
      expect(results[0]).toMatchObject({ _tag: "Stale", entry: { fields: { name: "by hand", tags: ["a"] } } })
      expect((yield* store.projects)[0]?.name).toBe("by hand")
    })
  )

  it.effect("never takes a row for one whose number was given again", () =>
    Effect.gen(function* () {
      const { index, store, workProd } = yield* start
      const made = yield* done(index, create(uuid(1), content({})))
      yield* store.remove(Number(made.key))
      yield* TestClock.adjust("1 minute")
      const { project } = (yield* workProd.create({ name: "another" }))
      expect(String(project.id)).toBe(made.key)
      const operations: ReadonlyArray<RemoteOperation> = [
        { _tag: "Update", uid: uuid(1), entry: made, content: content({ name: "mine" }) },
        { _tag: "Delete", uid: uuid(1), entry: made, purge: false },
        { _tag: "Delete", uid: uuid(1), entry: made, purge: true }
      ]
      for (const operation of operations) expect((yield* send(index, operation)).results[0]?._tag).toBe("Stale")
      expect(yield* store.projects).toMatchObject([{ name: "another" }])
    })
  )

  it.effect("Y14: leaves a tombstone that others can see, and nothing if it is told to purge", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const made = yield* done(index, create(uuid(1), content({ repository: url(1), tags: ["a"] }, { path: "/a" })))
      const { results } = yield* send(index, { _tag: "Delete", uid: uuid(1), entry: made, purge: false })
      const tombstone = entryOf(results[0])
      expect(tombstone.deletedAt).not.toBeNull()
      expect(yield* store.projects).toMatchObject([{ status: "cancelled", path: null, name: "api" }])
      expect((yield* send(index, create(uuid(1), content({ repository: url(1) })))).results[0]).toEqual({ _tag: "Deleted" })
      const again = yield* done(index, create(uuid(1), content({ repository: url(1) }, { path: "/a" }), true))
      expect([again.key, again.deletedAt, again.fields["status"]]).toEqual([made.key, null, "active"])
      expect(yield* store.projects).toMatchObject([{ status: "active", path: "/a" }])
      expectGone((yield* send(index, { _tag: "Delete", uid: uuid(1), entry: again, purge: true })).results[0])
      expect(yield* store.projects).toEqual([])
    })
  )

  it.effect("Y14: counts a deletion as undone once somebody gives the row another status", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const made = yield* done(index, create(uuid(1), content({ tags: ["a"] })))
      yield* send(index, { _tag: "Delete", uid: uuid(1), entry: made, purge: false })
      yield* store.edit(Number(made.key), { status: "paused" })
      expect(yield* onlyRow(index)).toMatchObject({ uid: uuid(1), deletedAt: null, fields: { status: "paused", tags: ["a"] } })
    })
  )

  it.effect("makes a project for a repository whose other row was deleted", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const made = yield* done(index, create(uuid(1), content({ repository: url(1) })))
      yield* send(index, { _tag: "Delete", uid: uuid(1), entry: made, purge: false })
      expect((yield* done(index, create(uuid(2), content({ repository: url(1) })))).uid).toBe(uuid(2))
      expect(yield* store.projects).toHaveLength(2)
    })
  )

  it.effect("Y16: knows nothing of a row whose envelope is damaged, and writes it anew behind the same text", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const made = yield* done(index, create(uuid(1), content({ description: "Human text.", tags: ["a"] })))
      const [before] = yield* store.projects
      yield* store.edit(Number(made.key), { description: `${before?.description?.slice(0, -20)}` })
      const row = yield* onlyRow(index)
      expect([row.uid, row.writes, row.fields]).toEqual([null, {}, { name: "api", status: "active", description: "Human text." }])
      yield* done(index, { _tag: "Adopt", uid: uuid(1), entry: row, content: content({ description: "Human text.", tags: ["a"] }) })
      expect(Envelope.open((yield* store.projects)[0]?.description ?? null)).toMatchObject({ text: "Human text.", reading: { _tag: "Read" } })
    })
  )

  it.effect("Y16: keeps the envelope of a later version to the byte", () =>
    Effect.gen(function* () {
      const { index, store, workProd } = yield* start
      const description = "Human text.\n\n<!-- dev-infra:2 0123abcd xyz -->"
      yield* workProd.create({ name: "new", description })
      const row = yield* onlyRow(index)
      expect([row.uid, row.fields]).toEqual([null, { name: "new", status: "active", description: "Human text." }])
      const changes: ReadonlyArray<RemoteOperation> = [
        { _tag: "Adopt", uid: uuid(1), entry: row, content: content({ description: "Mine" }) },
        { _tag: "Delete", uid: uuid(1), entry: row, purge: false }
      ]
      for (const change of changes) expect((yield* send(index, change)).results[0]).toMatchObject({ _tag: "Refused", reason: expect.stringContaining("update dev-infra") as string })
      expect((yield* store.projects)[0]?.description).toBe(description)
    })
  )

  it.effect("Y10: joins two rows by two writes, either of which may be the last", () =>
    Effect.gen(function* () {
      const { index, store } = yield* start
      const two = yield* MemoryServer.connect(store, laptop)
      const into = yield* done(index, create(uuid(1), content({}, { path: "/a" })))
      const entry = yield* done(two.index, create(uuid(2), content({}, { path: "/b" })))
      const join: RemoteOperation = { _tag: "Join", uid: uuid(2), entry, into, content: content({ aliases: [uuid(2)] }, { path: "/a" }) }
      let requests = 0
      const dying = { reach: (name: Name) => (name === "sync-request:after" && ++requests === 1 ? Effect.interrupt : Effect.void) }
      yield* Effect.exit(Effect.provideService(send(index, join), SyncStep, dying))
      const [half, other] = (yield* fetched(index)).entries
      if (half === undefined || other === undefined) throw new Error("no rows")
      expect([half.fields["aliases"], other.deletedAt]).toEqual([[uuid(2)], null])
      const joined = yield* done(index, { ...join, entry: other, into: half })
      expect(joined.locations.map(({ path }) => path).toSorted()).toEqual(["/a", "/b"])
      expect((yield* fetched(index)).entries.map(({ deletedAt }) => deletedAt !== null)).toEqual([false, true])
    })
  )

  it.effect("Y17: puts into the envelope what the server does not keep, so that nothing is sent for ever", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.old
      const cut = <Fields extends { readonly [field: string]: unknown }>(fields: Fields) => (typeof fields["name"] === "string" ? { ...fields, name: fields["name"].slice(0, 8) } : fields)
      // a server that keeps eight characters of a name
      const shortening = (workProd: WorkProdShape): WorkProdShape => ({
        ...workProd,
        create: (fields) => workProd.create(cut(fields)),
        update: (id, fields, options) => workProd.update(id, cut(fields), options)
      })
      const { index } = yield* MemoryServer.connect(store, desk, undefined, shortening)
      const made = yield* done(index, create(uuid(1), content({ name: "a long name" })))
      expect(made.fields["name"]).toBe("a long name")
      const changed = yield* done(index, { _tag: "Update", uid: uuid(1), entry: made, content: content({ name: "another long name" }) })
      expect(changed.fields["name"]).toBe("another long name")
      expect((yield* store.projects)[0]?.name).toBe("another ")
      yield* store.edit(Number(made.key), { name: "by hand" })
      expect((yield* onlyRow(index)).fields["name"]).toBe("by hand")
    })
  )

  it.effect("refuses what no server can keep, and sends the rest", () =>
    Effect.gen(function* () {
      const { index } = yield* start
      const { results, stopped } = yield* send(index, create(uuid(1), content({ description: "half \ud83d", repository: url(1) })), ...many(1, 5))
      expect(stopped).toBeUndefined()
      expect(results.map(({ _tag }) => _tag)).toEqual(["Refused", "Done"])
    })
  )
})

describe("an import into 0.3.0 whose answer is lost", () => {
  it.effect("Y18: is looked for before anything is sent again, and nothing is doubled", () =>
    Effect.gen(function* () {
      const { control, index, store } = yield* start
      const known = knownOf(yield* fetched(index))
      yield* control.dieNext(40)
      const { results, stopped } = yield* inTime(index.send(many(250), { known }))
      expect(stopped).toBeUndefined()
      expect(new Set(results.map(({ _tag }) => _tag))).toEqual(new Set(["Done"]))
      expect(yield* store.projects).toHaveLength(250)
    })
  )

  it.effect("Y18: is waited for as long as rows keep coming", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.old
      const server = yield* MemoryServer.connect(store, desk)
      let late: ReadonlyArray<Parameters<WorkProdShape["create"]>[0]> = []
      let imports = 0
      /** The server goes on with the first import after the connection is lost, one row for each list. */
      const slow = (workProd: WorkProdShape): WorkProdShape => ({
        ...workProd,
        import: (rows) =>
          Effect.suspend(() => {
            imports += 1
            if (imports > 1) return workProd.import(rows)
            late = rows as typeof late // of the same type
            return Effect.fail(lost)
          }),
        list: (filters) => {
          const [row, ...others] = late
          late = others
          return row === undefined ? workProd.list(filters) : Stream.unwrap(Effect.as(server.workProd.create(row), workProd.list(filters)))
        }
      })
      const { index } = yield* MemoryServer.connect(store, desk, undefined, slow)
      const known = knownOf(yield* fetched(index))
      const { results } = yield* inTime(index.send(many(5), { known }))
      expect(results.map(({ _tag }) => _tag)).toEqual(["Done", "Done", "Done", "Done", "Done"])
      expect(imports).toBe(1)
      expect(yield* store.projects).toHaveLength(5)
    })
  )

  it.effect("Y18: stops if answers keep getting lost, and says to push again", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.old
      const { index } = yield* MemoryServer.connect(store, desk, undefined, (workProd) => ({ ...workProd, import: () => Effect.fail(lost) }))
      const known = knownOf(yield* fetched(index))
      const { results, stopped } = yield* inTime(index.send(many(250), { known }))
      expect(new Set(results.map(({ _tag }) => _tag))).toEqual(new Set(["Skipped"]))
      expect(stopped?.reason).toBe("Lost")
      expect(stopped?.detail).toContain("run push again")
    })
  )

  it.effect("is made row by row if one of them makes the server fail", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.old
      const isBad = (fields: { readonly [field: string]: unknown }) => fields["name"] === "p1"
      const failing = (workProd: WorkProdShape): WorkProdShape => ({
        ...workProd,
        create: (fields) => (isBad(fields) ? Effect.fail(fault) : workProd.create(fields)),
        import: (rows) => (rows.some(isBad) ? Effect.zipRight(workProd.import(rows.slice(0, rows.findIndex(isBad))), Effect.fail(fault)) : workProd.import(rows))
      })
      const { index } = yield* MemoryServer.connect(store, desk, undefined, failing)
      const known = knownOf(yield* fetched(index))
      const { results, stopped } = yield* inTime(index.send(many(4), { known }))
      expect(stopped).toBeUndefined()
      expect(results.map(({ _tag }) => _tag)).toEqual(["Done", "Refused", "Done", "Done"])
      expect(yield* store.projects).toHaveLength(3)
    })
  )

  it.effect("tells what was made before the server went away", () =>
    Effect.gen(function* () {
      const { control, index, store } = yield* start
      const known = knownOf(yield* fetched(index))
      yield* control.failNext(1, closed, { after: 1 })
      const { results, stopped } = yield* index.send(many(250), { known })
      expect(results.slice(0, 100).every(({ _tag }) => _tag === "Done")).toBe(true)
      expect(results.slice(100).every(({ _tag }) => _tag === "Skipped")).toBe(true)
      expect(stopped?.reason).toBe("Unreachable")
      expect(yield* store.projects).toHaveLength(100)
    })
  )
})
