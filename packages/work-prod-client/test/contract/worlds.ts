/** The servers that the one client is tried on, with what may be expected of each. */
import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import type { Capability } from "@dev-infra/work-prod-client/ServerFeatures"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { freshServer } from "../../../work-prod-server/test/compatibility/freshServer.js"
import * as OldServer from "../double/OldServer.js"

/** The start of the time of every server. */
const start = Date.UTC(2026, 0, 1)

/** An empty server. `connect` makes a client of it, for a machine or for none. */
export interface Opened {
  readonly connect: (machine?: WorkProdSettings.AskingMachine) => Effect.Effect<WorkProd.WorkProdShape, never, Scope.Scope>
  readonly passSecond: Effect.Effect<void>
}

export interface World {
  readonly name: string
  /** whether it does what 0.3.0 does */
  readonly isOld: boolean
  readonly capabilities: ReadonlyArray<Capability>
  readonly open: Effect.Effect<Opened, never, Scope.Scope>
}

const passTestSecond = TestClock.adjust("1 second")

const inMemory = (asVersion030: boolean): World["open"] =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const store = yield* MemoryWorkProd.makeStore({ asVersion030 })
    return {
      connect: (machine) =>
        Effect.map(Layer.build(WorkProd.layerMemory({ store, ...(machine === undefined ? {} : { machine }) })), (built) => Context.get(built, WorkProd.WorkProd)),
      passSecond: passTestSecond
    }
  })

const overHttp = ({ passSecond, url }: { readonly url: string; readonly passSecond: () => void }): Opened => ({
  connect: (machine) => {
    const settings = Either.getOrThrow(WorkProdSettings.resolve({ environment: {}, flags: { url }, machine }))
    return Effect.map(Effect.orDie(Layer.build(NodeWorkProd.layer(settings, {}))), (built) => Context.get(built, WorkProd.WorkProd))
  },
  passSecond: Effect.sync(passSecond)
})

const ours: World["open"] = Effect.map(Effect.orDie(freshServer), overHttp)

const double: World["open"] = Effect.suspend(() => {
  let now = start
  const passSecond = () => {
    now += 1000
  }
  return Effect.map(OldServer.start(() => new Date(now).toISOString().slice(0, 19)), ({ url }) => overHttp({ url, passSecond }))
})

const everything: ReadonlyArray<Capability> = ["batch", "changes", "etag", "events", "locations", "metadata", "paging"]

export const memory: World = { name: "the server in memory", isOld: false, capabilities: everything, open: inMemory(false) }
export const memory030: World = { name: "0.3.0 in memory", isOld: true, capabilities: [], open: inMemory(true) }
export const server: World = { name: "our server", isOld: false, capabilities: everything, open: ours }
export const server030: World = { name: "the double of 0.3.0", isOld: true, capabilities: [], open: double }

export const worlds: ReadonlyArray<World> = [memory, memory030, server, server030]
