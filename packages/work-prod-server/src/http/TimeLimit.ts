/**
 * A limit on the time that a request takes. Thousands of requests begin and end in a second, so this is a bare timer that
 * interrupts the request's fiber, where `Effect.timeout` would race two more fibers for each.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

const timeLimit = FiberId.runtime(-503, 0)

/**
 * Interrupts an effect that runs too long.
 *
 * @param millis milliseconds
 * @param onLimit called before the interruption
 * @category combinators
 */
export const within =
  (millis: number, onLimit: () => void) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.withFiberRuntime((fiber) => {
      const timer = setTimeout(() => {
        onLimit()
        fiber.unsafeInterruptAsFork(timeLimit)
      }, millis)
      return Effect.ensuring(
        effect,
        Effect.sync(() => clearTimeout(timer))
      )
    })
