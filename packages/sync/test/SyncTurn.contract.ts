/**
 * What every kind of turn promises; run on each of them.
 *
 * @module
 */
import { SyncTurn } from "@dev-infra/sync/SyncTurn"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"

export const take = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.flatMap(SyncTurn, (turn) => turn.take(effect))

/**
 * @param name of the layer, for the report
 * @param fresh a new place each time it is called
 */
export const testSyncTurn = (name: string, fresh: () => Layer.Layer<SyncTurn>): void => {
  const test = (sentence: string, effect: Effect.Effect<void, unknown, SyncTurn>) => it.effect(sentence, () => Effect.provide(effect, fresh()))

  describe(`SyncTurn (${name})`, () => {
    test("gives back what is done in a turn, and how it fails", Effect.gen(function* () {
      assert.strictEqual(yield* take(Effect.succeed(7)), 7)
      assert.strictEqual(yield* Effect.flip(take(Effect.fail("no" as const))), "no")
      assert.strictEqual(yield* take(Effect.succeed(8)), 8)
    }))

    test("Y4: lets nobody in while a sync runs, for three seconds, and then says whose turn it is", Effect.gen(function* () {
      const [begun, end] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const first = yield* Effect.fork(take(Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(end))))
      yield* Deferred.await(begun)
      const second = yield* Effect.fork(Effect.flip(take(Effect.die("nobody may come in"))))
      yield* TestClock.adjust("2900 millis")
      assert.isNull(yield* Fiber.poll(second).pipe(Effect.map((done) => (done._tag === "Some" ? done.value : null))))
      yield* TestClock.adjust("1 second")
      const failure = yield* Fiber.join(second)
      assert.propertyVal(failure, "_tag", "SyncBusy")
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(first)
      assert.strictEqual(yield* take(Effect.succeed("free again")), "free again")
    }))

    test("Y4: one after another, all who wait get their turn", Effect.gen(function* () {
      let inside = 0
      const one = take(Effect.gen(function* () {
        assert.strictEqual(++inside, 1)
        yield* Effect.yieldNow()
        inside--
      }))
      yield* Effect.all(Array.from({ length: 10 }, () => one), { concurrency: "unbounded" })
    }))

    test("a sync that is interrupted ends its turn", Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const first = yield* Effect.fork(take(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(first)
      assert.strictEqual(yield* take(Effect.succeed("free")), "free")
    }))
  })
}
