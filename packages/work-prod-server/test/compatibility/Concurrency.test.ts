import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask } from "../../../work-prod-client/test/double/Pair.js"
import { send } from "../../../work-prod-client/test/double/replay.js"
import { freshServer } from "./freshServer.js"

type Ask = ReturnType<typeof ask>

/** Statuses of requests that are all under way at once, by how often they came. */
const statuses = (url: string, requests: ReadonlyArray<Ask>) =>
  Effect.map(Effect.forEach(requests, (request) => send(url, request), { concurrency: 20 }), (answers) => {
    const counts: { [status: number]: number } = {}
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
    return counts
  })

const times = (count: number, make: (index: number) => Ask): ReadonlyArray<Ask> => Array.from({ length: count }, (_, index) => make(index))

const count = (url: string) =>
  Effect.map(send(url, ask("GET", "/api/projects")), ({ body }) => {
    const rows: ReadonlyArray<unknown> = JSON.parse(body)
    return rows.length
  })

const load = (...projects: ReadonlyArray<object>) => ask("POST", "/api/projects/import", { projects })

describe("many clients of work-prod 0.3.0 at once", () => {
  it.scoped("create one project at a path, and are told of it", () =>
    Effect.gen(function* () {
      const { url } = yield* freshServer
      expect(yield* statuses(url, times(20, (index) => ask("POST", "/api/projects", { name: `p${index}`, path: "/p" })))).toEqual({ 201: 1, 409: 19 })
      expect(yield* count(url)).toBe(1)
    })
  )

  it.scoped("import one repository once", () =>
    Effect.gen(function* () {
      const { url } = yield* freshServer
      expect(yield* statuses(url, times(24, (index) => load({ name: `p${index}`, remote_url: "https://x/1" })))).toEqual({ 201: 24 })
      expect(yield* count(url)).toBe(1)
    })
  )

  it.scoped("all get what they ask for where nothing is in the way", () =>
    Effect.gen(function* () {
      const { url } = yield* freshServer
      const imports = times(2, (part) => load(...Array.from({ length: 300 }, (_, index) => ({ name: "i", remote_url: `https://x/${part}/${index}` }))))
      const creations = times(50, (index) => ask("POST", "/api/projects", { name: `p${index}`, path: `/p${index}` }))
      expect(yield* statuses(url, [...imports, ...creations])).toEqual({ 201: 52 })
      expect(yield* count(url)).toBe(650)
      expect(yield* statuses(url, times(50, (index) => ask("PATCH", "/api/projects/1", { description: `d${index}` })))).toEqual({ 200: 50 })
    })
  )

  it.scoped("delete a project once", () =>
    Effect.gen(function* () {
      const { url } = yield* freshServer
      yield* send(url, ask("POST", "/api/projects", { name: "a" }))
      expect(yield* statuses(url, times(10, () => ask("DELETE", "/api/projects/1")))).toEqual({ 204: 1, 404: 9 })
    })
  )
})
