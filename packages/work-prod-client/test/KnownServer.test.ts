/** What a client does that was told what an earlier process found out about its server. */
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
import * as ServerFeatures from "@dev-infra/work-prod-client/ServerFeatures"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { empty, html, json, named, newHealth, oldHealth, project, scriptedServer, type Scripted, type Seen } from "./scriptedServer.js"

const ours = Option.getOrThrow(ServerFeatures.read(newHealth))
const old = Option.getOrThrow(ServerFeatures.read(oldHealth))
const other = { ...newHealth, instance: "00000000-0000-4000-8000-000000000002" }
const otherNamed = { "x-dev-infra-server": ServerHeader.write({ api: 1, ...other }) }
const later = { "x-dev-infra-server": ServerHeader.write({ api: 2, instance: newHealth.instance, version: "9.0.0", capabilities: [] }) }

const use = <A, E>(run: (workProd: WorkProd.WorkProdShape) => Effect.Effect<A, E>) => Effect.flatMap(WorkProd.WorkProd, run)

const feed = json(200, { changes: [], cursor: "c2", more: false }, named)
const emptyFeed = { changes: [], cursor: "c2", more: false }

/** A server that answers everything, its health included, and what it was asked. */
const serverOf = (known: ServerFeatures.ServerFeatures, answer: (seen: Seen) => Scripted) => {
  const server = scriptedServer(undefined, answer, { known })
  return { layer: server.layer, asked: () => server.all.map(({ method, path }) => `${method} ${path.replace("/api/", "")}`) }
}

/** Ours, also for health. */
const answering = (headers: { readonly [name: string]: string }, health: object) => ({ method, path }: Seen) => {
  if (path === "/api/health") return json(200, health, headers)
  if (path === "/api/projects/changes") return json(200, emptyFeed, headers)
  if (path === "/api/projects/batch") return json(200, { results: [{ status: 200, project: null }] }, headers)
  return method === "GET" && path === "/api/projects" ? json(200, { projects: [], next_cursor: null }, headers) : json(200, project(1), headers)
}

const isHealth = ({ path }: Seen) => path === "/api/health"

const item = { uid: newHealth.instance, delete: true } as const

describe("a server that is known", () => {
  it.effect("is not asked for its health before it is read from", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, () => feed)
      yield* Effect.provide(use((workProd) => workProd.changes("c1")), server.layer)
      expect(server.asked()).toEqual(["GET projects/changes"])
      const before = serverOf(old, () => json(200, [project(1)]))
      expect(yield* Effect.provide(use((workProd) => Stream.runCount(workProd.list())), before.layer)).toBe(1)
      expect(before.asked()).toEqual(["GET projects"])
    })
  )

  it.effect("is told without a request, also which it is", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, () => feed)
      expect(yield* Effect.provide(use((workProd) => workProd.features), server.layer)).toEqual(ours)
      expect(server.asked()).toEqual([])
      const unknown = scriptedServer(newHealth, () => feed)
      yield* Effect.provide(use((workProd) => Effect.zip(workProd.features, workProd.features)), unknown.layer)
      expect(unknown.all).toHaveLength(1)
    })
  )

  it.effect("is asked before the first change, unless an answer has named it", () =>
    Effect.gen(function* () {
      const first = serverOf(ours, answering(named, newHealth))
      yield* Effect.provide(use((workProd) => Effect.zip(workProd.update(1, {}), workProd.batch([item]))), first.layer)
      expect(first.asked()).toEqual(["GET health", "PATCH projects/1", "POST projects/batch"])
      const after = serverOf(ours, answering(named, newHealth))
      yield* Effect.provide(use((workProd) => Effect.zip(workProd.changes("c1"), workProd.batch([item]))), after.layer)
      expect(after.asked()).toEqual(["GET projects/changes", "POST projects/batch"])
    })
  )

  it.effect("is asked again before a long change if it was not heard for a while", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, answering(named, newHealth))
      yield* use((workProd) =>
        Effect.gen(function* () {
          yield* workProd.changes("c1")
          yield* TestClock.adjust("61 seconds")
          yield* workProd.batch([item])
        })
      ).pipe(Effect.provide(server.layer))
      expect(server.asked()).toEqual(["GET projects/changes", "GET health", "POST projects/batch"])
    })
  )

  it.effect("of version 0.3.0 is asked before the first change: its lists do not say who answers", () =>
    Effect.gen(function* () {
      const server = serverOf(old, (seen) => (isHealth(seen) ? json(200, oldHealth) : seen.method === "GET" ? json(200, []) : json(201, { imported: 1, skipped: 0, errors: [] })))
      yield* use((workProd) =>
        Effect.gen(function* () {
          yield* Stream.runDrain(workProd.list())
          yield* workProd.import([{ name: "a" }])
          yield* workProd.import([{ name: "b" }])
        })
      ).pipe(Effect.provide(server.layer))
      expect(server.asked()).toEqual(["GET projects", "GET health", "POST projects/import", "POST projects/import"])
    })
  )

  it.effect("has 6 seconds for its first answer, as one that is not known", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, () => Effect.never)
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(use((workProd) => workProd.changes("c1")), server.layer)))
      yield* TestClock.adjust("6 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TimedOut", seconds: 6, path: "/api/projects/changes" })
      expect(server.asked()).toEqual(["GET projects/changes"])
    })
  )

  it.effect("that cannot be reached is not asked for its health too", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, () => Effect.fail(Object.assign(new Error("refused"), { code: "ECONNREFUSED" })))
      expect(yield* Effect.flip(Effect.provide(use((workProd) => workProd.changes("c1")), server.layer))).toMatchObject({ _tag: "Unreachable", reason: "Refused" })
      expect(server.asked()).toEqual(["GET projects/changes"])
    })
  )
})

describe("a server that is not the one that was known", () => {
  it.effect("is read from by what its answer says of it", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, answering(otherNamed, other))
      const [, features] = yield* Effect.provide(use((workProd) => Effect.zip(workProd.changes(""), workProd.features)), server.layer)
      expect(features.instance).toBe(other.instance)
      expect(server.asked()).toEqual(["GET projects/changes", "GET projects/changes"])
    })
  )

  it.effect("is found out to be 0.3.0 where it was ours", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, (seen) => (isHealth(seen) ? json(200, oldHealth) : seen.path === "/api/projects" ? json(200, [project(1)]) : json(400, { error: "Invalid project ID format" })))
      yield* use((workProd) =>
        Effect.gen(function* () {
          expect(yield* Effect.flip(workProd.changes("c1"))).toMatchObject({ _tag: "Unsupported", capability: "changes" })
          expect(yield* Stream.runCount(workProd.list())).toBe(1)
          expect((yield* workProd.features).instance).toBe(null)
        })
      ).pipe(Effect.provide(server.layer))
      expect(server.asked().slice(0, 2)).toEqual(["GET projects/changes", "GET health"])
    })
  )

  it.effect("is found out to be ours where it was 0.3.0", () =>
    Effect.gen(function* () {
      const listing = serverOf(old, answering(named, newHealth))
      const [, features] = yield* Effect.provide(use((workProd) => Effect.zip(Stream.runDrain(workProd.list()), workProd.features)), listing.layer)
      expect(features).toEqual(ours)
      expect(listing.asked()).toEqual(["GET projects", "GET projects"])
      const changes = serverOf(old, answering(named, newHealth))
      expect(yield* Effect.provide(use((workProd) => workProd.changes("")), changes.layer)).toEqual(emptyFeed)
      expect(changes.asked()).toEqual(["GET health", "GET projects/changes"])
    })
  )

  it.effect("gets no change that was made for the other, until it has been read from", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, answering(otherNamed, other))
      yield* use((workProd) =>
        Effect.gen(function* () {
          const expected = { _tag: "ServerChanged", before: ours.instance, now: other.instance, isSent: false }
          expect(yield* Effect.flip(workProd.update(1, { name: "a" }))).toMatchObject(expected)
          expect(yield* Effect.flip(workProd.batch([item]))).toMatchObject(expected)
          expect(yield* Effect.flip(workProd.import([{ name: "a" }]))).toMatchObject(expected)
          expect(yield* Effect.flip(workProd.remove(1))).toMatchObject(expected)
          expect(server.asked()).toEqual(["GET health"])
          yield* workProd.changes("")
          expect(yield* workProd.batch([item])).toHaveLength(1)
        })
      ).pipe(Effect.provide(server.layer))
    })
  )

  it.effect("is told if a change was sent to it that was meant for the other", () =>
    Effect.gen(function* () {
      const become = { is: answering(named, newHealth) }
      const server = serverOf(ours, (seen) => become.is(seen))
      yield* use((workProd) =>
        Effect.gen(function* () {
          yield* workProd.changes("c1")
          become.is = answering(otherNamed, other)
          const error = yield* Effect.flip(workProd.update(1, { name: "a" }))
          expect(error).toMatchObject({ _tag: "ServerChanged", before: ours.instance, now: other.instance, isSent: true })
          expect(error.message).toContain("PATCH /api/projects/1 was sent to it: look there before you repeat the change, and check the URL")
        })
      ).pipe(Effect.provide(server.layer))
    })
  )

  it.effect("gets the name of the one that a change is meant for, if that can stand in a header", () =>
    Effect.gen(function* () {
      const headersFor = (instance: string) => {
        const server = scriptedServer({ ...newHealth, instance }, () => json(200, project(1)))
        const both = Effect.provide(use((workProd) => Effect.zip(workProd.get(1), workProd.update(1, {}))), server.layer)
        return Effect.map(both, () => server.requests().map(({ headers }) => headers["x-dev-infra-instance"]))
      }
      expect(yield* headersFor(newHealth.instance)).toEqual([undefined, newHealth.instance])
      expect(yield* headersFor("a\r\nb: c")).toEqual([undefined, undefined])
    })
  )

  it.effect("is told if it is there only half of the time", () =>
    Effect.gen(function* () {
      let count = 0
      const server = serverOf(ours, (seen) => answering(count++ % 2 === 0 ? otherNamed : named, other)(seen))
      const error = yield* Effect.flip(Effect.provide(use((workProd) => workProd.changes("")), server.layer))
      expect(error).toMatchObject({ _tag: "ServerChanged", isSent: false })
      expect(server.asked()).toHaveLength(2)
    })
  )

  it.effect("is told if it comes between two pages of a list", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, ({ query }) => json(200, { projects: [project(1)], next_cursor: `${query["cursor"]}.` }, query["cursor"] === "" ? named : otherNamed))
      const error = yield* Effect.flip(Effect.provide(use((workProd) => Stream.runDrain(workProd.list())), server.layer))
      expect(error).toMatchObject({ _tag: "ServerChanged", now: other.instance, isSent: false })
      expect(error.message).toMatch(/another work-prod server answers at 127\.0\.0\.1:5055 than before .* run the command again$/)
    })
  )

  it.effect.each([
    ["a web page", () => html(200, "It works!")],
    ["a page that is not there", () => html(404, "nginx")],
    ["another API", () => json(200, { changes: [], cursor: "c", more: false })],
    ["nothing", () => empty(204)]
  ] satisfies ReadonlyArray<[string, () => Response]>)("is found out to be no work-prod server by %s", ([, answer]) =>
    Effect.gen(function* () {
      const server = serverOf(ours, answer)
      const error = yield* Effect.flip(Effect.provide(use((workProd) => workProd.changes("c1")), server.layer))
      expect(error).toMatchObject({ _tag: "NotWorkProd", path: "/api/health" })
      expect(error.message).toMatch(/Check the host, the port and the path of the URL$/)
    })
  )

  it.effect("is not thought to be one because a proxy answers in its place", () =>
    Effect.gen(function* () {
      const confirmed = serverOf(ours, (seen) => (seen.method === "GET" ? answering(named, newHealth)(seen) : html(413, "nginx")))
      expect(yield* Effect.provide(use((workProd) => Effect.zipRight(workProd.changes("c1"), workProd.batch([item]))), confirmed.layer)).toMatchObject([{ status: 413 }])
      const tired = serverOf(ours, () => html(429, "slow down"))
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(use((workProd) => workProd.changes("c1")), tired.layer)))
      yield* TestClock.adjust("6 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TooManyRequests" })
      expect(tired.asked()).not.toContain("GET health")
    })
  )

  it.effect("does not name itself behind a proxy that takes the header away, and is used all the same", () =>
    Effect.gen(function* () {
      const server = serverOf(ours, answering({}, newHealth))
      yield* use((workProd) => Effect.all([workProd.changes("c1"), workProd.changes("c1"), workProd.batch([item])])).pipe(Effect.provide(server.layer))
      expect(server.asked()).toEqual(["GET projects/changes", "GET health", "GET projects/changes", "GET projects/changes", "POST projects/batch"])
    })
  )
})

describe("a server of a later generation", () => {
  const tooNew = { _tag: "ServerTooNew", api: 2, known: 1, version: "9.0.0" }

  it.effect.each([
    ["its health", undefined, json(200, { ...newHealth, api: 2, version: "9.0.0" })],
    ["a health that says little else", undefined, json(200, { api: 2, status: "fine", version: "9.0.0" })],
    ["the header of its health", undefined, json(200, newHealth, later)],
    ["a health that is elsewhere now", undefined, json(404, { error: "moved" }, later)],
    ["the header of any answer", ours, json(200, { later: "things" }, later)],
    ["an answer to who knew 0.3.0", old, json(200, [], later)]
  ] satisfies ReadonlyArray<[string, ServerFeatures.ServerFeatures | undefined, Response]>)("says so in %s", ([, known, answer]) =>
    Effect.gen(function* () {
      const server = scriptedServer(undefined, () => answer.clone(), known === undefined ? {} : { known })
      const error = yield* Effect.flip(Effect.provide(use((workProd) => Stream.runDrain(workProd.list())), server.layer))
      expect(error).toMatchObject(tooNew)
      expect(error.message).toBe("the work-prod server 9.0.0 at 127.0.0.1:5055 is made for a later version of this program (its API is 2, this program knows 1): update dev-infra")
      expect(server.all).toHaveLength(1)
    })
  )

  it.effect("gets no change", () =>
    Effect.gen(function* () {
      const store = yield* MemoryWorkProd.makeStore({ api: 2 })
      const error = yield* Effect.flip(Effect.provide(use((workProd) => workProd.create({ name: "a" })), WorkProd.layerMemory({ store, known: ours })))
      expect(error).toMatchObject({ _tag: "ServerTooNew", api: 2 })
      expect(yield* store.projects).toEqual([])
    })
  )
})

describe("a server in memory that is known", () => {
  it.effect("refuses a change that is meant for another one of ours, even at the last moment", () =>
    Effect.gen(function* () {
      const workProd = yield* WorkProd.WorkProd
      const control = yield* MemoryWorkProd.MemoryWorkProd
      yield* workProd.create({ name: "a" })
      const replacing = yield* MemoryWorkProd.makeStore({ instance: other.instance })
      yield* control.replaceServer(replacing)
      expect(yield* Effect.flip(workProd.create({ name: "b" }))).toMatchObject({ _tag: "ServerChanged", now: other.instance, isSent: false })
      expect(yield* Effect.flip(workProd.import([{ name: "c" }]))).toMatchObject({ _tag: "ServerChanged", now: other.instance, isSent: false })
      expect(yield* replacing.projects).toEqual([])
      yield* Stream.runDrain(workProd.list())
      yield* workProd.create({ name: "d" })
      expect(yield* replacing.projects).toMatchObject([{ name: "d" }])
    }).pipe(Effect.provide(WorkProd.layerMemory()))
  )

  it.effect("is not asked for its health, and can be put in the place of another", () =>
    Effect.gen(function* () {
      const store = yield* MemoryWorkProd.makeStore()
      const known = yield* Effect.provide(use((workProd) => workProd.features), WorkProd.layerMemory({ store }))
      yield* Effect.gen(function* () {
        const workProd = yield* WorkProd.WorkProd
        const control = yield* MemoryWorkProd.MemoryWorkProd
        yield* workProd.changes("")
        yield* workProd.batch([{ uid: newHealth.instance, project: { name: "a" } }])
        expect([yield* control.requests, yield* control.healthRequests]).toEqual([2, 0])
        const before = yield* MemoryWorkProd.makeStore({ asVersion030: true })
        yield* control.replaceServer(before)
        expect(yield* Stream.runCount(workProd.list())).toBe(0)
        expect((yield* workProd.features).instance).toBe(null)
        expect(yield* control.healthRequests).toBe(1)
      }).pipe(Effect.provide(WorkProd.layerMemory({ store, known })))
    })
  )
})

describe("what is known of a server", () => {
  it("is kept as JSON and read again", () => {
    for (const features of [ours, old]) expect(Option.getOrThrow(ServerFeatures.fromJson(JSON.parse(JSON.stringify(ServerFeatures.toJson(features)))))).toEqual(features)
  })

  it.each([null, [], {}, "x", { ...ServerFeatures.toJson(ours), api: 2 }, { ...ServerFeatures.toJson(ours), instance: 5 }, { ...ServerFeatures.toJson(ours), capabilities: [1] }, { api: 1 }])(
    "is nothing if it is anything else: %j",
    (value) => {
      expect(Option.isNone(ServerFeatures.fromJson(value))).toBe(true)
    }
  )
})
