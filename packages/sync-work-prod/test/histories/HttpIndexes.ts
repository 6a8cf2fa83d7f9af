/** Indexes that are asked over real connections: our server with a database file of its own, and the double of 0.3.0. */
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as OldServer from "../../../work-prod-client/test/double/OldServer.js"
import { freshServer } from "../../../work-prod-server/test/compatibility/freshServer.js"
import * as FaultyProxy from "./FaultyProxy.js"
import type { Connection, Index } from "./Index.js"
import type { VirtualClock } from "./VirtualClock.js"
import { handsOf, indexOptions, observer } from "./WorkProdIndexes.js"

const clientOf = (url: string, machine?: WorkProdSettings.AskingMachine) => {
  const settings = Either.getOrThrow(WorkProdSettings.resolve({ environment: {}, flags: { url }, machine }))
  return Effect.map(Effect.orDie(Layer.build(NodeWorkProd.layer(settings, {}))), (built) => Context.get(built, WorkProd.WorkProd))
}

/** More often than a client tries again. */
const forGood = 6

const connectionOf = (url: string, machine: WorkProdSettings.AskingMachine, kill: ((changes: number) => Effect.Effect<void>) | undefined): Effect.Effect<Connection, never, Scope.Scope> =>
  Effect.gen(function* () {
    const proxy = yield* FaultyProxy.start(url)
    const connect = Effect.map(clientOf(proxy.url, machine), (workProd) => WorkProdIndex.make(workProd, { ...indexOptions, machine }))
    let remote = yield* connect
    const scope = yield* Effect.scope
    const plan = (what: "fail" | "lose", after: number, times: number) => Effect.sync(() => proxy.plan(what, after, times))
    return {
      remote: {
        fetch: (known) => Effect.suspend(() => remote.fetch(known)),
        send: (operations, options) => Effect.suspend(() => remote.send(operations, options)),
        watch: Stream.suspend(() => remote.watch)
      },
      failAfter: (after) => plan("fail", after, after % 2 === 0 ? 1 : forGood),
      loseAfter: (after) => plan("lose", after, after % 2 === 0 ? 1 : forGood),
      breakAfter: kill ?? ((changes) => plan("lose", 1, changes % 2 === 0 ? 1 : forGood)),
      renew: Effect.gen(function* () {
        proxy.forget()
        remote = yield* Effect.provideService(connect, Scope.Scope, scope)
      }),
      requests: Effect.sync(proxy.requests)
    }
  })

const viewOf = (url: string) =>
  Effect.gen(function* () {
    const nobody = yield* clientOf(url)
    const view = WorkProdIndex.make(yield* clientOf(url, observer), { ...indexOptions, machine: observer })
    const projects = Effect.map(Effect.orDie(Stream.runCollect(nobody.list())), (found) => [...found])
    return { ...handsOf(nobody, projects), rows: Effect.map(Effect.orDie(view.fetch(undefined)), ({ entries }) => entries) }
  })

/** Our server. */
export const ours: Effect.Effect<Index, never, Scope.Scope> = Effect.gen(function* () {
  const { url } = yield* Effect.orDie(Logger.withMinimumLogLevel(freshServer, LogLevel.None))
  return {
    name: "our server",
    tellsDeletions: true,
    connect: (uid, name) => connectionOf(url, { uid, name }, undefined),
    ...(yield* viewOf(url)),
    backup: undefined,
    empty: undefined
  }
})

/** What does as 0.3.0 does. */
export const version030 = (clock: VirtualClock): Effect.Effect<Index, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { control, url } = yield* OldServer.start(() => new Date(clock.off(0).unsafeCurrentTimeMillis()).toISOString().slice(0, 19))
    return {
      name: "the double of 0.3.0",
      tellsDeletions: false,
      connect: (uid, name) => connectionOf(url, { uid, name }, control.killNextImport),
      ...(yield* viewOf(url)),
      backup: Effect.map(control.rows, (rows) => control.restore(rows)),
      empty: control.restore([])
    }
  })
