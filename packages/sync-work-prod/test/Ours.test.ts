import type { RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import { SyncStep, type Name } from "@dev-infra/sync/SyncStep"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import { Unreachable, type WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { content, create, desk, done, entryOf, expectGone, fetched, knownOf, laptop, send, uuid } from "./indexWorld.js"
import * as MemoryServer from "./memoryServer.js"

const closed = (path: string): WorkProdError => new Unreachable({ host: "memory", method: "POST", path, reason: "Refused", detail: "a test" })

const many = (count: number, at = 0): ReadonlyArray<RemoteOperation> =>
  Array.from({ length: count }, (_, number) => create(uuid(at + number), content({ name: `p${number}`, tags: ["a"] }, { path: `/p/${at + number}` })))

describe("the index over our server", () => {
  it.effect("makes 10,000 projects with at most 15 requests, and asks once when there is nothing to do", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const first = yield* one.index.fetch(undefined)
      const told: Array<number> = []
      const { cursor, results, stopped } = yield* one.index.send(many(10_000), { known: knownOf(first), report: (count) => Effect.sync(() => void told.push(count)) })
      expect(stopped).toBeUndefined()
      expect(results.every((result) => result._tag === "Done" && result.isConfirmed)).toBe(true)
      expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((thousand) => thousand * 1000))
      expect(yield* one.requests).toBeLessThanOrEqual(15)

      const known = { ...knownOf(first), cursor: cursor ?? null }
      const features = Option.getOrThrow(WorkProdIndex.featuresOf(JSON.parse(JSON.stringify(known.note)) as typeof known.note)) // what a later process reads
      const later = yield* MemoryServer.connect(store, desk, features)
      const again = yield* later.index.fetch(known)
      expect(again).toMatchObject({ isWhole: false, tellsDeletions: true, entries: [], deletions: [] })
      expect(yield* later.requests).toBe(1)
    })
  )

  it.effect("tells what changed, what was deleted, and everything if the server no longer knows the cursor", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const made = yield* done(one.index, create(uuid(1), content({})))
      const second = yield* done(one.index, create(uuid(2), content({ name: "two" })))
      const known = knownOf(yield* fetched(one.index))
      yield* store.edit(Number(made.key), { name: "renamed" })
      yield* store.remove(Number(second.key))
      const changes = yield* one.index.fetch(known)
      expect(changes.isWhole).toBe(false)
      expect(changes.entries.map(({ fields }) => fields["name"])).toEqual(["renamed"])
      expect(changes.deletions).toMatchObject([{ key: second.key, uid: uuid(2), mergedInto: null }])
      yield* store.expireDeletions
      const all = yield* one.index.fetch(known)
      expect(all.isWhole).toBe(true)
      expect(all.entries).toHaveLength(1)
    })
  )

  it.effect("reads everything from another server than the one that was known", () =>
    Effect.gen(function* () {
      const one = yield* MemoryServer.connect(yield* MemoryServer.ours, desk)
      const fetch = yield* one.index.fetch({ instance: "another", cursor: "7-7-x", note: null })
      expect(fetch.isWhole).toBe(true)
    })
  )

  it.effect("changes no row that is not as it was seen", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const made = yield* done(one.index, create(uuid(1), content({ tags: ["a"] })))
      yield* store.edit(Number(made.key), { name: "by hand" })
      const { results } = yield* send(one.index, { _tag: "Update", uid: uuid(1), entry: made, content: content({ name: "mine" }) })
      expect(results[0]).toMatchObject({ _tag: "Stale", entry: { fields: { name: "by hand", status: "active", tags: ["a"] } } })
      yield* store.remove(Number(made.key))
      const gone = yield* send(one.index, { _tag: "Update", uid: uuid(1), entry: made, content: content({ name: "mine" }) })
      expect(gone.results[0]).toEqual({ _tag: "Stale", entry: null })
      const deleted = yield* send(one.index, { _tag: "Delete", uid: uuid(1), entry: made, purge: false })
      expectGone(deleted.results[0])
    })
  )

  it.effect("Y14: makes no deleted project again unless it is asked to", () =>
    Effect.gen(function* () {
      const one = yield* MemoryServer.connect(yield* MemoryServer.ours, desk)
      const made = yield* done(one.index, create(uuid(1), content({})))
      expectGone((yield* send(one.index, { _tag: "Delete", uid: uuid(1), entry: made, purge: false })).results[0])
      expect((yield* send(one.index, create(uuid(1), content({})))).results[0]).toEqual({ _tag: "Deleted" })
      expect((yield* done(one.index, create(uuid(1), content({}), true))).uid).toBe(uuid(1))
    })
  )

  it.effect("deletes also a row that nobody has claimed, and one whose metadata was wiped, so that others hear of it", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      yield* one.workProd.create({ name: "by hand" })
      const made = yield* done(one.index, create(uuid(1), content({})))
      yield* store.edit(Number(made.key), { metadata: {} })
      const before = yield* fetched(one.index)
      const { results } = yield* send(one.index, ...before.entries.map((entry, number): RemoteOperation => ({ _tag: "Delete", uid: uuid(7 + number), entry, purge: false })))
      for (const result of results) expectGone(result)
      expect(yield* store.projects).toEqual([])
      expect((yield* one.index.fetch(knownOf(before))).deletions.map(({ uid }) => uid).toSorted()).toEqual([uuid(1), uuid(7)])
    })
  )

  it.effect("keeps what other tools keep in metadata", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      yield* one.workProd.create({ name: "by hand", metadata: { languages: ["en"], tags: ["theirs"] } })
      const [row] = (yield* fetched(one.index)).entries
      if (row === undefined) throw new Error("no row")
      expect(row.fields).toEqual({ name: "by hand", status: "active" })
      const adopted = yield* done(one.index, { _tag: "Adopt", uid: uuid(1), entry: row, content: content({ name: "by hand", tags: ["mine"] }) })
      yield* done(one.index, { _tag: "Update", uid: uuid(1), entry: adopted, content: content({ name: "by hand", tags: ["mine", "new"] }) })
      const [stored] = yield* store.projects
      expect(stored?.metadata).toMatchObject({ languages: ["en"], tags: ["theirs"], dev_infra: { v: 1, fields: { tags: ["mine", "new"] } } })
    })
  )

  it.effect("has a place inside a repository beside the URL that others use", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const repository = "https://git.example.org/mono.git#packages/api"
      const made = yield* done(one.index, create(uuid(1), content({ repository, project_type: "Work" })))
      expect(made.fields["repository"]).toBe(repository)
      expect(yield* store.projects).toMatchObject([{ remote_url: "https://git.example.org/mono.git", project_type: "Work" }])
      yield* store.edit(Number(made.key), { remote_url: "https://git.example.org/moved.git" })
      expect((yield* fetched(one.index)).entries[0]?.fields["repository"]).toBe("https://git.example.org/moved.git")
    })
  )

  it.effect("Y16: knows nothing of a row whose metadata was wiped, and writes it again under its own uid", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const made = yield* done(one.index, create(uuid(1), content({ tags: ["a"] })))
      yield* store.edit(Number(made.key), { metadata: {} })
      const [row] = (yield* fetched(one.index)).entries
      if (row === undefined) throw new Error("no row")
      expect([row.uid, row.fields]).toEqual([null, { name: "api", status: "active" }])
      const healed = yield* done(one.index, { _tag: "Adopt", uid: uuid(2), entry: row, content: content({ tags: ["a"] }) })
      expect([healed.uid, healed.fields]).toEqual([uuid(1), { name: "api", status: "active", tags: ["a"], aliases: [uuid(2)] }])
    })
  )

  it.effect("Y16: never writes over what a later version wrote", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const made = yield* done(one.index, create(uuid(1), content({ tags: ["a"] })))
      yield* store.edit(Number(made.key), { metadata: { dev_infra: { v: 2, what: "ever" } } })
      const [row] = (yield* fetched(one.index)).entries
      if (row === undefined) throw new Error("no row")
      const { results } = yield* send(one.index, { _tag: "Adopt", uid: uuid(1), entry: row, content: content({ name: "new" }) })
      expect(results[0]).toMatchObject({ _tag: "Refused", reason: expect.stringContaining("update dev-infra") as string })
      expect((yield* store.projects)[0]?.metadata).toEqual({ dev_infra: { v: 2, what: "ever" } })
    })
  )

  it.effect("lets two projects change places", () =>
    Effect.gen(function* () {
      const one = yield* MemoryServer.connect(yield* MemoryServer.ours, desk)
      const first = yield* done(one.index, create(uuid(1), content({ name: "a" }, { path: "/a" })))
      const second = yield* done(one.index, create(uuid(2), content({ name: "b" }, { path: "/b" })))
      const { results } = yield* send(
        one.index,
        { _tag: "Update", uid: uuid(1), entry: first, content: content({ name: "a" }, { path: "/b" }) },
        { _tag: "Update", uid: uuid(2), entry: second, content: content({ name: "b" }, { path: "/a" }) }
      )
      expect(results.map((result) => entryOf(result).locations.map(({ path }) => path))).toEqual([["/b"], ["/a"]])
    })
  )

  it.effect("says whose a path is that another row of this machine has", () =>
    Effect.gen(function* () {
      const one = yield* MemoryServer.connect(yield* MemoryServer.ours, desk)
      yield* done(one.index, create(uuid(1), content({}, { path: "/a" })))
      const { results } = yield* send(one.index, create(uuid(2), content({}, { path: "/a" })))
      expect(results[0]).toMatchObject({ _tag: "Taken", entry: { uid: uuid(1) }, reason: expect.stringContaining("at its path on this machine") as string })
      const again = yield* send(one.index, create(uuid(1), content({})))
      expect(again.results[0]).toMatchObject({ _tag: "Taken", entry: { uid: uuid(1) }, reason: expect.stringContaining("has its id already") as string })
    })
  )

  it.effect("Y10: joins two rows, with the places of both", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const [one, two] = [yield* MemoryServer.connect(store, desk), yield* MemoryServer.connect(store, laptop)]
      const into = yield* done(one.index, create(uuid(1), content({}, { path: "/a" })))
      const entry = yield* done(two.index, create(uuid(2), content({}, { path: "/b" })))
      const joined = yield* done(one.index, { _tag: "Join", uid: uuid(2), entry, into, content: content({ aliases: [uuid(2)] }, { path: "/a" }) })
      expect(joined.locations).toHaveLength(2)
      expect(yield* store.projects).toHaveLength(1)
    })
  )

  it.effect("Y17: puts beside the columns what the server makes of them, so that nothing is sent for ever", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const short = (project: unknown): unknown =>
        typeof project === "object" && project !== null && "name" in project && typeof project.name === "string" ? { ...project, name: project.name.slice(0, 8) } : project
      const one = yield* MemoryServer.connect(store, desk, undefined, (workProd) => ({
        ...workProd,
        // a server that keeps eight characters of a name
        follow: (items, options) => workProd.follow(items.map((item) => ("project" in item ? ({ ...item, project: short(item.project) } as typeof item) : item)), options)
      }))
      const made = yield* done(one.index, create(uuid(1), content({ name: "a long name" })))
      expect(made.fields["name"]).toBe("a long name")
      expect((yield* store.projects)[0]?.name).toBe("a long n")
      yield* store.edit(Number(made.key), { name: "by hand" })
      expect((yield* fetched(one.index)).entries[0]?.fields["name"]).toBe("by hand")
    })
  )

  it.effect("refuses what no server can keep, and sends the rest", () =>
    Effect.gen(function* () {
      const one = yield* MemoryServer.connect(yield* MemoryServer.ours, desk)
      const deep = Array.from({ length: 100 }).reduce<ReadonlyArray<unknown>>((inner) => [inner], [])
      const { results, stopped } = yield* send(
        one.index,
        create(uuid(1), content({ description: "half \ud83d" })),
        create(uuid(2), content({ deep: deep as never })), // nested lists are JSON
        create(uuid(3), content({ huge: "x".repeat(70_000) })),
        create(uuid(4), content({}))
      )
      expect(stopped).toBeUndefined()
      expect(results.map(({ _tag }) => _tag)).toEqual(["Refused", "Refused", "Refused", "Done"])
    })
  )

  it.effect("says what is known if the connection fails in the middle", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const known = knownOf(yield* fetched(one.index))
      yield* one.control.failNext(1, closed("/api/projects/batch"), { after: 1 })
      const sent = yield* one.index.send(many(2500), { known })
      const tags = sent.results.map(({ _tag }) => _tag)
      expect([tags.slice(0, 1000), tags.slice(1000)].map((part) => new Set(part))).toEqual([new Set(["Done"]), new Set(["Skipped"])])
      expect(sent.stopped).toMatchObject({ reason: "Unreachable", address: "work.example" })
      expect(sent.cursor).toBeUndefined()

      yield* one.control.loseNext(1)
      const lost = yield* one.index.send(many(3, 5000), { known })
      expect(lost.results.map(({ _tag }) => _tag)).toEqual(["Unknown", "Unknown", "Unknown"])
      expect(lost.stopped?.reason).toBe("Lost")
    })
  )

  it.effect("sends nothing to another server than the one that was fetched from", () =>
    Effect.gen(function* () {
      const one = yield* MemoryServer.connect(yield* MemoryServer.ours, desk)
      const { results, stopped } = yield* one.index.send([create(uuid(1), content({}))], { known: { instance: "another", cursor: null, note: null } })
      expect(results).toEqual([{ _tag: "Skipped" }])
      expect(stopped?.reason).toBe("NotARemote")
      expect(yield* one.control.requests).toBe(0)
    })
  )

  it.effect("can be stopped before and after each request", () =>
    Effect.gen(function* () {
      const store = yield* MemoryServer.ours
      const one = yield* MemoryServer.connect(store, desk)
      const reached: Array<Name> = []
      const step = { reach: (name: Name) => Effect.sync(() => void reached.push(name)) }
      yield* Effect.provideService(send(one.index, ...many(1500)), SyncStep, step)
      expect(reached).toEqual(["sync-request:before", "sync-request:after", "sync-request:before", "sync-request:after"])
      const dying = { reach: (name: Name) => (name === "sync-request:after" ? Effect.interrupt : Effect.void) }
      yield* Effect.exit(Effect.provideService(send(one.index, create(uuid(9999), content({}))), SyncStep, dying))
      expect(yield* store.projects).toHaveLength(1501)
    })
  )
})
