import type { RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import { WorkProd } from "@dev-infra/work-prod-client/WorkProd"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { freshServer } from "../../work-prod-server/test/compatibility/freshServer.js"
import * as OldServer from "../../work-prod-client/test/double/OldServer.js"
import { content, create, desk, done, entryOf, fetched, knownOf, uuid } from "./indexWorld.js"

const connect = (url: string) => {
  const settings = Either.getOrThrow(WorkProdSettings.resolve({ environment: {}, flags: { url }, machine: desk }))
  return Effect.map(Effect.orDie(Layer.build(NodeWorkProd.layer(settings, {}))), (built) =>
    WorkProdIndex.make(Context.get(built, WorkProd), { machine: desk, remoteName: "home", address: settings.url.host })
  )
}

const oldServer = Effect.suspend(() => OldServer.start(() => "2026-01-01T00:00:00"))

const live = Clock.make()
/** Does not wait the two seconds between two looks. */
const hasty: Clock.Clock = {
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  currentTimeMillis: live.currentTimeMillis,
  currentTimeNanos: live.currentTimeNanos,
  unsafeCurrentTimeMillis: () => live.unsafeCurrentTimeMillis(),
  unsafeCurrentTimeNanos: () => live.unsafeCurrentTimeNanos(),
  sleep: (duration) => (Duration.toMillis(duration) <= 2000 ? Effect.yieldNow() : live.sleep(duration))
}

const many = (count: number): ReadonlyArray<RemoteOperation> =>
  Array.from({ length: count }, (_, number) =>
    create(uuid(number), content({ name: `p${number}`, repository: `git@git.example.org:acme/p${number}.git`, description: "Grüße 🎉" }, { path: `/p/${number}` }))
  )

describe("the index over HTTP", () => {
  it.scopedLive("makes many projects on our server, and reads them again", () =>
    Effect.gen(function* () {
      const { url } = yield* Logger.withMinimumLogLevel(freshServer, LogLevel.None)
      const index = yield* connect(url)
      const first = yield* fetched(index)
      const sent = yield* index.send(many(2500), { known: knownOf(first) })
      expect(sent.results.every(({ _tag }) => _tag === "Done")).toBe(true)
      const known = { ...knownOf(first), cursor: sent.cursor ?? null }
      expect(yield* index.fetch(known)).toMatchObject({ isWhole: false, entries: [] })
      const all = yield* index.fetch(undefined)
      expect(all.entries).toEqual(sent.results.map(entryOf))
    })
  )

  it.scopedLive("asks 0.3.0 no more often than it must", () =>
    Effect.gen(function* () {
      const { control, url } = yield* oldServer
      const index = yield* connect(url)
      const first = yield* fetched(index)
      const { results } = yield* index.send(many(1000), { known: knownOf(first) })
      expect(results.every(({ _tag }) => _tag === "Done")).toBe(true)
      const requests = (yield* control.requests).map(({ method, path }) => `${method} ${path}`)
      expect(requests.filter((request) => request === "POST /api/projects/import")).toHaveLength(10)
      expect(requests.filter((request) => request === "GET /api/projects")).toHaveLength(2)
      expect(requests.length).toBeLessThanOrEqual(15)
    })
  )

  it.scopedLive("Y18: makes each project once on 0.3.0, also if the server dies in the middle of an import", () =>
    Effect.gen(function* () {
      const { control, url } = yield* oldServer
      const index = yield* connect(url)
      const known = knownOf(yield* fetched(index))
      yield* control.killNextImport(40)
      yield* control.forgetRequests
      const { results, stopped } = yield* Effect.withClock(index.send(many(150), { known }), hasty)
      expect(stopped).toBeUndefined()
      expect(results.map((result) => entryOf(result).uid)).toEqual(Array.from({ length: 150 }, (_, number) => uuid(number)))
      expect(yield* control.rows).toHaveLength(150)
      const requests = (yield* control.requests).map(({ method, path }) => `${method} ${path.replace("/api/projects", "")}`)
      expect(requests.filter((request) => request !== "GET /api/health")).toEqual(["POST /import", "GET ", "GET ", "POST /import", "POST /import", "GET "])
    })
  )

  it.scopedLive("does not know whether a change was made whose answer was lost, and the next look tells", () =>
    Effect.gen(function* () {
      const { control, url } = yield* oldServer
      const index = yield* connect(url)
      const made = yield* done(index, create(uuid(1), content({})))
      yield* control.plan({ method: "PATCH" }, { type: "lose" })
      const known = knownOf(yield* fetched(index))
      const change: RemoteOperation = { _tag: "Update", uid: uuid(1), entry: made, content: content({ name: "new" }, { writes: { [desk.uid]: 7 } }) }
      const { results, stopped } = yield* index.send([change], { known })
      expect([results, stopped?.reason]).toEqual([[{ _tag: "Unknown" }], "Lost"])
      expect((yield* fetched(index)).entries).toMatchObject([{ fields: { name: "new" }, writes: { [desk.uid]: 7 } }])
    })
  )

  it.scopedLive("sees a type of project that only a script can fill in on 0.3.0", () =>
    Effect.gen(function* () {
      const { control, url } = yield* oldServer
      const index = yield* connect(url)
      const made = yield* done(index, create(uuid(1), content({ project_type: "Work" })))
      yield* control.setColumns(Number(made.key), { project_type: "Personal" })
      const [row] = (yield* fetched(index)).entries
      expect(row?.fields["project_type"]).toBe("Personal")
      if (row === undefined) throw new Error("no row")
      const changed = yield* done(index, { _tag: "Update", uid: uuid(1), entry: row, content: content({ project_type: "Learning" }) })
      expect(changed.fields["project_type"]).toBe("Learning")
      const cleared = yield* done(index, { _tag: "Update", uid: uuid(1), entry: changed, content: content({}) })
      expect(cleared.fields).toEqual({ name: "api", status: "active" })
    })
  )

  it.scopedLive("says what is wrong if nothing answers any more", () =>
    Effect.gen(function* () {
      const { control, url } = yield* oldServer
      const index = yield* connect(url)
      const known = knownOf(yield* fetched(index))
      yield* control.disconnect
      expect(yield* Effect.flip(index.fetch(known))).toMatchObject({ reason: "Unreachable", detail: expect.stringContaining("connection refused") as string })
      const { results, stopped } = yield* index.send(many(3), { known })
      expect([results.map(({ _tag }) => _tag), stopped?.reason]).toEqual([["Skipped", "Skipped", "Skipped"], "Unreachable"])
      yield* control.reconnect
    })
  )
})
