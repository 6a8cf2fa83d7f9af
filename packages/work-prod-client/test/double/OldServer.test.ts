import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as OldServer from "./OldServer.js"
import { ask, time } from "./Pair.js"
import { pairs } from "./pairs.js"
import { replay, send } from "./replay.js"

const startDouble = Effect.gen(function* () {
  let seconds = 0
  const server = yield* OldServer.start(() => time(seconds))
  return {
    ...server,
    passSecond: () => {
      seconds += 1
    }
  }
})

describe.each([...new Set(pairs.map(({ topic }) => topic))])("what work-prod 0.3.0 does with %s", (topic) => {
  for (const pair of pairs.filter((one) => one.topic === topic)) {
    it.scoped(pair.title, () => Effect.flatMap(startDouble, (server) => replay(server, pair, "0.3.0")))
  }
})

describe("what work-prod 0.3.0 does without being asked", () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `p${index + 1}`, remote_url: `https://x/${index + 1}` }))

  it.scoped("loses the answer of an import that takes too long, and keeps what was done", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      yield* server.control.killNextImport(7)
      const lost = yield* Effect.flip(send(server.url, ask("POST", "/api/projects/import", { projects: names(20) })))
      expect(lost.message).toMatch(/hang up|ECONNRESET/)
      expect(server.projects.rows).toHaveLength(7)
      const again = yield* send(server.url, ask("POST", "/api/projects/import", { projects: names(20) }))
      expect(JSON.parse(again.body)).toEqual({ errors: [], imported: 13, skipped: 7 })
    })
  )

  it.scoped("fails for the whole list because of one row that it does not understand", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      yield* send(server.url, ask("POST", "/api/projects/import", { projects: names(2) }))
      const [first] = server.projects.rows
      if (first !== undefined) first.status = "unknown"
      const list = yield* send(server.url, ask("GET", "/api/projects"))
      expect([list.status, list.headers["content-type"]]).toEqual([500, "text/html; charset=utf-8"])
      expect((yield* send(server.url, ask("GET", "/api/projects?search=p2"))).status).toBe(200)
      expect((yield* send(server.url, ask("GET", "/api/projects/1"))).status).toBe(500)
    })
  )

  it.scoped("filters by a project_type that SQL has set", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      yield* send(server.url, ask("POST", "/api/projects/import", { projects: names(2) }))
      const [first] = server.projects.rows
      if (first !== undefined) first.project_type = "Work"
      const list = yield* send(server.url, ask("GET", "/api/projects?project_type=Work"))
      expect(JSON.parse(list.body)).toMatchObject([{ id: 1, project_type: "Work" }])
    })
  )

  it.scoped("lets exactly one of many create a project at a path", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      const all = yield* Effect.forEach(Array.from({ length: 20 }), () => send(server.url, ask("POST", "/api/projects", { name: "a", path: "/p" })), { concurrency: 8 })
      expect(all.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)])
    })
  )

  it.scoped("does all of many changes at once", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      const posts = Array.from({ length: 50 }, (_, index) => ask("POST", "/api/projects", { name: `n${index}`, path: `/n/${index}` }))
      const all = [ask("POST", "/api/projects/import", { projects: names(300) }), ...posts]
      const answers = yield* Effect.forEach(all, (request) => send(server.url, request), { concurrency: 20 })
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(server.projects.rows).toHaveLength(350)
    })
  )

  it.scoped("keeps what the last writer sent, field by field, whatever etag or time it names", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      yield* send(server.url, ask("POST", "/api/projects", { name: "a" }))
      const conditions = { "if-match": '"1"', "if-unmodified-since": "Thu, 01 Jan 1970 00:00:00 GMT" }
      const changes = [{ description: "one" }, { organization: "acme" }, { description: "two" }]
      yield* Effect.forEach(changes, (fields) => send(server.url, ask("PATCH", "/api/projects/1", fields, conditions)))
      expect(server.projects.rows).toMatchObject([{ description: "two", organization: "acme" }])
    })
  )

  it.scoped("closes every connection, even if it is asked to keep it", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      const { headers, status } = yield* send(server.url, ask("GET", "/api/projects", undefined, { connection: "keep-alive" }))
      expect([status, headers.connection]).toEqual([200, "close"])
    })
  )

  it.scoped("tells two changes within a second by nothing", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      const first = yield* send(server.url, ask("POST", "/api/projects", { name: "a" }))
      const second = yield* send(server.url, ask("PATCH", "/api/projects/1", { name: "b" }))
      expect([JSON.parse(first.body), JSON.parse(second.body)]).toMatchObject([{ updated_at: time(0) }, { updated_at: time(0) }])
      server.passSecond()
      expect(JSON.parse((yield* send(server.url, ask("PATCH", "/api/projects/1", { name: "c" }))).body)).toMatchObject({ created_at: time(0), updated_at: time(1) })
    })
  )

  it.scoped("sends no headers but these", () =>
    Effect.gen(function* () {
      const server = yield* startDouble
      const { headers } = yield* send(server.url, ask("GET", "/api/health"))
      expect(Object.keys(headers).sort()).toEqual(["connection", "content-length", "content-type", "date", "server"])
    })
  )
})
