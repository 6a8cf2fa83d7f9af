import { Database } from "@dev-infra/work-prod-server/Database"
import * as Projects from "@dev-infra/work-prod-server/Projects"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import * as ProjectRows from "../src/projects/ProjectRows.js"
import { any, archive, callerOf, create, etag, get, list, positionOf, refusal, remove, tombstonesOf, uid, update, world } from "./projectWorld.js"

const nothingGiven = {
  classification: null,
  description: null,
  locations: [],
  metadata: {},
  organization: null,
  path: null,
  project_type: null,
  remote_url: null,
  status: "active",
  uid: null
}

describe("Projects", () => {
  describe("create and get", () => {
    it.scoped("fills in what is not said, and sorts the keys", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* TestClock.setTime(2999)
        const created = yield* create(me, { name: "api" })
        const time = "1970-01-01T00:00:02"
        assert.deepStrictEqual(created, { ...nothingGiven, created_at: time, etag: "1", id: 1, name: "api", updated_at: time })
        assert.deepStrictEqual(Object.keys(created), Object.keys(created).sort())
        assert.deepStrictEqual(yield* get(me, 1), created)
      }).pipe(Effect.provide(world)))

    it.scoped("does not use a number again", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { id } = yield* create(me, { name: "one" })
        yield* remove(me, id)
        assert.isAbove((yield* create(me, { name: "two" })).id, id)
      }).pipe(Effect.provide(world)))

    it.scoped("says that there is no project where there is none", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        for (const id of [0, 1, Number.MAX_SAFE_INTEGER]) assert.strictEqual((yield* Effect.flip(get(me, id)))._tag, "ProjectNotFound")
      }).pipe(Effect.provide(world)))
  })

  describe("update", () => {
    it.scoped("changes the sent fields only, with a later time and another etag", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* TestClock.setTime(0)
        const before = yield* create(me, { name: "api", description: "d", organization: "o", remote_url: "u", path: "/a", classification: "primary", metadata: { a: 1 } })
        yield* TestClock.adjust("90 seconds")
        const after = yield* update(me, before.id, { description: null, status: "paused" })
        assert.deepStrictEqual(after, { ...before, description: null, status: "paused", etag: "2", updated_at: "1970-01-01T00:01:30" })
        assert.deepStrictEqual(yield* get(me, before.id), after)
      }).pipe(Effect.provide(world)))

    it.scoped("leaves everything as it is if nothing changes", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const fields = { name: "api", path: "/a", metadata: { b: [1, { d: null, c: 2 }], a: 1 }, uid: uid(1), project_type: "Work" }
        const before = yield* create(me, fields)
        const position = yield* positionOf(me)
        yield* TestClock.adjust("1 minute")
        for (const patch of [{}, fields, { metadata: { a: 1, b: [1, { c: 2, d: null }] } }, { path: "/a" }]) {
          assert.deepStrictEqual(yield* update(me, before.id, patch), before)
        }
        assert.strictEqual(yield* positionOf(me), position)
      }).pipe(Effect.provide(world)))

    it.scoped("sees a change in every field", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { id } = yield* create(me, { name: "api" })
        const patches = [
          { name: "" },
          { description: "" },
          { organization: "o" },
          { classification: "archive" },
          { status: "cancelled" },
          { project_type: "Personal" },
          { remote_url: "u" },
          { path: "/a" },
          { metadata: { a: 0 } },
          { uid: uid(1) },
          { path: null }
        ]
        for (const [index, patch] of patches.entries()) assert.deepInclude(yield* update(me, id, patch), { ...patch, etag: String(index + 2) })
        assert.strictEqual(yield* positionOf(me), patches.length + 1)
      }).pipe(Effect.provide(world)))

    it.scoped("looks for the project first, then at the condition, then at the fields", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { id } = yield* create(me, { name: "api" })
        assert.strictEqual((yield* Effect.flip(update(me, id + 1, { status: "lost" })))._tag, "ProjectNotFound")
        assert.strictEqual((yield* Effect.flip(update(me, id, { status: "lost" }, etag("7"))))._tag, "PreconditionFailed")
        assert.deepInclude(yield* refusal(update(me, id, { status: "lost", name: "b" })), { _tag: "InvalidInput" })
        assert.deepInclude(yield* get(me, id), { name: "api", etag: "1" })
      }).pipe(Effect.provide(world)))
  })

  describe("conditions", () => {
    it.scoped("are met by the present etag only, and show the project as it is otherwise", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const before = yield* create(me, { name: "api" })
        const after = yield* update(me, before.id, { name: "b" }, etag(before.etag))
        const attempts = [
          update(me, before.id, { name: "c" }, etag(before.etag)),
          update(me, before.id, { name: "c" }, { _tag: "None" }),
          archive(me, before.id, etag(before.etag)),
          remove(me, before.id, etag(before.etag))
        ]
        for (const attempt of attempts) assert.deepInclude(yield* refusal(attempt), { _tag: "PreconditionFailed", project: after })
        yield* remove(me, before.id, etag(after.etag))
        assert.strictEqual((yield* Effect.flip(remove(me, before.id, etag(after.etag))))._tag, "ProjectNotFound")
      }).pipe(Effect.provide(world)))
  })

  describe("archive", () => {
    it.scoped("sets classification and status and nothing else, once", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const before = yield* create(me, { name: "api", classification: "primary", description: "d", path: "/a" })
        const archived = yield* archive(me, before.id)
        assert.deepStrictEqual(archived, { ...before, classification: "archive", status: "completed", etag: "2" })
        assert.deepStrictEqual(yield* archive(me, before.id), archived)
        assert.deepStrictEqual(yield* list(me), [archived])
      }).pipe(Effect.provide(world)))
  })

  describe("remove", () => {
    it.scoped("frees the path, and remembers the uid", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { id } = yield* create(me, { name: "api", path: "/a", uid: uid(1) })
        yield* remove(me, id)
        assert.strictEqual((yield* Effect.flip(remove(me, id)))._tag, "ProjectNotFound")
        assert.deepStrictEqual(yield* tombstonesOf(me), [{ uid: uid(1), version: 2, position: 2, merged_into: null }])
        assert.deepInclude(yield* create(me, { name: "other", path: "/a" }), { path: "/a" })
      }).pipe(Effect.provide(world)))
  })

  describe("paths", () => {
    it.scoped("belong to one project of a machine, compared byte by byte", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const first = yield* create(me, { name: "first", path: "/a" })
        for (const path of ["/a/", "/A", "/ä"]) yield* create(me, { name: path, path })
        const second = yield* create(me, { name: "second" })
        assert.deepInclude(yield* refusal(create(me, { name: "third", path: "/a" })), { _tag: "PathTaken", project: first })
        assert.deepInclude(yield* refusal(update(me, second.id, { path: "/a", name: "b" })), { _tag: "PathTaken", project: first })
        assert.deepStrictEqual(yield* get(me, second.id), second)
        assert.deepInclude(yield* update(me, first.id, { path: "/b" }), { path: "/b" })
        assert.deepInclude(yield* update(me, second.id, { path: "/a" }), { path: "/a" })
      }).pipe(Effect.provide(world)))

    it.scoped("are those of the asking machine", () =>
      Effect.gen(function* () {
        const laptop = yield* callerOf("default", 901, "laptop")
        const server = yield* callerOf("default", 902)
        const nobody = yield* callerOf("default")
        const { id } = yield* create(laptop, { name: "api", path: "/a" })
        const twin = yield* create(server, { name: "twin", path: "/a" })
        assert.notStrictEqual(twin.id, id)
        assert.deepInclude(yield* get(server, id), { path: null })
        yield* update(server, id, { path: "/srv/api" })
        yield* update(nobody, id, { path: "/old" })
        const locations = [
          { machine: uid(901), name: "laptop", path: "/a" },
          { machine: uid(902), name: null, path: "/srv/api" },
          { machine: null, name: null, path: "/old" }
        ]
        for (const [caller, path] of [[laptop, "/a"], [server, "/srv/api"], [nobody, "/old"]] as const) {
          assert.deepInclude(yield* get(caller, id), { path, locations })
        }
        yield* update(server, id, { path: null })
        assert.deepInclude(yield* get(laptop, id), { path: "/a", locations: locations.filter(({ path }) => path !== "/srv/api") })
      }).pipe(Effect.provide(world)))

    it.scoped("go by the machine's latest name", () =>
      Effect.gen(function* () {
        const { id } = yield* create(yield* callerOf("default", 901, "old"), { name: "api", path: "/a" })
        const renamed = yield* callerOf("default", 901, "new")
        assert.deepInclude(yield* get(renamed, id), { locations: [{ machine: uid(901), name: "old", path: "/a" }] })
        yield* update(renamed, id, { path: "/b" })
        yield* update(yield* callerOf("default", 901), id, { path: "/c" })
        assert.deepInclude(yield* get(renamed, id), { locations: [{ machine: uid(901), name: "new", path: "/c" }] })
      }).pipe(Effect.provide(world)))
  })

  describe("uids", () => {
    it.scoped("are claimed once and for life", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const first = yield* create(me, { name: "first", uid: uid(1).toUpperCase() })
        assert.deepInclude(first, { uid: uid(1) })
        const second = yield* create(me, { name: "second" })
        assert.deepInclude(yield* refusal(create(me, { name: "third", uid: uid(1) })), { _tag: "UidTaken", project: first })
        assert.deepInclude(yield* refusal(update(me, second.id, { uid: uid(1) })), { _tag: "UidTaken", project: first })
        assert.deepInclude(yield* update(me, second.id, { uid: uid(2) }), { uid: uid(2) })
        for (const other of [uid(3), null]) assert.deepInclude(yield* refusal(update(me, first.id, { uid: other, name: "x" })), { _tag: "UidFixed", project: first })
        assert.deepStrictEqual(yield* get(me, first.id), first)
      }).pipe(Effect.provide(world)))

    it.scoped("come back only if that is asked for, with an etag that was never used", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* TestClock.setTime(0)
        const { id } = yield* create(me, { name: "api", uid: uid(1) })
        for (const name of ["a", "b", "c"]) yield* update(me, id, { name })
        const { etag: last } = yield* get(me, id)
        yield* remove(me, id)
        assert.deepInclude(yield* refusal(create(me, { name: "api", uid: uid(1) })), { _tag: "UidDeleted", uid: uid(1), deletedAt: "1970-01-01T00:00:00" })
        const again = yield* create(me, { name: "api", uid: uid(1), recreate: true })
        assert.isAbove(Number(again.etag), Number(last))
        // That the former row is gone is still told, but no longer of the uid.
        assert.deepStrictEqual((yield* tombstonesOf(me)).map((tombstone) => tombstone.uid), [null])

        yield* remove(me, again.id)
        const other = yield* create(me, { name: "other" })
        assert.strictEqual((yield* Effect.flip(update(me, other.id, { uid: uid(1) })))._tag, "UidDeleted")
        const adopted = yield* update(me, other.id, { uid: uid(1), recreate: true })
        assert.isAbove(Number(adopted.etag), Number(again.etag))
        assert.deepStrictEqual((yield* tombstonesOf(me)).map((tombstone) => tombstone.uid), [null, null])
      }).pipe(Effect.provide(world)))

    it.scoped("are not brought back by a change that is refused", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* create(me, { name: "there", path: "/a" })
        const { id } = yield* create(me, { name: "api", uid: uid(1) })
        yield* remove(me, id)
        assert.strictEqual((yield* Effect.flip(create(me, { name: "api", uid: uid(1), recreate: true, path: "/a" })))._tag, "PathTaken")
        assert.deepStrictEqual((yield* tombstonesOf(me)).map((tombstone) => tombstone.uid), [uid(1)])
      }).pipe(Effect.provide(world)))
  })

  describe("joining", () => {
    it.scoped("moves the locations that the other row does not have", () =>
      Effect.gen(function* () {
        const laptop = yield* callerOf("default", 901)
        const server = yield* callerOf("default", 902)
        const from = yield* create(laptop, { name: "from", path: "/from", uid: uid(1) })
        yield* update(server, from.id, { path: "/srv/from" })
        const to = yield* create(laptop, { name: "to", path: "/to", uid: uid(2) })
        const database = yield* Database
        yield* database.write(
          Effect.gen(function* () {
            const rows = yield* ProjectRows.make(database)(laptop)
            const found = yield* rows.byUids([uid(1), uid(2), uid(3)])
            const [one, other] = [found.get(uid(1)), found.get(uid(2))]
            if (one === undefined || other === undefined) return assert.fail("the rows are not found")
            yield* rows.moveLocations(one, other)
            yield* rows.remove(one, uid(2))
          })
        )
        const joined = yield* get(server, to.id)
        assert.deepInclude(joined, { path: "/srv/from", etag: "2" })
        assert.deepStrictEqual(joined["locations"], [
          { machine: uid(901), name: null, path: "/to" },
          { machine: uid(902), name: null, path: "/srv/from" }
        ])
        assert.deepInclude((yield* tombstonesOf(laptop))[0], { uid: uid(1), merged_into: uid(2) })
      }).pipe(Effect.provide(world)))
  })

  describe("accounts", () => {
    it.scoped("know nothing of each other", () =>
      Effect.gen(function* () {
        const mine = yield* callerOf("mine", 901)
        const theirs = yield* callerOf("theirs", 901)
        const project = yield* create(mine, { name: "api", path: "/a", uid: uid(1), remote_url: "u" })
        const { id } = project
        const attempts: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }, Projects.Projects>> = [
          get(theirs, id),
          update(theirs, id, { name: "x" }),
          update(theirs, id, { name: "x" }, etag(project.etag)),
          archive(theirs, id),
          remove(theirs, id, any)
        ]
        for (const attempt of attempts) assert.strictEqual((yield* Effect.flip(attempt))._tag, "ProjectNotFound")
        for (const filters of [{}, { uid: uid(1) }, { path: "/a" }, { remoteUrl: "u" }, { search: "api" }]) {
          assert.deepStrictEqual(yield* list(theirs, filters), [])
          assert.deepStrictEqual(yield* list(mine, filters), [project])
        }
        const twin = yield* create(theirs, { name: "twin", path: "/a", uid: uid(1), remote_url: "u" })
        yield* remove(theirs, twin.id)
        assert.strictEqual((yield* Effect.flip(create(theirs, { name: "twin", uid: uid(1) })))._tag, "UidDeleted")
        assert.deepStrictEqual(yield* get(mine, id), project)
        assert.strictEqual(yield* positionOf(mine), 1)
        assert.strictEqual(yield* positionOf(theirs), 2)
      }).pipe(Effect.provide(world)))
  })

  describe("many at once", () => {
    it.scoped("give one path to one project", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const results = yield* Effect.forEach(Array.from({ length: 20 }), (_, index) => Effect.either(create(me, { name: `p${index}`, path: "/a" })), { concurrency: "unbounded" })
        assert.lengthOf(results.filter((result) => result._tag === "Right"), 1)
        for (const result of results) if (result._tag === "Left") assert.strictEqual(result.left._tag, "PathTaken")
        assert.lengthOf(yield* list(me), 1)
      }).pipe(Effect.provide(world)))

    it.scoped("let one of those that saw the same etag win", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { id, etag: seen } = yield* create(me, { name: "api" })
        const results = yield* Effect.forEach(Array.from({ length: 10 }), (_, index) => Effect.either(update(me, id, { name: `p${index}` }, etag(seen))), { concurrency: "unbounded" })
        assert.lengthOf(results.filter((result) => result._tag === "Right"), 1)
        assert.deepInclude(yield* get(me, id), { etag: "2" })
      }).pipe(Effect.provide(world)))
  })
})
