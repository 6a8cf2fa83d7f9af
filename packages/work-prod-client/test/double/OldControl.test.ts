/** What tests can make happen to the double, in this process and in its own. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { OldControl } from "./OldControl.js"
import * as OldProcess from "./OldProcess.js"
import * as OldServer from "./OldServer.js"
import { ask, time } from "./Pair.js"
import { send } from "./replay.js"

interface Double {
  readonly url: string
  readonly control: OldControl
}

const doubles: ReadonlyArray<readonly [string, Effect.Effect<Double, never, Scope.Scope>]> = [
  ["in this process", OldServer.start(() => time(0))],
  ["in its own process", Effect.tap(OldProcess.start, ({ control }) => control.setTime(time(0)))]
]

const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `p${index + 1}`, remote_url: `https://x/${index + 1}` }))

const load = (count: number) => ask("POST", "/api/projects/import", { projects: elements(count) })

const names = ({ control }: Double) => Effect.map(control.rows, (rows) => rows.map(({ name }) => name))

const isLost = (error: Error) => expect(error.message).toMatch(/hang up|ECONNRESET/)

describe.each(doubles)("the double of 0.3.0 %s", (_, start) => {
  it.scoped("counts what it is asked, but not what a person does", () =>
    Effect.gen(function* () {
      const { control, url } = yield* start
      expect(yield* control.add({ name: "by hand", path: "/p" })).toBe(1)
      yield* control.edit(1, { description: "noted" })
      yield* send(url, ask("GET", "/api/projects?status=active"))
      yield* send(url, ask("GET", "/nowhere"))
      expect(yield* control.requests).toEqual([
        { method: "GET", path: "/api/projects", query: "status=active", bytes: 0, status: 200 },
        { method: "GET", path: "/nowhere", query: "", bytes: 0, status: 404 }
      ])
      yield* control.forgetRequests
      expect(yield* control.requests).toEqual([])
      expect(yield* control.rows).toMatchObject([{ id: 1, description: "noted", created_at: time(0) }])
      yield* control.remove(1)
      expect(yield* control.rows).toEqual([])
    })
  )

  it.scoped("dies in an import: what it did stays, and nobody is told", () =>
    Effect.gen(function* () {
      const double = yield* start
      yield* double.control.killNextImport(2)
      isLost(yield* Effect.flip(send(double.url, load(4))))
      expect(yield* names(double)).toEqual(["p1", "p2"])
      expect(JSON.parse((yield* send(double.url, load(4))).body)).toEqual({ errors: [], imported: 2, skipped: 2 })
    })
  )

  it.scoped("goes on with an import after the connection was lost", () =>
    Effect.gen(function* () {
      const double = yield* start
      yield* double.control.letGoOfNextImport(1, null)
      isLost(yield* Effect.flip(send(double.url, load(3))))
      expect(yield* names(double)).toEqual(["p1"])
      yield* double.control.finishImports
      expect(yield* names(double)).toEqual(["p1", "p2", "p3"])
    })
  )

  it.scoped("makes one repository twice if two imports run at the same time", () =>
    Effect.gen(function* () {
      const double = yield* start
      yield* send(double.url, load(1))
      yield* double.control.raceNextImport
      yield* send(double.url, load(1))
      expect(yield* names(double)).toEqual(["p1", "p1"])
      yield* send(double.url, load(1))
      expect(yield* names(double)).toHaveLength(2)
    })
  )

  it.scoped("loses answers, closes connections and fails as it is told", () =>
    Effect.gen(function* () {
      const double = yield* start
      const { control, url } = double
      const post = (name: string) => send(url, ask("POST", "/api/projects", { name }))
      yield* control.plan({ method: "POST" }, { type: "lose" })
      isLost(yield* Effect.flip(post("a")))
      yield* control.plan({ method: "POST" }, { type: "close" })
      isLost(yield* Effect.flip(post("b")))
      yield* control.plan({ path: "/api/projects", after: 1 }, { type: "fail", status: 503, headers: { "retry-after": "1" } }, 2)
      const all = yield* Effect.forEach(["c", "d", "e", "f"], post)
      expect(all.map(({ headers, status }) => [status, headers["retry-after"]])).toEqual([[201, undefined], [503, "1"], [503, "1"], [201, undefined]])
      expect(yield* names(double)).toEqual(["a", "c", "f"])
      expect((yield* control.requests).map(({ status }) => status)).toEqual([null, null, 201, 503, 503, 201])
    })
  )

  it.scoped("is put back to a backup, and uses ids again", () =>
    Effect.gen(function* () {
      const double = yield* start
      yield* send(double.url, load(2))
      const backup = yield* double.control.rows
      yield* send(double.url, load(3))
      yield* double.control.restore(backup)
      expect(yield* double.control.add({ name: "another" })).toBe(3)
      yield* double.control.restore([])
      expect(yield* double.control.add({ name: "first" })).toBe(1)
      yield* double.control.setColumns(1, { status: "unknown" })
      expect((yield* send(double.url, ask("GET", "/api/projects"))).status).toBe(500)
    })
  )

  it.scoped("goes away and comes back at the same port", () =>
    Effect.gen(function* () {
      const { control, url } = yield* start
      yield* control.disconnect
      expect((yield* Effect.flip(send(url, ask("GET", "/api/health")))).message).toContain("ECONNREFUSED")
      yield* control.reconnect
      expect((yield* send(url, ask("GET", "/api/health"))).status).toBe(200)
    })
  )
})
