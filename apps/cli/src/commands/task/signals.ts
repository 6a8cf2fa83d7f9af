/**
 * Ctrl-C while tasks run: it is for what they started. The third one ends this program as well.
 *
 * @module
 */
import { RunningGroups } from "@dev-infra/task-runner/Shell"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { failed, type ExitCode } from "../../ExitCode.js"
import { type StopSignal, Surroundings } from "../../Surroundings.js"

const patience = 3

/**
 * Run something that starts processes. The first two signals are handed to them, and it is left to them whether they end. With the third they are ended, by force
 * if they do not, and so is this program.
 *
 * @category running
 */
export const during = <E, R>(effect: Effect.Effect<ExitCode | void, E, R>): Effect.Effect<ExitCode | void, E, R | RunningGroups | Surroundings> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { holdSignals } = yield* Surroundings
      const groups = yield* RunningGroups
      const signals = yield* Queue.unbounded<StopSignal>()
      yield* holdSignals((signal) => void signals.unsafeOffer(signal))
      const handOn = Effect.gen(function* () {
        for (let seen = 1; ; seen++) {
          const signal = yield* Queue.take(signals)
          if (seen === patience) return failed
          yield* groups.signal(signal)
        }
      })
      return yield* Effect.raceFirst(effect, handOn)
    })
  )
