/**
 * The named places of a change at which a crash would be most awkward. In daily use they do nothing; a test stops, kills or
 * interferes there, so that what must hold after a crash is shown at every one of them and not only at random.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The steps that leave a trace on the disk, in the order in which a change takes them. `lock-takeover` and `lock-return`
 * are only taken when a lock was left behind.
 *
 * @category constants
 */
export const steps = [
  "lock-claim",
  "lock-takeover",
  "lock-return",
  "lock-link",
  "temporary-write",
  "temporary-flush",
  "hold-link",
  "target-replace",
  "backup-rename",
  "folder-flush",
  "lock-release"
] as const

/** @category models */
export type Step = (typeof steps)[number]

/** @category models */
export type Name = `${Step}:${"before" | "after"}`

/**
 * Every point there is: before and after each step.
 *
 * @category constants
 */
export const names: ReadonlyArray<Name> = steps.flatMap((step): ReadonlyArray<Name> => [`${step}:before`, `${step}:after`])

/**
 * What happens at a point.
 *
 * @example
 * ```ts
 * import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
 * import * as Effect from "effect/Effect"
 *
 * const trace = Effect.flatMap(FaultPoint.FaultPoint, (faults) => faults.reach("target-replace:before"))
 * ```
 * @category tags
 */
export class FaultPoint extends Context.Reference<FaultPoint>()("@dev-infra/durable-files/FaultPoint", {
  defaultValue: (): { readonly reach: (name: Name) => Effect.Effect<void> } => ({ reach: () => Effect.void })
}) {}

/**
 * Take a step between its two points.
 *
 * @category combinators
 */
export const around = <A, E, R>(step: Step, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(FaultPoint, (faults) =>
    Effect.zipLeft(Effect.zipRight(faults.reach(`${step}:before`), effect), faults.reach(`${step}:after`)))

/**
 * Do something when a point is reached for the `occurrence`-th time (counted from 1).
 *
 * @example
 * ```ts
 * import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
 * import * as Effect from "effect/Effect"
 *
 * const interrupted = FaultPoint.layerAt("temporary-flush:before", 1, Effect.interrupt)
 * ```
 * @category layers
 */
export const layerAt = (name: Name, occurrence: number, action: Effect.Effect<void>): Layer.Layer<FaultPoint> =>
  Layer.sync(FaultPoint, () => {
    let arrivals = 0
    return { reach: (reached) => Effect.suspend(() => reached === name && ++arrivals === occurrence ? action : Effect.void) }
  })
