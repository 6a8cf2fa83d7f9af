import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as FeedLag from "../../src/metrics/FeedLag.js"
import * as ServerMetrics from "@dev-infra/work-prod-server/ServerMetrics"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"

const world = FeedLag.watched.pipe(Layer.provideMerge(ServerMetrics.layer), Layer.provide(LibsqlDatabase.layerTemporary))

/** What the metric says at this moment. */
const lag = Effect.map(
  Effect.flatMap(ServerMetrics.ServerMetrics, ({ text }) => text),
  (text) => Number(/^feed_lag_seconds (\S+)$/m.exec(text)?.[1])
)

describe("feed_lag_seconds", () => {
  it.effect("is the age of the oldest change that is under way, and 0 when there is none", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      assert.strictEqual(yield* lag, 0)
      const begun = yield* Deferred.make<void>()
      const end = yield* Deferred.make<void>()
      const slow = yield* Effect.fork(write(Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(end))))
      yield* Deferred.await(begun)
      yield* TestClock.adjust("3 seconds")
      // Waits for its turn behind the slow one.
      const next = yield* Effect.fork(write(Effect.void))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* lag, 5)
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.joinAll([slow, next])
      assert.strictEqual(yield* lag, 0)
    }).pipe(Effect.provide(world)))

  it.effect("forgets a change that failed or was interrupted", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* Effect.flip(write(Effect.fail("no" as const)))
      const begun = yield* Deferred.make<void>()
      const cut = yield* Effect.fork(write(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)))
      yield* Deferred.await(begun)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* lag, 1)
      yield* Fiber.interrupt(cut)
      assert.strictEqual(yield* lag, 0)
    }).pipe(Effect.provide(world)))
})
