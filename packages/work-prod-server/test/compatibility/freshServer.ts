import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import * as WorkProdServer from "@dev-infra/work-prod-server/WorkProdServer"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestDatabases from "../testDatabases.js"

/** A clock that stands still until it is told otherwise, but does not hold up who sleeps. */
const makeClock = (start: number) => {
  const live = Clock.make()
  let now = start
  const clock: Clock.Clock = {
    ...live,
    sleep: (duration) => live.sleep(duration),
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(() => BigInt(now) * 1_000_000n),
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(now) * 1_000_000n
  }
  return {
    clock,
    passSecond: () => {
      now += 1000
    }
  }
}

/** An empty server that asks nobody for a key, at the start of 2026. */
export const freshServer = Effect.gen(function* () {
  const { clock, passSecond } = makeClock(Date.UTC(2026, 0, 1))
  const server = WorkProdServer.layer({ host: "127.0.0.1", port: 0, authentication: "none", rateLimit: undefined })
  const built = yield* Effect.withClock(Layer.build(Layer.provide(server, TestDatabases.layer)), clock)
  return { url: Context.get(built, ListeningServer).url, passSecond }
})
