import * as Turns from "../../src/events/Turns.js"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

describe("Turns", () => {
  it.effect("are a few at once, in the order in which they were asked for", () =>
    Effect.gen(function* () {
      const inTurn = Turns.make(2)
      let running = 0
      const order: Array<number> = []
      const run = (number: number) =>
        inTurn(
          Effect.gen(function* () {
            running += 1
            order.push(number)
            assert.isAtMost(running, 2)
            yield* Effect.yieldNow()
            running -= 1
          })
        )
      yield* Effect.forEach(Arr.range(1, 100), run, { concurrency: "unbounded" })
      assert.deepStrictEqual(order, Arr.range(1, 100))
    }))

  it.effect("are not lost by those who leave, whenever they do", () =>
    Effect.gen(function* () {
      const inTurn = Turns.make(1)
      const gate = yield* Effect.makeLatch()
      const first = yield* Effect.fork(inTurn(gate.await))
      yield* Effect.yieldNow()
      const others = yield* Effect.forEach(Arr.range(1, 1000), () => Effect.fork(inTurn(Effect.never)))
      yield* Effect.yieldNow()
      // One gets the turn while it is interrupted, the others leave while they wait.
      yield* gate.open
      yield* Fiber.interruptAll(others)
      yield* Fiber.join(first)
      assert.strictEqual(yield* inTurn(Effect.succeed(1)), 1)
    }))
})
