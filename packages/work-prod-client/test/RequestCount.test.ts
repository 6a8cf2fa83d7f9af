/** How many requests the everyday operations need, counted by real servers. */
import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import * as ServerFeatures from "@dev-infra/work-prod-client/ServerFeatures"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { countedServer } from "../../work-prod-server/test/compatibility/countedServer.js"
import * as OldServer from "./double/OldServer.js"

const uid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

/** A process of a program that uses the client: what it learnt of the server is kept as JSON for the next one. */
const process = <A, E>(url: string, kept: string | undefined, use: (workProd: WorkProd.WorkProdShape) => Effect.Effect<A, E>) => {
  const settings = Either.getOrThrow(WorkProdSettings.resolve({ environment: {}, flags: { url } }))
  const known = kept === undefined ? undefined : Option.getOrUndefined(ServerFeatures.fromJson(JSON.parse(kept)))
  return Effect.gen(function* () {
    const workProd = yield* WorkProd.WorkProd
    const answer = yield* use(workProd)
    return { answer, kept: JSON.stringify(ServerFeatures.toJson(yield* workProd.features)) }
  }).pipe(Effect.provide(NodeWorkProd.layer(settings, {}, { known })))
}

describe("with our server", () => {
  it.scopedLive("nothing to do is one request", () =>
    Effect.gen(function* () {
      const { taken, url } = yield* countedServer
      const first = yield* process(url, undefined, (workProd) => workProd.changes(""))
      expect(yield* taken).toEqual(["GET /api/health", "GET /api/projects/changes"])
      const second = yield* process(url, first.kept, (workProd) => workProd.changes(first.answer.cursor))
      expect(second.answer.changes).toEqual([])
      expect(yield* taken).toEqual(["GET /api/projects/changes"])
      expect(second.kept).toBe(first.kept)
    })
  )

  it.scopedLive("a first push of 10,000 projects is a reading and ten batches", () =>
    Effect.gen(function* () {
      const { taken, url } = yield* countedServer
      const { kept } = yield* process(url, undefined, (workProd) => workProd.health)
      yield* taken
      const items = Array.from({ length: 10_000 }, (_, index) => ({ uid: uid(index), if_match: null, project: { name: `project ${index}` } }))
      const { answer } = yield* process(url, kept, (workProd) => Effect.zipRight(workProd.changes(""), workProd.batch(items)))
      expect(answer.every(({ status }) => status === 201)).toBe(true)
      expect(yield* taken).toEqual(["GET /api/projects/changes", ...Array.from({ length: 10 }, () => "POST /api/projects/batch")])
    })
  )

  it.scopedLive("what another machine changed is one request, of a size that does not depend on all others", () =>
    Effect.gen(function* () {
      const { taken, url } = yield* countedServer
      const items = Array.from({ length: 1000 }, (_, index) => ({ uid: uid(index), project: { name: `project ${index}` } }))
      const first = yield* process(url, undefined, (workProd) => Effect.zipRight(workProd.batch(items), workProd.changes("")))
      const cursor = (yield* process(url, first.kept, (workProd) => workProd.changes(first.answer.cursor))).answer.cursor
      yield* process(url, first.kept, (workProd) => workProd.batch(items.slice(0, 10).map((item) => ({ ...item, project: { status: "paused" } }))))
      yield* taken
      const { answer } = yield* process(url, first.kept, (workProd) => workProd.changes(cursor))
      expect(answer.changes).toHaveLength(10)
      expect(yield* taken).toEqual(["GET /api/projects/changes"])
    })
  )
})

describe("with 0.3.0", () => {
  const start = OldServer.start(() => "2026-01-01T00:00:00")
  const asked = ({ control }: OldServer.OldServer) => Effect.zipLeft(Effect.map(control.requests, (all) => all.map(({ method, path }) => `${method} ${path}`)), control.forgetRequests)

  it.scopedLive("nothing to do is one list", () =>
    Effect.gen(function* () {
      const server = yield* start
      const list = (workProd: WorkProd.WorkProdShape) => Stream.runCount(workProd.list())
      const { kept } = yield* process(server.url, undefined, list)
      expect(yield* asked(server)).toEqual(["GET /api/health", "GET /api/projects"])
      yield* process(server.url, kept, list)
      expect(yield* asked(server)).toEqual(["GET /api/projects"])
    })
  )

  it.scopedLive("a first push of 10,000 projects is 103 requests", () =>
    Effect.gen(function* () {
      const server = yield* start
      const { kept } = yield* process(server.url, undefined, (workProd) => workProd.health)
      yield* server.control.forgetRequests
      const elements = Array.from({ length: 10_000 }, (_, index) => ({ name: `project ${index}`, path: `/p/${index}`, remote_url: `https://git.example.org/${index}.git` }))
      const list = (workProd: WorkProd.WorkProdShape) => Stream.runCount(workProd.list())
      const { answer } = yield* process(server.url, kept, (workProd) => Effect.all([list(workProd), workProd.import(elements), list(workProd)]))
      expect(answer).toMatchObject([0, { imported: 10_000, skipped: 0 }, 10_000])
      expect(yield* asked(server)).toEqual(["GET /api/projects", "GET /api/health", ...Array.from({ length: 100 }, () => "POST /api/projects/import"), "GET /api/projects"])
    })
  )
})
