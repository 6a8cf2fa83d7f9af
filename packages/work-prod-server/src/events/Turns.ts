/**
 * Turns, of which there are a few, for many who want one. They are given in the order in which they were asked for.
 *
 * `Effect.Semaphore` wakes all who wait whenever one is released. With a thousand who wait that takes longer than what they wait
 * for, and far longer still if they are interrupted.
 *
 * @module
 */
import * as Effect from "effect/Effect"

/** Runs an effect when it has a turn. */
export type InTurn = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** @param count how many run at once @category constructors */
export const make = (count: number): InTurn => {
  const waiting = new Set<() => void>()
  let free = count

  const giveBack = (): void => {
    const [first] = waiting
    if (first === undefined) {
      free += 1
      return
    }
    waiting.delete(first)
    first()
  }

  const take = Effect.async<void>((resume) => {
    const goOn = (): void => resume(Effect.void)
    if (free > 0) {
      free -= 1
      goOn()
    } else waiting.add(goOn)
    // Runs only if the turn was not taken: it may have been given nevertheless.
    return Effect.sync(() => {
      if (!waiting.delete(goOn)) giveBack()
    })
  })

  return (effect) => Effect.uninterruptibleMask((restore) => Effect.flatMap(restore(take), () => Effect.ensuring(restore(effect), Effect.sync(giveBack))))
}
