import { Database } from "@dev-infra/work-prod-server/Database"
import * as Retention from "@dev-infra/work-prod-server/Retention"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { callerOf, failingWrites, sendRaw, uid, worldOn } from "./feedWorld.js"

describe("Retention", () => {
  it.scoped("says if it cannot forget, and tries again after an hour", () =>
    Effect.gen(function* () {
      const writes = yield* failingWrites
      const lines: Array<unknown> = []
      const log = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ logLevel, message }) => void lines.push([logLevel.label, message]))
      )
      yield* Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { sql } = yield* Database
        const keys = Effect.map(sql`SELECT key FROM idempotency_keys`, (rows) => rows.length)
        yield* sendRaw(me, [{ uid: uid(1), project: { name: "one" } }], { key: "K", bodyHash: "x" })
        yield* writes.failAfter(0)
        yield* TestClock.adjust("49 hours")
        yield* Effect.repeat(Effect.yieldNow(), { until: () => lines.length > 0 })
        assert.deepStrictEqual(lines[0], ["WARN", ["what is old could not be forgotten", { reason: "Full" }]])
        assert.strictEqual(yield* keys, 1)
        yield* writes.failNever
        yield* TestClock.adjust("1 hour")
        yield* Effect.repeat(Effect.zipRight(Effect.yieldNow(), keys), { until: (count) => count === 0 })
      }).pipe(Effect.provide(Retention.layer.pipe(Layer.provideMerge(worldOn(writes.layer)))), Effect.provide(log))
    }))
})
