import { Database } from "@dev-infra/work-prod-server/Database"
import * as Retention from "@dev-infra/work-prod-server/Retention"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { callerOf, changesSince, failingWrites, firstMachine, send, sendRaw, uid, world, worldOn } from "./feedWorld.js"

const body = { key: "K-1", bodyHash: "a".repeat(64) }
const otherBody = { key: "K-1", bodyHash: "b".repeat(64) }

const create = (number: number) => ({ uid: uid(number), project: { name: `p${number}`, metadata: { number } } })

describe("ProjectBatch with an Idempotency-Key", () => {
  it.scoped("gives the same bytes again without doing anything again", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* send(me, create(1))
      const items = [{ uid: uid(1), delete: true }, create(2), { uid: uid(3), delete: true }, { uid: uid(4), project: {} }, 5, { uid: uid(6), if_match: "1", project: { name: "é" } }]
      const first = yield* sendRaw(me, items, body)
      const { cursor } = yield* changesSince(me, "")
      assert.deepStrictEqual(yield* sendRaw(me, items, body), first)
      // Also when the world has moved on.
      yield* send(me, { uid: uid(2), project: { name: "later" } }, { uid: uid(1), recreate: true, project: { name: "again" } })
      const moved = yield* changesSince(me, cursor)
      assert.deepStrictEqual(yield* sendRaw({ ...me, machine: { uid: firstMachine, name: null } }, items, body), first)
      assert.deepStrictEqual(yield* changesSince(me, moved.cursor), { ...moved, changes: [] })
    }).pipe(Effect.provide(world)))

  it.scoped("refuses the key with another body, whatever the first one did", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      for (const items of [[], [5], [create(1)]]) {
        const key = { ...body, key: `K ${items.length} ${JSON.stringify(items)}` }
        yield* sendRaw(me, items, key)
        assert.deepInclude(yield* Effect.flip(sendRaw(me, [create(9)], { ...otherBody, key: key.key })), { _tag: "IdempotencyKeyReused", key: key.key })
      }
      assert.deepStrictEqual(
        (yield* changesSince(me, "")).changes.map(({ uid: of }) => of),
        [uid(1)]
      )
    }).pipe(Effect.provide(world)))

  it.scoped("keeps keys of accounts apart", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const other = yield* callerOf("other")
      yield* sendRaw(me, [create(1)], body)
      const [result] = yield* sendRaw(other, [create(2)], otherBody)
      assert.deepInclude(JSON.parse(result ?? ""), { status: 201 })
    }).pipe(Effect.provide(world)))

  it.scoped("goes on after a failure of the database where it stopped", () =>
    Effect.gen(function* () {
      const writes = yield* failingWrites
      yield* Effect.gen(function* () {
        const me = yield* callerOf("default")
        // Each would be refused if it were done twice.
        const items = Arr.makeBy(700, (index) => ({ uid: uid(index), if_match: null, project: { name: `p${index}` } }))
        yield* writes.failAfter(1)
        yield* Effect.flip(sendRaw(me, items, body))
        yield* writes.failAfter(1)
        yield* Effect.flip(sendRaw(me, items, body))
        yield* writes.failNever
        const seen = (yield* changesSince(me, "")).changes.length
        const results = yield* sendRaw(me, items, body)
        assert.isTrue(seen > 0 && seen < 700)
        assert.deepStrictEqual(
          results.map((result) => [JSON.parse(result).status, JSON.parse(result).project.uid]),
          items.map((item) => [201, item.uid])
        )
        assert.deepStrictEqual(yield* sendRaw(me, items, body), results)
      }).pipe(Effect.provide(worldOn(writes.layer)))
    }))

  it.scoped("lets the second of two requests wait for the first, and gives it the same answer", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const items = Arr.makeBy(600, (index) => ({ uid: uid(index), if_match: null, project: { name: `p${index}` } }))
      const same = sendRaw(me, items, body)
      const [first, second, refused] = yield* Effect.all([same, same, Effect.flip(sendRaw(me, [create(9)], otherBody))], { concurrency: "unbounded" })
      assert.deepStrictEqual(second, first)
      assert.deepStrictEqual(new Set(first.map((result) => JSON.parse(result).status)), new Set([201]))
      assert.deepInclude(refused, { _tag: "IdempotencyKeyReused" })
    }).pipe(Effect.provide(world)))

  it.scoped("can be interrupted and repeated", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const items = Arr.makeBy(600, (index) => ({ uid: uid(index), if_match: null, project: { name: `p${index}` } }))
      const running = yield* Effect.fork(sendRaw(me, items, body))
      yield* Effect.repeatN(Effect.yieldNow(), 5)
      yield* Fiber.interrupt(running)
      const results = yield* sendRaw(me, items, body)
      assert.deepStrictEqual(new Set(results.map((result) => JSON.parse(result).status)), new Set([201]))
    }).pipe(Effect.provide(world)))

  it.scoped("is remembered for 24 hours at least, and not for ever", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const { sql } = yield* Database
      const forgetAndCount = Effect.zipRight(Retention.forget, Effect.map(sql`SELECT key FROM idempotency_keys`, (rows) => rows.length))
      const first = yield* sendRaw(me, [create(1)], body)
      yield* TestClock.adjust("25 hours")
      for (let number = 0; number < 25; number++) yield* sendRaw(me, [], { ...body, key: `later ${number}` })
      assert.deepStrictEqual(yield* sendRaw(me, [create(1)], body), first)
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(yield* forgetAndCount, 25)
      assert.deepStrictEqual(yield* sql`SELECT * FROM idempotency_results`, [])
      yield* TestClock.adjust(Duration.days(2))
      assert.strictEqual(yield* forgetAndCount, 0)
      const [again] = yield* sendRaw(me, [create(1)], otherBody)
      assert.deepInclude(JSON.parse(again ?? ""), { status: 200 })
    }).pipe(Effect.provide(world)))
})
