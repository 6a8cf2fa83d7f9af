/**
 * Effects of one key run one after another; those of different keys do not wait for each other.
 *
 * @module
 */
import * as Effect from "effect/Effect"

/** @category models */
export interface KeyedQueue {
  /** Runs an effect when no other one of this key runs. Whoever is interrupted while waiting leaves the queue. */
  readonly withKey: (key: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** How many keys are in use at this moment. */
  readonly size: Effect.Effect<number>
}

/**
 * A queue that keeps nothing of a key once nobody runs or waits with it.
 *
 * @category constructors
 */
export const make: Effect.Effect<KeyedQueue> = Effect.sync(() => {
  const entries = new Map<string, { readonly turn: Effect.Semaphore; users: number }>()

  const enter = (key: string) =>
    Effect.sync(() => {
      const entry = entries.get(key) ?? { turn: Effect.unsafeMakeSemaphore(1), users: 0 }
      entry.users += 1
      entries.set(key, entry)
      return entry
    })

  return {
    withKey: (key) => (effect) =>
      Effect.acquireUseRelease(
        enter(key),
        ({ turn }) => turn.withPermits(1)(effect),
        (entry) =>
          Effect.sync(() => {
            entry.users -= 1
            if (entry.users === 0) entries.delete(key)
          })
      ),
    size: Effect.sync(() => entries.size)
  }
})
