/**
 * The changes of this process that have begun and are not durable yet: how long the oldest of them has been waiting is how far
 * the feed may be behind what its clients have asked for.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** @category models */
export interface ChangesUnderWay {
  /** Runs a change, which is under way until it succeeds, fails or is interrupted. */
  readonly during: <A, E, R>(change: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Seconds since the oldest of them began; 0 if there is none. */
  readonly seconds: Effect.Effect<number>
}

/** What one change is known by: only that it is itself. */
interface Change {
  readonly began: number
}

/** @category constructors */
export const make = (): ChangesUnderWay => {
  // In the order in which they began: a set keeps that of insertion.
  const underWay = new Set<Change>()
  return {
    during: (change) =>
      Effect.acquireUseRelease(
        Effect.map(Clock.currentTimeMillis, (began) => {
          const entry: Change = { began }
          underWay.add(entry)
          return entry
        }),
        () => change,
        (entry) => Effect.sync(() => underWay.delete(entry))
      ),
    seconds: Effect.map(Clock.currentTimeMillis, (now) => {
      const oldest = underWay.values().next().value
      return oldest === undefined ? 0 : Math.max(0, now - oldest.began) / 1000
    })
  }
}
