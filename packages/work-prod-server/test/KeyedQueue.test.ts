import * as KeyedQueue from "../src/batch/KeyedQueue.js"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

describe("KeyedQueue", () => {
  it.effect("runs one effect of a key at a time, in the order of their coming, and others beside them", () =>
    Effect.gen(function* () {
      const queue = yield* KeyedQueue.make
      const gate = yield* Deferred.make<void>()
      const seen: Array<string> = []
      const note = (text: string) => Effect.sync(() => seen.push(text))
      const first = yield* Effect.fork(queue.withKey("a")(Effect.zipRight(note("a1 starts"), Effect.zipRight(Deferred.await(gate), note("a1 ends")))))
      yield* Effect.yieldNow()
      const second = yield* Effect.fork(queue.withKey("a")(note("a2")))
      yield* Effect.yieldNow()
      const third = yield* Effect.fork(queue.withKey("a")(note("a3")))
      yield* queue.withKey("b")(note("b"))
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.joinAll([first, second, third])
      assert.deepStrictEqual(seen, ["a1 starts", "b", "a1 ends", "a2", "a3"])
      assert.strictEqual(yield* queue.size, 0)
    }))

  it.effect("keeps nothing of a key after failures, defects and interruptions, and lets the next one in", () =>
    Effect.gen(function* () {
      const queue = yield* KeyedQueue.make
      yield* Effect.exit(queue.withKey("a")(Effect.fail("no")))
      yield* Effect.exit(queue.withKey("a")(Effect.die("broken")))
      const running = yield* Effect.fork(queue.withKey("a")(Effect.never))
      yield* Effect.yieldNow()
      const waiting = yield* Effect.fork(queue.withKey("a")(Effect.never))
      yield* Effect.yieldNow()
      const last = yield* Effect.fork(queue.withKey("a")(Effect.succeed("done")))
      yield* Effect.yieldNow()
      assert.strictEqual(yield* queue.size, 1)
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(running)
      assert.strictEqual(yield* Fiber.join(last), "done")
      assert.strictEqual(yield* queue.size, 0)
    }))
})
