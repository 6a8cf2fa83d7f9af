/** Plays random histories, and prints what it takes to play the one that failed again. */
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type { Kind } from "./indexes.js"
import { type History, history } from "./Operation.js"
import { play } from "./Play.js"

/** The histories that everybody plays, so that what fails is what was changed; `DEV_INFRA_SEED` chooses others, `any` others each time. */
const usualSeed = 20261121

const seedOf = (seed: number): number => {
  const chosen = process.env["DEV_INFRA_SEED"]
  if (chosen === undefined) return seed
  return chosen === "any" ? Math.trunc(Math.random() * 2 ** 31) : Number(chosen)
}

/**
 * Plays so many histories, and prints which. With `DEV_INFRA_SEED` and `DEV_INFRA_PATH`, as a failure prints them, one is played again.
 *
 * @param shrink whether the one that fails is made as short as can be; if not, it is enough to know that one does
 */
export const playMany = (kind: Kind, numRuns: number, { seed = usualSeed, shrink = true }: { readonly seed?: number; readonly shrink?: boolean } = {}): Effect.Effect<void> => {
  const chosen = seedOf(seed)
  const path = process.env["DEV_INFRA_PATH"]
  if (shrink) console.log(`${numRuns} histories, DEV_INFRA_SEED=${chosen}`)
  return Effect.promise(() =>
    FastCheck.assert(
      FastCheck.asyncProperty(history, (one) => Effect.runPromise(Effect.zipRight(breath, play(one, kind.make, kind.sleeps)))),
      { numRuns, endOnFailure: !shrink, seed: chosen, ...(path === undefined ? {} : { path }), reporter: report }
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
