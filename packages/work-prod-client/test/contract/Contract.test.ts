import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { worlds, type Opened } from "./worlds.js"

const uid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

const laptop = { uid: uid(901), name: "laptop" }
const tower = { uid: uid(902), name: "tower" }

const listed = (workProd: WorkProdShape, filters?: Parameters<WorkProdShape["list"]>[0]) => Effect.map(Stream.runCollect(workProd.list(filters)), Chunk.toReadonlyArray)

const names = (workProd: WorkProdShape, filters?: Parameters<WorkProdShape["list"]>[0]) => Effect.map(listed(workProd, filters), (projects) => projects.map(({ name }) => name))

describe.each(worlds)("the client with $name", ({ capabilities, isOld, open }) => {
  const withClient = (use: (workProd: WorkProdShape, opened: Opened) => Effect.Effect<void, unknown>) => () =>
    Effect.gen(function* () {
      const opened = yield* open
      yield* use(yield* opened.connect(), opened)
    })

  const withBoth = (use: (one: WorkProdShape, other: WorkProdShape) => Effect.Effect<void, unknown>) => () =>
    Effect.gen(function* () {
      const opened = yield* open
      yield* use(yield* opened.connect(laptop), yield* opened.connect(tower))
    })

  describe("health", () => {
    it.scoped("tells what the server can do", withClient((workProd) =>
      Effect.gen(function* () {
        const health = yield* workProd.health
        expect([...health.capabilities].sort()).toEqual(capabilities)
        expect(health.instance === null).toBe(isOld)
        expect(health.version === null).toBe(isOld)
      })
    ))
  })

  describe("create", () => {
    it.scoped("stores the fields, and says which did not stick", withClient((workProd) =>
      Effect.gen(function* () {
        const fields = { name: "api ✓", description: "d", organization: "o", classification: "primary", status: "paused", remote_url: "https://x/api", path: "/api" }
        const created = yield* workProd.create({ ...fields, project_type: "Work", metadata: { tags: ["a"] }, uid: uid(1) })
        expect(created.dropped).toEqual(isOld ? ["project_type", "metadata", "uid"] : [])
        expect(created.project).toEqual(yield* workProd.get(created.project.id))
        expect(created.project).toMatchObject({
          ...fields,
          id: 1,
          created_at: "2026-01-01T00:00:00",
          updated_at: "2026-01-01T00:00:00",
          project_type: isOld ? null : "Work",
          metadata: isOld ? null : { tags: ["a"] },
          uid: isOld ? null : uid(1),
          locations: isOld ? null : [{ machine: null, name: null, path: "/api" }]
        })
        expect(created.project.etag === null).toBe(isOld)
      })
    ))

    it.scoped("makes an active project of a name alone", withClient((workProd) =>
      Effect.gen(function* () {
        const { dropped, project } = yield* workProd.create({ name: "a", path: "", remote_url: "" })
        expect(dropped).toEqual([])
        expect(project).toMatchObject({ name: "a", status: "active", path: null, remote_url: null, description: null, classification: null })
      })
    ))

    it.scoped.each([
      [{}, "Name is required"],
      [{ name: "a", status: "x" }, "Invalid status. Must be one of: active, paused, completed, cancelled"],
      [{ name: "a", status: null }, "Status cannot be null"],
      [{ name: "a", classification: "x" }, "Invalid classification. Must be one of: primary, secondary, archive, maintenance"]
    ] satisfies ReadonlyArray<[JsonObject, string]>)("refuses %j", ([fields, text]) =>
      withClient((workProd) =>
        Effect.gen(function* () {
          expect(yield* Effect.flip(workProd.create(fields))).toMatchObject({ _tag: "Rejected", status: 400, text })
          expect(yield* names(workProd)).toEqual([])
        })
      )()
    )

    it.scoped("refuses a value of a wrong type", withClient((workProd) =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip(workProd.create({ name: "a", description: ["x"] }))
        expect(failure).toMatchObject(isOld ? { _tag: "ServerFault", status: 500 } : { _tag: "Rejected", status: 400 })
      })
    ))

    it.scoped("tells the project that is at the path already, where the server says so", withClient((workProd) =>
      Effect.gen(function* () {
        const { project } = yield* workProd.create({ name: "a", path: "/p" })
        const failure = yield* Effect.flip(workProd.create({ name: "b", path: "/p" }))
        expect(failure).toMatchObject({ _tag: "Conflict", text: "Project with this path already exists", code: isOld ? null : "path_taken", project: isOld ? null : project })
      })
    ))
  })

  describe("update", () => {
    it.scoped("changes the fields that are sent", withClient((workProd, { passSecond }) =>
      Effect.gen(function* () {
        const { project } = yield* workProd.create({ name: "a", description: "d", path: "/p" })
        yield* passSecond
        const same = yield* workProd.update(project.id, { description: "d" })
        expect(same.project).toEqual(project)
        const changed = yield* workProd.update(project.id, { description: null, path: "/q" })
        expect(changed.dropped).toEqual([])
        expect(changed.project).toMatchObject({ name: "a", description: null, path: "/q", created_at: "2026-01-01T00:00:00", updated_at: "2026-01-01T00:00:01" })
        if (!isOld) expect(changed.project.etag).not.toBe(project.etag)
      })
    ))

    it.scoped("fails for a project that is not there", withClient((workProd) =>
      Effect.gen(function* () {
        for (const failing of [workProd.get(7), workProd.update(7, { name: "a" }), workProd.remove(7), workProd.archive(7)]) {
          expect(yield* Effect.flip(failing)).toMatchObject({ _tag: "NotFound", text: "Project not found" })
        }
      })
    ))

    it.scoped("holds to a condition, or says that it cannot", withClient((workProd) =>
      Effect.gen(function* () {
        const { project } = yield* workProd.create({ name: "a" })
        const ifMatch = project.etag ?? "1"
        if (isOld) {
          expect(yield* Effect.flip(workProd.update(project.id, { name: "b" }, { ifMatch }))).toMatchObject({ _tag: "Unsupported", capability: "etag" })
          expect(yield* names(workProd)).toEqual(["a"])
          return
        }
        const { project: changed } = yield* workProd.update(project.id, { name: "b" }, { ifMatch })
        for (const late of [workProd.update(project.id, { name: "c" }, { ifMatch }), workProd.remove(project.id, { ifMatch }), workProd.archive(project.id, { ifMatch })]) {
          expect(yield* Effect.flip(late)).toMatchObject({ _tag: "PreconditionFailed", project: changed })
        }
      })
    ))
  })

  describe("archive and remove", () => {
    it.scoped("archive sets two fields", withClient((workProd) =>
      Effect.gen(function* () {
        const { project } = yield* workProd.create({ name: "a", classification: "primary" })
        const archived = yield* workProd.archive(project.id)
        expect(archived).toMatchObject({ name: "a", classification: "archive", status: "completed" })
        expect(yield* workProd.archive(project.id)).toEqual(archived)
      })
    ))

    it.scoped("remove takes it away and frees the path", withClient((workProd) =>
      Effect.gen(function* () {
        const { project } = yield* workProd.create({ name: "a", path: "/p" })
        yield* workProd.remove(project.id)
        expect(yield* listed(workProd)).toEqual([])
        const again = yield* workProd.create({ name: "b", path: "/p" })
        expect(again.project.id === project.id).toBe(isOld)
      })
    ))
  })

  describe("list", () => {
    it.scoped("filters as it is asked to, whatever the server knows", withClient((workProd) =>
      Effect.gen(function* () {
        yield* workProd.create({ name: "Alpha", organization: "Acme", remote_url: "https://x/1", path: "/1" })
        yield* workProd.create({ name: "beta", organization: "acme", description: "about ALPHA", status: "paused" })
        yield* workProd.create({ name: "a_b 100%", classification: "primary" })
        expect(yield* names(workProd)).toEqual(["Alpha", "beta", "a_b 100%"])
        expect(yield* names(workProd, { search: "alpha" })).toEqual(["Alpha", "beta"])
        expect(yield* names(workProd, { search: "_" })).toEqual(["a_b 100%"])
        expect(yield* names(workProd, { search: "0%" })).toEqual(["a_b 100%"])
        expect(yield* names(workProd, { organization: "acme" })).toEqual(["beta"])
        expect(yield* names(workProd, { status: "active", classification: "primary" })).toEqual(["a_b 100%"])
        expect(yield* names(workProd, { status: "actve" })).toEqual([])
        expect(yield* names(workProd, { path: "/1" })).toEqual(["Alpha"])
        expect(yield* names(workProd, { remote_url: "https://x/1" })).toEqual(["Alpha"])
        expect(yield* names(workProd, { uid: uid(1) })).toEqual([])
        expect(yield* names(workProd, { updated_since: "2026-01-01T00:00:00Z" })).toHaveLength(3)
        expect(yield* names(workProd, { updated_since: "2026-01-01T00:00:01Z" })).toEqual([])
      })
    ))

    it.scoped("tells more than a page has", withClient((workProd) =>
      Effect.gen(function* () {
        const result = yield* workProd.import(Array.from({ length: 1001 }, (_, index) => ({ name: `p${index + 1}`, remote_url: `https://x/${index + 1}` })))
        expect(result).toEqual({ imported: 1001, skipped: 0, errors: [] })
        const projects = yield* listed(workProd)
        expect(projects.map(({ id }) => id)).toEqual(Array.from({ length: 1001 }, (_, index) => index + 1))
        expect(projects.at(-1)?.name).toBe("p1001")
      })
    ))
  })

  describe("import", () => {
    it.scoped("skips what is known, tells what is wrong, and goes on", withClient((workProd) =>
      Effect.gen(function* () {
        yield* workProd.create({ name: "a", remote_url: "https://x/a", path: "/a" })
        const result = yield* workProd.import([
          { name: "other", remote_url: "https://x/a" },
          { name: "b", path: "/a" },
          { name: "c", status: null },
          { remote_url: "https://x/d" },
          { name: "e", path: "", remote_url: "" },
          { name: "f", path: "", remote_url: "" }
        ])
        expect(result).toEqual({
          imported: 2,
          skipped: 4,
          errors: [
            { error: "Project with this path already exists", project: "b" },
            { error: "Invalid status 'None'. Must be one of: active, paused, completed, cancelled", project: "c" },
            { error: "Name is required", project: null }
          ]
        })
        expect(yield* names(workProd)).toEqual(["a", "e", "f"])
      })
    ))
  })

  describe("two machines", () => {
    it.scoped("may use one path for two projects, where the server knows machines", withBoth((one, other) =>
      Effect.gen(function* () {
        const { project } = yield* one.create({ name: "a", path: "/home/me/api" })
        if (isOld) {
          expect(yield* Effect.flip(other.create({ name: "b", path: "/home/me/api" }))).toMatchObject({ _tag: "Conflict" })
          expect((yield* other.get(project.id)).path).toBe("/home/me/api")
          return
        }
        const second = yield* other.create({ name: "b", path: "/home/me/api" })
        expect(second.project.path).toBe("/home/me/api")
        expect((yield* other.get(project.id)).path).toBe(null)
        yield* other.update(project.id, { path: "/elsewhere" })
        const seen = yield* one.get(project.id)
        expect(seen.path).toBe("/home/me/api")
        expect(seen.locations).toEqual([
          { machine: laptop.uid, name: "laptop", path: "/home/me/api" },
          { machine: tower.uid, name: "tower", path: "/elsewhere" }
        ])
      })
    ))
  })

  if (isOld) {
    it.scoped("says that there are no batches and no feed", withClient((workProd) =>
      Effect.gen(function* () {
        expect(yield* Effect.flip(workProd.batch([{ uid: uid(1), project: { name: "a" } }]))).toMatchObject({ _tag: "Unsupported", capability: "batch" })
        expect(yield* Effect.flip(workProd.changes(""))).toMatchObject({ _tag: "Unsupported", capability: "changes" })
        expect(yield* names(workProd)).toEqual([])
      })
    ))
    return
  }

  describe("uids", () => {
    it.scoped("are unique, for life, and remembered when deleted", withClient((workProd) =>
      Effect.gen(function* () {
        const { project } = yield* workProd.create({ name: "a", uid: uid(1).toUpperCase() })
        expect(project.uid).toBe(uid(1))
        expect(yield* Effect.flip(workProd.create({ name: "b", uid: uid(1) }))).toMatchObject({ _tag: "Conflict", code: "uid_taken", project })
        expect(yield* Effect.flip(workProd.update(project.id, { uid: uid(2) }))).toMatchObject({ _tag: "Conflict", code: "uid_fixed", project })
        expect(yield* Effect.flip(workProd.update(project.id, { uid: null }))).toMatchObject({ _tag: "Conflict", code: "uid_fixed" })
        yield* workProd.remove(project.id)
        expect(yield* Effect.flip(workProd.create({ name: "a", uid: uid(1) }))).toMatchObject({ _tag: "UidDeleted", uid: uid(1), deletedAt: "2026-01-01T00:00:00" })
        const again = yield* workProd.create({ name: "a", uid: uid(1), recreate: true })
        expect(again.dropped).toEqual([])
        expect(again.project.uid).toBe(uid(1))
        expect(again.project.id).not.toBe(project.id)
        expect(again.project.etag).not.toBe(project.etag)
      })
    ))

    it.scoped("can be claimed for a project that has none", withClient((workProd) =>
      Effect.gen(function* () {
        const { project } = yield* workProd.create({ name: "a" })
        expect((yield* workProd.update(project.id, { uid: uid(1) })).project.uid).toBe(uid(1))
      })
    ))
  })

  describe("batch", () => {
    it.scoped("does every item by itself", withClient((workProd) =>
      Effect.gen(function* () {
        const plain = yield* workProd.create({ name: "plain" })
        const results = yield* workProd.batch([
          { uid: uid(1), project: { name: "one", path: "/1" } },
          { uid: uid(2), project: { name: "two", path: "/1" } },
          { uid: uid(3), project: {} },
          { uid: uid(4), delete: true },
          { id: plain.project.id, uid: uid(5), if_match: plain.project.etag },
          { uid: uid(6), project: { name: "six" }, if_match: "9" },
          { uid: uid(7), project: { name: "seven" }, if_match: null }
        ])
        expect(results.map(({ code, error, status }) => [status, code ?? null, error ?? null])).toEqual([
          [201, null, null],
          [409, "path_taken", "Project with this path already exists"],
          [400, null, "Name is required"],
          [404, null, "Project not found"],
          [200, null, null],
          [412, "precondition_failed", expect.any(String)],
          [201, null, null]
        ])
        expect(results[1]?.project).toEqual(results[0]?.project)
        expect(results[5]?.project).toBe(null)
        expect(yield* names(workProd)).toEqual(["plain", "one", "seven"])
      })
    ))

    it.scoped("changes, deletes and recreates by uid", withClient((workProd) =>
      Effect.gen(function* () {
        const one = (item: Parameters<WorkProdShape["batch"]>[0][number]) => Effect.map(workProd.batch([item]), ([result]) => result)
        const created = yield* one({ uid: uid(1), project: { name: "a", description: "d" } })
        expect(yield* one({ uid: uid(1), project: { name: "b" } })).toMatchObject({ status: 200, project: { name: "b", description: "d" } })
        expect(yield* one({ uid: uid(1), project: { name: "c" }, if_match: created?.project?.etag ?? "" })).toMatchObject({ status: 412, project: { name: "b" } })
        expect(yield* one({ uid: uid(1), delete: true })).toEqual({ status: 204 })
        expect(yield* one({ uid: uid(1), delete: true })).toMatchObject({ status: 404, code: "deleted" })
        expect(yield* one({ uid: uid(1), project: { name: "d" } })).toMatchObject({ status: 409, code: "deleted" })
        expect(yield* one({ uid: uid(1), project: { name: "d" }, recreate: true })).toMatchObject({ status: 201, project: { name: "d", description: null } })
      })
    ))

    it.scoped("joins two projects, with their locations", withBoth((one, other) =>
      Effect.gen(function* () {
        yield* one.batch([{ uid: uid(1), project: { name: "a", path: "/a" } }])
        yield* other.batch([{ uid: uid(2), project: { name: "b", path: "/b" } }])
        const [joined] = yield* one.batch([{ merge: uid(2), into: uid(1), project: { description: "both" } }])
        expect(joined).toMatchObject({
          status: 200,
          project: {
            uid: uid(1),
            name: "a",
            description: "both",
            locations: [
              { machine: laptop.uid, name: "laptop", path: "/a" },
              { machine: tower.uid, name: "tower", path: "/b" }
            ]
          }
        })
        expect(yield* names(one)).toEqual(["a"])
        const { changes } = yield* one.changes("")
        expect(changes.find(({ type }) => type === "deleted")).toMatchObject({ uid: uid(2), merged_into: uid(1) })
      })
    ))

    it.scoped("leaves both as they were if they cannot be joined", withBoth((one, other) =>
      Effect.gen(function* () {
        yield* one.batch([{ uid: uid(1), project: { name: "a" } }, { uid: uid(3), project: { name: "c", path: "/c" } }])
        yield* other.batch([{ uid: uid(2), project: { name: "b", path: "/b" } }])
        const before = yield* listed(one)
        const [result] = yield* one.batch([{ merge: uid(2), into: uid(1), project: { path: "/c" } }])
        expect(result).toMatchObject({ status: 409, code: "path_taken" })
        expect(yield* listed(one)).toEqual(before)
      })
    ))

    it.scoped("with a key is done once", withClient((workProd) =>
      Effect.gen(function* () {
        const items = [{ uid: uid(1), project: { name: "a" } }]
        const first = yield* workProd.batch(items, "key")
        yield* workProd.batch([{ uid: uid(1), project: { name: "b" } }])
        expect(yield* workProd.batch(items, "key")).toEqual(first)
        expect(yield* names(workProd)).toEqual(["b"])
        expect(yield* Effect.flip(workProd.batch([{ uid: uid(1), project: { name: "c" } }], "key"))).toMatchObject({ _tag: "Rejected", status: 422 })
      })
    ))

    it.scoped("is refused as a whole if it is about one uid twice", withClient((workProd) =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip(workProd.batch([{ uid: uid(1), project: { name: "a" } }, { uid: uid(1), delete: true }]))
        expect(failure).toMatchObject({ _tag: "Rejected", status: 400 })
        expect(yield* names(workProd)).toEqual([])
      })
    ))
  })

  describe("changes", () => {
    it.scoped("tells the latest state of what changed after a cursor", withClient((workProd) =>
      Effect.gen(function* () {
        yield* workProd.batch([{ uid: uid(1), project: { name: "a" } }, { uid: uid(2), project: { name: "b" } }])
        const first = yield* workProd.changes("")
        expect(first.changes.map((change) => change.type === "project" && change.project.name)).toEqual(["a", "b"])
        expect(first.more).toBe(false)
        expect(yield* workProd.changes(first.cursor)).toEqual({ changes: [], cursor: expect.any(String), more: false })
        yield* workProd.batch([{ uid: uid(2), delete: true }, { uid: uid(3), project: { name: "c" } }])
        yield* workProd.batch([{ uid: uid(1), project: { name: "A" } }])
        const { changes } = yield* workProd.changes(first.cursor)
        expect(changes).toMatchObject([
          { type: "deleted", id: 2, uid: uid(2), deleted_at: "2026-01-01T00:00:00", merged_into: null },
          { type: "project", project: { name: "c" } },
          { type: "project", project: { name: "A" } }
        ])
      })
    ))

    it.scoped("comes in pages without a gap", withClient((workProd) =>
      Effect.gen(function* () {
        yield* workProd.import(Array.from({ length: 5 }, (_, index) => ({ name: `p${index}` })))
        const one = yield* workProd.changes("", 2)
        const two = yield* workProd.changes(one.cursor, 2)
        const three = yield* workProd.changes(two.cursor, 2)
        expect([one.more, two.more, three.more]).toEqual([true, true, false])
        expect([one, two, three].flatMap(({ changes }) => changes).map((change) => change.type === "project" && change.project.name)).toEqual(["p0", "p1", "p2", "p3", "p4"])
      })
    ))

    it.scoped("does not know the cursors of others", withClient((workProd) =>
      Effect.gen(function* () {
        for (const cursor of ["nothing", "0-0-other", "é"]) expect(yield* Effect.flip(workProd.changes(cursor))).toMatchObject({ _tag: "CursorGone" })
      })
    ))
  })
})
