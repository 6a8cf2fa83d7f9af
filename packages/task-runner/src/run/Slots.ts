/**
 * How many tasks may be at work at a time. One that waits for others is not at work.
 *
 * @module
 */
import * as Effect from "effect/Effect"

/** The place of one task. */
export interface Slot {
  /** Without holding the place, which is taken again afterwards. */
  readonly aside: <A, E, R>(waiting: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

const free: Slot = { aside: (waiting) => waiting }

/** Hold a place while something is done. */
export const withSlot = <A, E, R>(slots: Effect.Semaphore | undefined, use: (slot: Slot) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
  if (slots === undefined) return use(free)
  return Effect.suspend(() => {
    let isHeld = false
    const take = Effect.uninterruptibleMask((restore) =>
      Effect.map(restore(slots.take(1)), () => {
        isHeld = true
      })
    )
    const leave = Effect.suspend(() => {
      if (!isHeld) return Effect.void
      isHeld = false
      return Effect.asVoid(slots.release(1))
    })
    const slot: Slot = { aside: (waiting) => Effect.zipRight(leave, Effect.zipLeft(Effect.exit(waiting), take)).pipe(Effect.flatten) }
    return Effect.ensuring(Effect.zipRight(take, use(slot)), leave)
  })
}
