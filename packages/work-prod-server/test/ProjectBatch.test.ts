import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { callerOf, changesSince, etagOf, firstMachine, plainRow, secondMachine, send, sendOne, type Told, uid, world } from "./feedWorld.js"

const plainNot = { error: "Project not found", status: 404 }

describe("ProjectBatch", () => {
  describe("upsert", () => {
    it.scoped("creates a project, then changes only the fields that are sent", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const created = yield* sendOne(me, { uid: uid(1), project: { name: "api", description: "text", path: "/a", metadata: { a: 1 } } })
        assert.deepInclude(created, { status: 201 })
        assert.deepInclude(created.project, { name: "api", description: "text", path: "/a", metadata: { a: 1 }, uid: uid(1), status: "active" })
        const changed = yield* sendOne(me, { uid: uid(1), project: { description: null, status: "paused" } })
        assert.deepInclude(changed, { status: 200 })
        assert.deepInclude(changed.project, { name: "api", description: null, path: "/a", metadata: { a: 1 }, uid: uid(1), status: "paused" })
        assert.notStrictEqual(etagOf(changed), etagOf(created))
      }).pipe(Effect.provide(world)))

    it.scoped("leaves the etag and the feed alone if nothing changes", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const created = yield* sendOne(me, { uid: uid(1), project: { name: "api" } })
        const { cursor } = yield* changesSince(me, "")
        const same = yield* sendOne(me, { uid: uid(1), project: { name: "api", status: "active" } })
        assert.deepStrictEqual(same, { ...created, status: 200 })
        assert.deepStrictEqual(yield* changesSince(me, cursor), { changes: [], cursor, more: false })
      }).pipe(Effect.provide(world)))

    it.scoped("says what is wrong with the fields, in the words of a single request", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        assert.deepStrictEqual(
          yield* send(
            me,
            { uid: uid(1), project: {} },
            { uid: uid(2), project: { name: "a", status: "lost" } },
            { uid: uid(3), project: { name: ["a"] } },
            { uid: uid(4), project: { name: "a", metadata: [] } },
            { uid: uid(5) },
            17
          ),
          [
            { error: "Name is required", status: 400 },
            { error: "Invalid status. Must be one of: active, paused, completed, cancelled", status: 400 },
            { error: "Invalid name. Must be text", status: 400 },
            { error: "Invalid metadata. Must be a JSON object", status: 400 },
            { error: "An item needs one of project, delete, id or merge beside its uid", status: 400 },
            { error: "An item must be a JSON object", status: 400 }
          ]
        )
        assert.deepStrictEqual((yield* changesSince(me, "")).changes, [])
      }).pipe(Effect.provide(world)))

    it.scoped("does not bring back what was deleted, unless that is asked for", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* send(me, { uid: uid(1), project: { name: "api" } })
        yield* send(me, { uid: uid(1), delete: true })
        const refused = { code: "deleted", error: "Project with this uid was deleted; send recreate: true to create it again", status: 409, uid: uid(1) }
        assert.deepInclude(yield* sendOne(me, { uid: uid(1), project: { name: "api" } }), refused)
        const withoutName = yield* sendOne(me, { uid: uid(1), project: { description: "an edit" } })
        assert.deepInclude(withoutName, refused)
        assert.match(String(withoutName["deleted_at"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(1), recreate: true, project: {} }), { error: "Name is required", status: 400 })
        const again = yield* sendOne(me, { uid: uid(1), recreate: true, project: { name: "api" } })
        assert.deepInclude(again, { status: 201 })
        assert.deepInclude(yield* sendOne(me, { uid: uid(1), recreate: true, project: { name: "api2" } }), { status: 200 })
      }).pipe(Effect.provide(world)))

    it.scoped("names the project that has the path", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default", firstMachine)
        const other = yield* callerOf("default", secondMachine)
        const holder = yield* sendOne(me, { uid: uid(1), project: { name: "one", path: "/a" } })
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(2), project: { name: "two", path: "/a" } }), {
          code: "path_taken",
          error: "Project with this path already exists",
          project: holder.project,
          status: 409
        })
        assert.deepInclude((yield* sendOne(other, { uid: uid(2), project: { name: "two", path: "/a" } })).project, { path: "/a" })
      }).pipe(Effect.provide(world)))
  })

  describe("delete", () => {
    it.scoped("deletes once, then says that it is deleted", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* send(me, { uid: uid(1), project: { name: "api" } })
        assert.deepStrictEqual(yield* send(me, { uid: uid(1), delete: true }, { uid: uid(2), delete: true }), [{ status: 204 }, plainNot])
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(1), delete: true }), { code: "deleted", ...plainNot })
      }).pipe(Effect.provide(world)))
  })

  describe("adopt", () => {
    it.scoped("gives a row its uid and changes the fields that are sent", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const id = yield* plainRow(me, { name: "api", description: "text" })
        const adopted = yield* sendOne(me, { id, uid: uid(1), project: { name: "API" } })
        assert.deepInclude(adopted, { status: 200 })
        assert.deepInclude(adopted.project, { id, uid: uid(1), name: "API", description: "text" })
        assert.deepStrictEqual(yield* sendOne(me, { id, uid: uid(1) }), adopted)
        // The next items of the same batch know the row by its uid.
        const other = yield* plainRow(me, { name: "web" })
        const [, changed] = yield* send(me, { id: other, uid: uid(2) }, { merge: uid(1), into: uid(2) })
        assert.deepInclude(changed, { status: 200 })
      }).pipe(Effect.provide(world)))

    it.scoped("refuses rows that are not there to be adopted", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const stranger = yield* callerOf("other")
        const theirs = yield* plainRow(stranger, { name: "theirs" })
        const id = yield* plainRow(me, { name: "api" })
        const free = yield* plainRow(me, { name: "free" })
        yield* send(me, { uid: uid(9), project: { name: "gone" } }, { id, uid: uid(1) })
        yield* send(me, { uid: uid(9), delete: true })
        const [foreign, unknown, fixed, taken, deleted, recreated] = yield* send(
          me,
          { id: theirs, uid: uid(2) },
          { id: 4_000_000, uid: uid(3) },
          { id, uid: uid(4) },
          { id: free, uid: uid(1) },
          { id: free, uid: uid(9) }
        )
        assert.deepStrictEqual([foreign, unknown, recreated], [plainNot, plainNot, undefined])
        assert.deepInclude(fixed, { code: "uid_fixed", status: 409 })
        assert.deepInclude(fixed?.project, { id, uid: uid(1) })
        assert.deepInclude(taken, { code: "uid_taken", status: 409 })
        assert.deepInclude(taken?.project, { id, uid: uid(1) })
        assert.deepInclude(deleted, { code: "deleted", status: 409 })
        assert.deepInclude(yield* sendOne(me, { id: free, uid: uid(9), recreate: true }), { status: 200 })
      }).pipe(Effect.provide(world)))
  })

  describe("join", () => {
    it.scoped("moves the locations that the other lacks, changes its fields, and leaves a deletion that says where to", () =>
      Effect.gen(function* () {
        const here = yield* callerOf("default", firstMachine)
        const there = yield* callerOf("default", secondMachine)
        yield* send(here, { uid: uid(1), project: { name: "one", path: "/here/1" } }, { uid: uid(2), project: { name: "two", path: "/here/2" } })
        yield* send(there, { uid: uid(1), project: { path: "/there/1" } })
        const { cursor } = yield* changesSince(here, "")
        const joined = yield* sendOne(here, { merge: uid(1), into: uid(2), project: { description: "both" } })
        assert.deepInclude(joined, { status: 200 })
        assert.deepInclude(joined.project, { name: "two", uid: uid(2), description: "both", path: "/here/2" })
        assert.sameDeepMembers(joined.project?.["locations"] as ReadonlyArray<unknown> as Array<unknown>, [
          { machine: firstMachine, name: null, path: "/here/2" },
          { machine: secondMachine, name: null, path: "/there/1" }
        ])
        const { changes } = yield* changesSince(here, cursor)
        const deletion = changes.find(({ type }) => type === "deleted")
        assert.deepInclude(deletion, { uid: uid(1), merged_into: uid(2) })
        assert.deepStrictEqual(changes.find(({ type }) => type === "project")?.["project"], joined.project)
        assert.strictEqual(changes.length, 2)
        // The path of the row that went is free.
        assert.deepInclude(yield* sendOne(here, { uid: uid(3), project: { name: "three", path: "/here/1" } }), { status: 201 })
      }).pipe(Effect.provide(world)))

    it.scoped("can give the path of the row that goes to the one that stays", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* send(me, { uid: uid(1), project: { name: "one", path: "/1" } }, { uid: uid(2), project: { name: "two", path: "/2" } })
        const joined = yield* sendOne(me, { merge: uid(1), into: uid(2), project: { path: "/1" } })
        assert.deepInclude(joined.project, { path: "/1" })
      }).pipe(Effect.provide(world)))

    it.scoped("needs both rows, and changes nothing if a field is refused", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const one = yield* sendOne(me, { uid: uid(1), project: { name: "one", path: "/1" } })
        const two = yield* sendOne(me, { uid: uid(2), project: { name: "two" } })
        yield* send(me, { uid: uid(3), project: { name: "three", path: "/3" } }, { uid: uid(4), project: { name: "four" } })
        yield* send(me, { uid: uid(4), delete: true })
        const { cursor } = yield* changesSince(me, "")
        assert.deepStrictEqual(yield* send(me, { merge: uid(8), into: uid(2) }, { merge: uid(1), into: uid(9) }, { merge: uid(4), into: uid(2) }), [
          plainNot,
          plainNot,
          { code: "deleted", ...plainNot }
        ])
        assert.deepInclude(yield* sendOne(me, { merge: uid(1), into: uid(4) }), { code: "deleted", ...plainNot })
        assert.deepInclude(yield* sendOne(me, { merge: uid(1), into: uid(2), project: { path: "/3" } }), { code: "path_taken", status: 409 })
        assert.deepInclude(yield* sendOne(me, { merge: uid(1), into: uid(2), project: { status: null } }), { error: "Status cannot be null", status: 400 })
        assert.deepStrictEqual((yield* changesSince(me, cursor)).changes, [])
        assert.deepStrictEqual(yield* send(me, { uid: uid(1), project: {} }, { uid: uid(2), project: {} }), [
          { ...one, status: 200 },
          { ...two, status: 200 }
        ])
      }).pipe(Effect.provide(world)))
  })

  describe("if_match", () => {
    it.scoped("holds for the etag that the row has, and for null where there is no row", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const created = yield* sendOne(me, { uid: uid(1), if_match: null, project: { name: "one" } })
        assert.deepInclude(created, { status: 201 })
        const changed = yield* sendOne(me, { uid: uid(1), if_match: etagOf(created), project: { name: "two" } })
        assert.deepInclude(changed, { status: 200 })
        const id = yield* plainRow(me, { name: "row" })
        const adopted = yield* sendOne(me, { id, uid: uid(2), if_match: "1" })
        assert.deepInclude(adopted, { status: 200 })
        assert.deepInclude(yield* sendOne(me, { merge: uid(2), into: uid(1), if_match: etagOf(adopted), into_if_match: etagOf(changed) }), { status: 200 })
        const now = yield* sendOne(me, { uid: uid(1), project: {} })
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(1), if_match: etagOf(now), delete: true }), { status: 204 })
      }).pipe(Effect.provide(world)))

    it.scoped("otherwise changes nothing and shows the row as it is", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { project: one = null } = yield* sendOne(me, { uid: uid(1), project: { name: "one" } })
        const { project: two = null } = yield* sendOne(me, { uid: uid(2), project: { name: "two" } })
        const id = yield* plainRow(me, { name: "row" })
        const { cursor } = yield* changesSince(me, "")
        const shown = (project: Told["project"]) => ({
          code: "precondition_failed",
          error: project === null ? "There is no such project, but the condition is that there is one" : "Project is not as the condition says",
          project,
          status: 412
        })
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(1), if_match: null, project: { name: "x" } }), shown(one))
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(1), if_match: "99", project: { name: "x" } }), shown(one))
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(1), if_match: "99", delete: true }), shown(one))
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(1), if_match: null, delete: true }), shown(one))
        assert.deepInclude(yield* sendOne(me, { id, uid: uid(3), if_match: "99" }), { code: "precondition_failed", status: 412 })
        assert.deepStrictEqual(yield* sendOne(me, { merge: uid(1), into: uid(2), if_match: "99" }), shown(one))
        assert.deepStrictEqual(yield* sendOne(me, { merge: uid(1), into: uid(2), into_if_match: "99" }), shown(two))
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(8), if_match: "1", project: { name: "x" } }), shown(null))
        assert.deepStrictEqual(yield* sendOne(me, { uid: uid(8), if_match: "1", delete: true }), shown(null))
        assert.deepStrictEqual(yield* changesSince(me, cursor), { changes: [], cursor, more: false })
      }).pipe(Effect.provide(world)))
  })
})
