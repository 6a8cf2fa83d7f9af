import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { connectionError, empty, html, json, key, newHealth, oldHealth, project, scriptedServer, type Scripted, type Seen } from "./scriptedServer.js"

const uid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

const use = <A, E>(run: (workProd: WorkProd.WorkProdShape) => Effect.Effect<A, E>) => Effect.flatMap(WorkProd.WorkProd, run)

const listed = (filters?: WorkProd.ListFilters) =>
  use((workProd) => Effect.map(Stream.runCollect(workProd.list(filters)), (projects) => Chunk.toReadonlyArray(projects).map(({ id }) => id)))

const itemsOf = ({ body }: Seen): ReadonlyArray<{ readonly uid: string }> => (body as { items: ReadonlyArray<{ readonly uid: string }> }).items // what this client sent

const elementsOf = ({ body }: Seen): ReadonlyArray<{ readonly name: string }> => (body as { projects: ReadonlyArray<{ readonly name: string }> }).projects // what this client sent

describe("list", () => {
  const rows = [
    project(1, { name: "API", status: "active", organization: "Acme", path: "/a", updated_at: "2026-01-01T00:00:00" }),
    project(2, { name: "web", status: "paused", description: "talks to the api", remote_url: "https://x/web", updated_at: "2026-06-01T00:00:00" }),
    project(3, { name: "a_b", status: "active", organization: "acme", updated_at: "2026-06-01T00:00:01.5" })
  ]

  it.effect("asks an old server once and applies the filters that it ignores", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, () => json(200, rows))
      const ids = (filters?: WorkProd.ListFilters) => Effect.provide(listed(filters), server.layer)
      expect(yield* ids()).toEqual([1, 2, 3])
      expect(yield* ids({ path: "/a" })).toEqual([1])
      expect(yield* ids({ remote_url: "https://x/web" })).toEqual([2])
      expect(yield* ids({ status: "actve" })).toEqual([])
      expect(yield* ids({ status: "active", organization: "acme" })).toEqual([3])
      expect(yield* ids({ search: "aPi" })).toEqual([1, 2])
      expect(yield* ids({ search: "_" })).toEqual([3])
      expect(yield* ids({ search: "%" })).toEqual([])
      expect(yield* ids({ uid: uid(1) })).toEqual([])
      expect(yield* ids({ updated_since: "2026-06-01T00:00:00Z" })).toEqual([2, 3])
      expect(yield* ids({ updated_since: "2026-06-01T02:00:01+02:00" })).toEqual([3])
      expect(yield* ids({ status: "", path: "" })).toEqual([1, 2, 3])
      const [first, second] = server.requests()
      expect([first?.url, second?.url]).toEqual(["http://127.0.0.1:5055/api/projects", "http://127.0.0.1:5055/api/projects"])
    })
  )

  it.effect("sends an old server the filters that it knows, as long as they fit in a request line", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, () => json(200, []))
      yield* Effect.provide(listed({ status: "active", search: "ä & b", path: "/a" }), server.layer)
      yield* Effect.provide(listed({ status: "active", search: "x".repeat(9000) }), server.layer)
      expect(server.requests().map(({ query }) => query)).toEqual([{ status: "active", search: "ä & b" }, { status: "active" }])
    })
  )

  it.effect("goes from page to page where there are pages", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, ({ query }) =>
        query["cursor"] === "" ? json(200, { projects: rows.slice(0, 2), next_cursor: "a b&c" }) : json(200, { projects: rows.slice(2), next_cursor: null })
      )
      expect(yield* Effect.provide(listed({ path: "", status: "active" }), server.layer)).toEqual([1, 3])
      expect(server.requests().map(({ query }) => query)).toEqual([
        { status: "active", cursor: "", limit: "1000" },
        { status: "active", cursor: "a b&c", limit: "1000" }
      ])
    })
  )

  it.effect("reads only the pages that are wanted", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, ({ query }) => json(200, { projects: [project(1)], next_cursor: `${query["cursor"]}.` }))
      const some = use((workProd) => Stream.runCount(Stream.take(workProd.list(), 2)))
      expect(yield* Effect.provide(some, server.layer)).toBe(2)
      expect(server.requests()).toHaveLength(2)
    })
  )

  it.effect("tells all other rows, then fails with those that cannot be read", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, () => json(200, [project(1), project(2, { name: null }), project(3), "x"]))
      const seen: Array<number> = []
      const error = yield* use((workProd) => Effect.flip(Stream.runForEach(workProd.list(), ({ id }) => Effect.sync(() => seen.push(id))))).pipe(
        Effect.provide(server.layer)
      )
      expect(seen).toEqual([1, 3])
      expect(error).toMatchObject({ _tag: "UnreadableProjects", rows: [{ id: 2 }, { id: null }] })
      expect(error.message).toContain("2 projects of 127.0.0.1:5055 cannot be read (2, without id")
    })
  )

  it.effect.each([
    ["other JSON", () => json(200, { data: [] })],
    ["a web page", () => html(200, "It works!")],
    ["no answer", () => empty(200)],
    ["pages without end", () => json(200, { projects: [], next_cursor: "" })]
  ] satisfies ReadonlyArray<[string, () => Response]>)("says that %s is none of work-prod's", ([, answer]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(listed()).pipe(Effect.provide(scriptedServer(newHealth, answer).layer))
      expect(error).toMatchObject({ _tag: "NotWorkProd", status: 200 })
    })
  )
})

describe("create and update", () => {
  it.effect("send no empty path, and tell what an old server dropped", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, ({ method }) => json(method === "POST" ? 201 : 200, project(5, { name: "api" })))
      const fields = { name: "api", path: "", remote_url: "", project_type: "Work", metadata: { tags: ["x"] } }
      const both = use((workProd) => Effect.all([workProd.create(fields), workProd.update(5, { name: "API" })]))
      const [created, updated] = yield* Effect.provide(both, server.layer)
      expect(created.project.id).toBe(5)
      expect(created.dropped).toEqual(["project_type", "metadata"])
      expect(updated.dropped).toEqual(["name"])
      expect(server.requests().map(({ body, method, path }) => ({ method, path, body }))).toEqual([
        { method: "POST", path: "/api/projects", body: { ...fields, path: null, remote_url: null } },
        { method: "PATCH", path: "/api/projects/5", body: { name: "API" } }
      ])
    })
  )

  it.effect("send an etag only to a server that looks at it", () =>
    Effect.gen(function* () {
      const old = scriptedServer(oldHealth, () => json(200, project(5)))
      const all = use((workProd) =>
        Effect.all([
          Effect.flip(workProd.update(5, {}, { ifMatch: "3" })),
          Effect.flip(workProd.remove(5, { ifMatch: "3" })),
          Effect.flip(workProd.archive(5, { ifMatch: "3" }))
        ])
      )
      const errors: ReadonlyArray<WorkProdError> = yield* Effect.provide(all, old.layer)
      for (const error of errors) expect(error).toMatchObject({ _tag: "Unsupported", capability: "etag" })
      expect(old.requests()).toEqual([])
      const ours = scriptedServer(newHealth, () => json(200, project(5)))
      yield* Effect.provide(use((workProd) => workProd.update(5, {}, { ifMatch: "3" })), ours.layer)
      expect(ours.requests()[0]?.headers["if-match"]).toBe('"3"')
    })
  )

  it.effect("send nothing that cannot be said", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, () => json(200, project(5)))
      const circular: { [name: string]: unknown } = { name: "a" }
      circular["metadata"] = circular
      const all = use((workProd) =>
        Effect.all([
          Effect.flip(workProd.create(circular)),
          Effect.flip(workProd.create({ name: 5n })),
          Effect.flip(workProd.get(1.5)),
          Effect.flip(workProd.get(-1)),
          Effect.flip(workProd.remove(2 ** 63)),
          Effect.flip(workProd.update(1, {}, { ifMatch: 'a"\nb' })),
          Effect.flip(Stream.runDrain(workProd.list({ updated_since: "yesterday" }))),
          Effect.flip(workProd.batch([], "a\nb"))
        ])
      )
      const errors: ReadonlyArray<WorkProdError> = yield* Effect.provide(all, server.layer)
      for (const error of errors) expect(error).toMatchObject({ _tag: "Unsendable" })
      expect(server.requests()).toEqual([])
    })
  )
})

describe("remove and archive", () => {
  it.effect("read answers without a body, and ask only once", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, ({ method }, count) =>
        method === "PUT" ? json(200, project(5, { status: "completed" })) : count === 1 ? empty(204, { "content-type": "text/html" }) : json(404, { error: "Project not found" })
      )
      const all = use((workProd) => Effect.all([workProd.archive(5), workProd.remove(5), Effect.flip(workProd.remove(5))]))
      const [archived, , again] = yield* Effect.provide(all, server.layer)
      expect(archived.status).toBe("completed")
      expect(again).toMatchObject({ _tag: "NotFound", text: "Project not found", path: "/api/projects/5" })
      expect(server.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
        "PUT /api/projects/5/archive",
        "DELETE /api/projects/5",
        "DELETE /api/projects/5"
      ])
    })
  )
})

describe("import", () => {
  const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `p${index}`, path: "" }))

  const importer = (seen: Seen): Scripted => json(201, { errors: [{ error: "Name is required", project: null }], imported: elementsOf(seen).length - 1, skipped: 1 })

  it.effect.each([
    [oldHealth, [100, 100, 50]],
    [newHealth, [250]]
  ] satisfies ReadonlyArray<[object, ReadonlyArray<number>]>)("is cut into parts that the server survives, and summed", ([health, sizes]) =>
    Effect.gen(function* () {
      const server = scriptedServer(health, importer)
      const result = yield* Effect.provide(use((workProd) => workProd.import(elements(250))), server.layer)
      expect(server.requests().map((seen) => elementsOf(seen).length)).toEqual(sizes)
      expect(result).toMatchObject({ imported: 250 - sizes.length, skipped: sizes.length })
      expect(result.errors).toHaveLength(sizes.length)
      expect(server.requests().flatMap((seen) => elementsOf(seen))).toEqual(elements(250).map(({ name }) => ({ name, path: null })))
    })
  )

  it.effect("is cut by bytes too", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, importer)
      const large = Array.from({ length: 20 }, (_, index) => ({ name: `p${index}`, description: "ä".repeat(500_000) }))
      yield* Effect.provide(use((workProd) => workProd.import(large)), server.layer)
      expect(server.requests().map((seen) => elementsOf(seen).length)).toEqual([8, 8, 4])
      for (const { bytes } of server.requests()) expect(bytes).toBeLessThan(8 * 1024 * 1024)
    })
  )

  it.effect("sends nothing if an element is no object", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, importer)
      for (const wrong of ["text", null, 5, []]) {
        const list: ReadonlyArray<unknown> = [{ name: "a" }, wrong]
        const run = use((workProd) => workProd.import(list as never)) // what the types forbid
        expect(yield* Effect.flip(Effect.provide(run, server.layer))).toMatchObject({ _tag: "Unsendable", detail: "element 1 of the import is no object" })
      }
      expect(server.all).toEqual([])
    })
  )

  it.effect("says how far it came when an answer is lost, and repeats nothing", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, (seen, count) => (count === 2 ? Effect.fail(connectionError("UND_ERR_SOCKET", "other side closed")) : importer(seen)))
      const error = yield* Effect.flip(Effect.provide(use((workProd) => workProd.import(elements(450))), server.layer))
      expect(error).toMatchObject({ _tag: "ImportStopped", sent: 200, total: 450, result: { imported: 198, skipped: 2 }, cause: { _tag: "LostAnswer" } })
      expect(error.message).toContain("after 200 of 450 projects")
      expect(server.requests()).toHaveLength(3)
    })
  )

  it.effect("sends less at once when a proxy takes less, and tells what is too large alone", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, (seen) => (seen.bytes > 1000 ? html(413, "413 Request Entity Too Large") : importer(seen)))
      const list = Array.from({ length: 40 }, (_, index) => ({ name: `p${index}`, description: index === 7 ? "x".repeat(2000) : "x".repeat(60) }))
      const result = yield* Effect.provide(use((workProd) => workProd.import(list)), server.layer)
      expect(result.imported + result.skipped).toBe(40)
      expect(result.errors).toContainEqual({ error: "413 Request Entity Too Large", project: "p7" })
    })
  )

  it.effect("of nothing asks for nothing", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, importer)
      expect(yield* Effect.provide(use((workProd) => workProd.import([])), server.layer)).toEqual({ imported: 0, skipped: 0, errors: [] })
      expect(server.requests()).toEqual([])
    })
  )
})

describe("batch", () => {
  const items = (count: number, description = "") =>
    Array.from({ length: count }, (_, index) => ({ uid: uid(index), project: { name: `p${index}`, ...(description === "" ? {} : { description }) } }))

  const batcher = (seen: Seen): Scripted => json(200, { results: itemsOf(seen).map((item, index) => ({ status: 201, project: project(index + 1, { uid: item.uid }) })) })

  it.effect("is refused where the server cannot do it", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, batcher)
      const error = yield* Effect.flip(Effect.provide(use((workProd) => workProd.batch(items(1))), server.layer))
      expect(error).toMatchObject({ _tag: "Unsupported", capability: "batch", version: null })
      expect(error.message).toContain("0.3.0")
      expect(server.requests()).toEqual([])
    })
  )

  it.effect("is cut into parts, each with a key of its own that a repetition finds again", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, batcher)
      const run = use((workProd) => workProd.batch(items(2500), "push 7"))
      const results = yield* Effect.provide(run, server.layer)
      yield* Effect.provide(run, server.layer)
      expect(results.map((result) => result.project?.uid)).toEqual(items(2500).map((item) => item.uid))
      const keys = server.requests().map(({ headers }) => headers["idempotency-key"])
      expect(keys).toEqual(["push 7", "push 7.1000", "push 7.2000", "push 7", "push 7.1000", "push 7.2000"])
    })
  )

  it.effect("gives each item its result, also a row that cannot be read", () =>
    Effect.gen(function* () {
      const results = [
        { status: 412, error: "changed", code: "precondition_failed", project: null },
        { status: 409, error: "taken", project: { id: 9 } },
        { status: 200, project: project(1, { uid: uid(1) }) },
        { status: 204 }
      ]
      const server = scriptedServer(newHealth, () => json(200, { results }))
      expect(yield* Effect.provide(use((workProd) => workProd.batch(items(4))), server.layer)).toMatchObject([
        { status: 412, error: "changed", code: "precondition_failed", project: null },
        { status: 409, error: "taken", unreadable: { id: 9, fault: "name is missing, not text" } },
        { status: 200, project: { id: 1, uid: uid(1) } },
        { status: 204 }
      ])
    })
  )

  it.effect("halves what is too large, and gives 413 to an item that is too large alone", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, (seen) => (seen.bytes > 1500 ? json(413, { error: "too large" }) : batcher(seen)))
      const list = [...items(30, "x".repeat(20)), { uid: uid(99), project: { name: "big", description: "x".repeat(3000) } }]
      const results = yield* Effect.provide(use((workProd) => workProd.batch(list, "k")), server.layer)
      expect(results.map(({ status }) => status)).toEqual([...Array.from({ length: 30 }, () => 201), 413])
      expect(results[30]?.error).toBe("too large")
    })
  )

  it.effect("finds a uid that two parts are about", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, batcher)
      const error = yield* Effect.flip(Effect.provide(use((workProd) => workProd.batch([...items(1001), { uid: uid(3), delete: true }])), server.layer))
      expect(error).toMatchObject({ _tag: "Unsendable" })
      expect(error.message).toContain("items 3 and 1001")
      expect(server.requests()).toEqual([])
    })
  )

  it.effect("keeps the results of the parts before the one that failed", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, (seen, count) => (count === 1 ? json(422, { error: "other body" }) : batcher(seen)))
      const error = yield* Effect.flip(Effect.provide(use((workProd) => workProd.batch(items(1500), "k")), server.layer))
      expect(error).toMatchObject({ _tag: "BatchStopped", total: 1500, cause: { _tag: "Rejected", status: 422 } })
      expect(error._tag === "BatchStopped" ? error.results.length : 0).toBe(1000)
    })
  )

  it.effect("does not take fewer results for all", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, () => json(200, { results: [{ status: 201 }] }))
      expect(yield* Effect.flip(Effect.provide(use((workProd) => workProd.batch(items(2))), server.layer))).toMatchObject({ _tag: "LostAnswer" })
    })
  )
})

describe("changes", () => {
  it.effect("tells every change, those that it cannot read too", () =>
    Effect.gen(function* () {
      const deleted = { type: "deleted", id: 4, uid: uid(4), deleted_at: "2026-11-21T07:00:00", merged_into: null }
      const changes = [
        { type: "project", id: 1, uid: uid(1), project: project(1, { uid: uid(1) }) },
        deleted,
        { type: "project", id: 2, uid: uid(2), project: { id: 2, uid: uid(2) } },
        { type: "renamed", id: 3, uid: uid(3) },
        { type: "deleted", id: 5 }
      ]
      const server = scriptedServer(newHealth, () => json(200, { changes, cursor: "c 2", more: true }))
      const page = yield* Effect.provide(use((workProd) => workProd.changes("c&1", 5)), server.layer)
      expect(page).toMatchObject({ cursor: "c 2", more: true })
      expect(page.changes).toMatchObject([
        { type: "project", project: { id: 1, uid: uid(1) } },
        deleted,
        { type: "unreadable", row: { id: 2, uid: uid(2) } },
        { type: "unreadable", row: { id: 3, uid: uid(3) } },
        { type: "unreadable", row: { id: 5 } }
      ])
      expect(server.requests()[0]?.query).toEqual({ since: "c&1", limit: "5" })
    })
  )

  it.effect("are refused where there is no feed, and say when the cursor is gone", () =>
    Effect.gen(function* () {
      const ask = Effect.flip(use((workProd) => workProd.changes("")))
      expect(yield* Effect.provide(ask, scriptedServer(oldHealth, () => json(200, [])).layer)).toMatchObject({ _tag: "Unsupported", capability: "changes" })
      const gone = scriptedServer(newHealth, () => json(410, { error: "unknown", code: "cursor_gone" }))
      expect(yield* Effect.provide(ask, gone.layer)).toMatchObject({ _tag: "CursorGone", text: "unknown" })
    })
  )
})

describe("health", () => {
  it.effect("is asked once, before anything else, and again after a failure", () =>
    Effect.gen(function* () {
      let current: object = oldHealth
      const server = scriptedServer(undefined, ({ path }, count) => (path === "/api/health" ? json(200, current) : count === 1 ? json(500, { error: "x" }) : json(200, project(1))))
      const healths = () => server.all.filter(({ path }) => path === "/api/health").length
      yield* use((workProd) =>
        Effect.gen(function* () {
          yield* Effect.all([workProd.get(1), Effect.either(workProd.get(1)), workProd.update(1, {})], { concurrency: 1 })
          expect(healths()).toBe(2)
          yield* Effect.flip(workProd.batch([]))
          current = newHealth
          // What the batch is about was read from another server.
          expect(yield* Effect.flip(workProd.batch([]))).toMatchObject({ _tag: "ServerChanged", before: null, now: newHealth.instance, isSent: false })
          expect((yield* workProd.health).instance).toBe(newHealth.instance)
          expect(yield* workProd.batch([])).toEqual([])
        })
      ).pipe(Effect.provide(server.layer))
    })
  )

  it.effect("is asked once by operations that begin together", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, () => json(200, project(1)))
      const both = use((workProd) => Effect.all([workProd.get(1), workProd.get(2), workProd.get(3)], { concurrency: "unbounded" }))
      yield* Effect.provide(both, server.layer)
      expect(server.all.map(({ path }) => path).filter((path) => path === "/api/health")).toHaveLength(1)
    })
  )
})

describe("requests", () => {
  const machine = { uid: "5B2A9C1E-52A7-4A7E-9D4B-6A5F0F0C8A11", name: "Ünis laptop\n\ud800" }

  it.effect("carry the key and the machine, and lie below the path of the URL", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, () => json(200, project(1)), { url: "https://host/work-prod/api/", key, machine })
      yield* Effect.provide(use((workProd) => workProd.get(1)), server.layer)
      expect(server.all.map(({ url }) => url)).toEqual(["https://host/work-prod/api/health", "https://host/work-prod/api/projects/1"])
      expect(server.requests()[0]?.headers).toEqual({
        accept: "application/json",
        "accept-encoding": "identity",
        authorization: `Bearer ${key}`,
        "user-agent": "dev-infra",
        "x-dev-infra-machine": machine.uid.toLowerCase(),
        "x-dev-infra-machine-name": encodeURIComponent("Ünis laptop\n\uFFFD")
      })
    })
  )

  it.effect("carry neither without them", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, () => json(200, project(1)))
      yield* Effect.provide(use((workProd) => workProd.get(1)), server.layer)
      expect(Object.keys(server.requests()[0]?.headers ?? {}).toSorted()).toEqual(["accept", "accept-encoding", "user-agent"])
    })
  )
})
