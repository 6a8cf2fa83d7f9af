/** Time that stands still until a history lets it pass. Who sleeps is woken as soon as nothing else goes on, and the time is then what it should be. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export interface VirtualClock {
  /** The clock of a machine that is off by so many milliseconds. */
  readonly off: (millis: number) => Clock.Clock
  readonly pass: (millis: number) => void
}

/** As long as sleepers wait in real time: enough for everything else to have come to a stop. */
const patience = Duration.millis(4)

/** What waits for connections gives them more time than this; what only waits to try again does not. */
const shortest = 2000

/** @param sleeps how long sleepers really sleep: hardly at all, or as long as they say, for what waits for real connections */
export const make = (start: number, sleeps: "hardly" | "really"): VirtualClock => {
  const live = Clock.make()
  let now = start
  const off = (skew: number): Clock.Clock => ({
    ...live,
    sleep: (duration) =>
      sleeps === "really"
        ? live.sleep(Duration.toMillis(duration) <= shortest ? patience : duration)
        : Effect.suspend(() => {
            const due = now + Duration.toMillis(duration)
            return Effect.map(live.sleep(patience), () => {
              now = Math.max(now, due)
            })
          }),
    currentTimeMillis: Effect.sync(() => now + skew),
    currentTimeNanos: Effect.sync(() => BigInt(now + skew) * 1_000_000n),
    unsafeCurrentTimeMillis: () => now + skew,
    unsafeCurrentTimeNanos: () => BigInt(now + skew) * 1_000_000n
  })
  return {
    off,
    pass: (millis) => {
      now += millis
    }
  }
}
