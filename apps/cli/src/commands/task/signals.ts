/**
 * Ctrl-C while tasks run: it is for what they started. The third one ends that by force, and this program as well.
 *
 * @module
 */
import { RunningGroups } from "@dev-infra/task-runner/Shell"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { type ExitCode, hungUp, interrupted, terminated } from "../../ExitCode.js"
import { Output } from "../../Output.js"
import { styled, text } from "../../SafeText.js"
import { type StopSignal, Surroundings } from "../../Surroundings.js"

const patience = 3

const codes: { readonly [signal in StopSignal]: ExitCode } = { SIGINT: interrupted, SIGTERM: terminated, SIGHUP: hungUp }

/**
 * Run something that starts processes. The first two signals are handed to them, and it is left to them whether they end. With the third they are killed, nothing is started
 * any more, and this program ends as the signal would end it.
 *
 * @category running
 */
export const during = <E, R>(effect: Effect.Effect<ExitCode | void, E, R>): Effect.Effect<ExitCode | void, E, R | Output | RunningGroups | Surroundings> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { holdSignals } = yield* Surroundings
      const groups = yield* RunningGroups
      const signals = yield* Queue.unbounded<StopSignal>()
      yield* holdSignals((signal) => void signals.unsafeOffer(signal))
      // A fiber of its own: who was killed may be waited for no longer than a moment.
      const fiber = yield* Effect.forkDaemon(effect)
      const byForce = Effect.gen(function* () {
        for (let seen = 1; ; seen++) {
          const signal = yield* Queue.take(signals)
          yield* groups.signal(seen < patience ? signal : "SIGKILL")
          if (seen === patience) return { signal }
        }
      })
      const ended = yield* Effect.raceFirst(Effect.map(Fiber.join(fiber), (code) => ({ code })), byForce).pipe(Effect.onInterrupt(() => Fiber.interrupt(fiber)))
      if (!("signal" in ended)) return ended.code
      yield* Fiber.interrupt(fiber).pipe(Effect.disconnect, Effect.timeoutOption("500 millis"))
      yield* Effect.flatMap(Output, (output) => output.error(text`${styled("red", "error:")} ended by force, at the third signal (${ended.signal}): nothing is run after it, not even what defer names`))
      return codes[ended.signal]
    })
  )
