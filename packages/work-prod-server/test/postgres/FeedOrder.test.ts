import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as PostgresDatabase from "@dev-infra/work-prod-server/PostgresDatabase"
import * as ProjectChanges from "@dev-infra/work-prod-server/ProjectChanges"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as ServerMetrics from "@dev-infra/work-prod-server/ServerMetrics"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as FeedLag from "../../src/metrics/FeedLag.js"
import * as ProjectRows from "../../src/projects/ProjectRows.js"
import * as TestDatabase from "./testDatabase.js"

/** Two servers' worth of services on one database, as in two processes. */
const twoProcesses = Effect.gen(function* () {
  const url = yield* TestDatabase.emptyDatabase
  const process = Layer.mergeAll(ProjectChanges.layer, Accounts.layer).pipe(
    Layer.provide(RandomValues.layer),
    Layer.provideMerge(FeedLag.watched),
    Layer.provideMerge(ServerMetrics.layer),
    Layer.provide(PostgresDatabase.layer({ url, use: "server", connections: 4 }))
  )
  // Both at once, on an empty database.
  return yield* Effect.all([Layer.build(process), Layer.build(process)], { concurrency: "unbounded" })
})

type Process = Effect.Effect.Success<typeof twoProcesses>[number]

const callerOf = (process: Process, name: string): Effect.Effect<CallerShape> =>
  Context.get(process, Accounts.Accounts)
    .ensure(name)
    .pipe(
      Effect.orDie,
      Effect.map(({ id }) => ({ account: id, keyId: null, readOnly: false, machine: { uid: null, name: null } }))
    )

const empty = { uid: null, description: null, organization: null, classification: null, status: "active", project_type: null, remote_url: null, metadata: {}, path: null, recreate: false } as const

/** Makes a project, and commits when `end` says so. */
const create = (process: Process, caller: CallerShape, name: string, begun: Effect.Effect<unknown>, end: Effect.Effect<unknown>) => {
  const database = Context.get(process, Database)
  const change = Effect.gen(function* () {
    const rows = yield* ProjectRows.make(database)(caller)
    yield* Effect.orDie(rows.insert({ ...empty, name }))
    yield* begun
    yield* end
  })
  return Effect.orDie(database.write(change, caller.account))
}

const names = (process: Process, caller: CallerShape, since: string) =>
  Effect.map(Effect.orDie(Context.get(process, ProjectChanges.ProjectChanges).since(caller, since, 100)), ({ changes, cursor }) => ({
    cursor,
    names: changes.map((change) => JSON.parse(change).project.name)
  }))

const lag = (process: Process) => Effect.map(Context.get(process, ServerMetrics.ServerMetrics).text, (text) => Number(/^feed_lag_seconds (\S+)$/m.exec(text)?.[1]))

describe.skipIf(TestDatabase.isMissing)("the feed of two processes", () => {
  it.scopedLive("tells a slow change before those that came after it, and no cursor passes it by", () =>
    Effect.gen(function* () {
      const [one, other] = yield* twoProcesses
      const me = yield* callerOf(one, "me")
      const begun = yield* Deferred.make<void>()
      const end = yield* Deferred.make<void>()
      const slow = yield* Effect.fork(create(one, me, "slow", Deferred.succeed(begun, undefined), Deferred.await(end)))
      yield* Deferred.await(begun)
      // The slow one has its position, and has not committed.
      const quick = yield* Effect.fork(create(other, me, "quick", Effect.void, Effect.void))
      const before = yield* names(other, me, "")
      assert.deepStrictEqual(before.names, [])
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.joinAll([slow, quick])
      assert.deepStrictEqual((yield* names(other, me, before.cursor)).names, ["slow", "quick"])
      assert.deepStrictEqual((yield* names(one, me, "")).names, ["slow", "quick"])
    }))

  it.scopedLive("of one account does not wait for a slow change of another one", () =>
    Effect.gen(function* () {
      const [one, other] = yield* twoProcesses
      const [me, you] = [yield* callerOf(one, "me"), yield* callerOf(one, "you")]
      const begun = yield* Deferred.make<void>()
      const end = yield* Deferred.make<void>()
      const slow = yield* Effect.fork(create(one, me, "slow", Deferred.succeed(begun, undefined), Deferred.await(end)))
      yield* Deferred.await(begun)
      yield* create(one, you, "yours", Effect.void, Effect.void)
      yield* create(other, you, "yours too", Effect.void, Effect.void)
      assert.deepStrictEqual((yield* names(one, you, "")).names, ["yours", "yours too"])
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(slow)
    }))

  it.scopedLive("shows by feed_lag_seconds of every process that a change is stuck in one of them", () =>
    Effect.gen(function* () {
      const [one, other] = yield* twoProcesses
      const me = yield* callerOf(one, "me")
      assert.deepStrictEqual([yield* lag(one), yield* lag(other)], [0, 0])
      const begun = yield* Deferred.make<void>()
      const end = yield* Deferred.make<void>()
      const stuck = yield* Effect.fork(create(one, me, "stuck", Deferred.succeed(begun, undefined), Deferred.await(end)))
      yield* Deferred.await(begun)
      assert.isAbove(yield* lag(one), 0)
      assert.isAbove(yield* lag(other), 0)
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(stuck)
      assert.deepStrictEqual([yield* lag(one), yield* lag(other)], [0, 0])
    }))
})
