import * as PostgresDatabase from "@dev-infra/work-prod-server/PostgresDatabase"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { changed, create, follow, ready, worldWith } from "../events/followers.js"
import { callerOf, send } from "../feedWorld.js"
import * as TestDatabase from "./testDatabase.js"

/** Two servers of one database, as far as they do not share a process. */
const twoServers = Effect.gen(function* () {
  const url = yield* TestDatabase.emptyDatabase
  const server = worldWith(PostgresDatabase.layer({ url, use: "server", connections: 3 }))
  // Otherwise the second would be the first, remembered.
  return yield* Effect.all([Layer.build(Layer.fresh(server)), Layer.build(Layer.fresh(server))])
})

describe.skipIf(TestDatabase.isMissing)("events of several servers over PostgreSQL", () => {
  it.scopedLive("tell what any of them commits", () =>
    Effect.gen(function* () {
      const [here, there] = yield* twoServers
      const me = yield* Effect.provide(callerOf("default"), here)
      const followers = yield* Effect.all([Effect.provide(follow(me), here), Effect.provide(follow(me), there)])
      for (const { next } of followers) assert.deepStrictEqual(yield* next, [ready])
      for (const [number, server] of [[1, here], [2, there], [3, here]] as const) {
        const waiting = yield* Effect.forEach(followers, ({ next }) => Effect.fork(next))
        yield* Effect.provide(send(me, create(number)), server)
        for (const told of yield* Effect.forEach(waiting, Fiber.join)) assert.deepStrictEqual(told, [changed(number)])
      }
    }))

  it.scopedLive("miss nothing and tell nothing twice while all of them commit at once", () =>
    Effect.gen(function* () {
      const servers = yield* twoServers
      const [here] = servers
      const me = yield* Effect.provide(callerOf("default"), here)
      const followers = yield* Effect.forEach([...servers, ...servers], (server) => Effect.provide(follow(me), server))
      for (const { next } of followers) yield* next
      const numbers = Arr.range(1, 60)
      const reading = yield* Effect.forEach(followers, ({ events, next }) => Effect.fork(Effect.repeat(next, { until: () => events.length > numbers.length })))
      yield* Effect.forEach(numbers, (number) => Effect.provide(send(me, create(number)), servers[number % 2] ?? here), { concurrency: 8 })
      yield* Effect.forEach(reading, Fiber.join)
      for (const { events } of followers) {
        const told = events.flatMap((event): ReadonlyArray<unknown> => (event._tag === "Change" ? [JSON.parse(event.json).uid] : []))
        assert.deepStrictEqual([...told].toSorted(), numbers.map((number) => changed(number)[1]))
        const ids = new Set(events.map((event) => (event._tag === "Reset" ? "" : event.cursor)))
        assert.strictEqual(ids.size, events.length)
      }
    }))
})
