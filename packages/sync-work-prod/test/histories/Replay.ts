/** Plays random histories, and prints what it takes to play the one that failed again. */
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type { Kind } from "./indexes.js"
import { type History, history } from "./Operation.js"
import { play } from "./Play.js"

/**
 * Plays so many histories. With `DEV_INFRA_SEED`, and `DEV_INFRA_PATH` as a failure prints them, the same ones are played again.
 *
 * @param seed which ones; others each time if there is none. They are not made shorter then: it is enough to know that one goes wrong
 */
export const playMany = (kind: Kind, numRuns: number, seed?: number): Effect.Effect<void> => {
  const [again, path] = [process.env["DEV_INFRA_SEED"], process.env["DEV_INFRA_PATH"]]
  const chosen = again === undefined ? seed : Number(again)
  return Effect.promise(() =>
    FastCheck.assert(
      FastCheck.asyncProperty(history, (one) => Effect.runPromise(Effect.zipRight(breath, play(one, kind.make, kind.sleeps)))),
      { numRuns, endOnFailure: seed !== undefined, ...(chosen === undefined ? {} : { seed: chosen }), ...(path === undefined ? {} : { path }), reporter: report }
    )
  )
}

/** Lets others have a turn: the runner of the tests takes a process for dead that is busy without end. */
const breath = Effect.promise(() => new Promise<void>((done) => setImmediate(done)))

const report = (details: FastCheck.RunDetails<[History]>): void => {
  if (!details.failed) return
  const { counterexample, counterexamplePath, errorInstance, seed } = details
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  throw new Error(`${reason}\n\nTo play it again: DEV_INFRA_SEED=${seed} DEV_INFRA_PATH=${String(counterexamplePath)}\n${JSON.stringify(counterexample?.[0])}`, { cause: errorInstance })
}
