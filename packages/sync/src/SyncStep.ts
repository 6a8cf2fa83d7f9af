/**
 * The named steps of a sync at which a crash would be most awkward. In daily use nothing happens there; a test stops, kills or
 * interferes before and after each.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** The steps in the order in which a push takes them; `request` is each change on its way to the remote. @category constants */
export const steps = ["sync-fetch", "sync-snapshot", "sync-log", "sync-intent", "sync-request", "sync-registry", "sync-base"] as const

/** @category models */
export type Step = (typeof steps)[number]

/** @category models */
export type Name = `${Step}:${"before" | "after"}`

/** Every point there is. @category constants */
export const names: ReadonlyArray<Name> = steps.flatMap((step): ReadonlyArray<Name> => [`${step}:before`, `${step}:after`])

/**
 * What happens at a point.
 *
 * @category tags
 * @example
 * ```ts
 * import { SyncStep } from "@dev-infra/sync/SyncStep"
 * import * as Effect from "effect/Effect"
 *
 * export const dying = Effect.provideService(SyncStep, {
 *   reach: (name) => (name === "sync-base:before" ? Effect.interrupt : Effect.void)
 * })
 * ```
 */
export class SyncStep extends Context.Reference<SyncStep>()("@dev-infra/sync/SyncStep", {
  defaultValue: (): { readonly reach: (name: Name) => Effect.Effect<void> } => ({ reach: () => Effect.void })
}) {}

/** Take a step between its two points. @category combinators */
export const around = <A, E, R>(step: Step, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(SyncStep, (faults) => Effect.zipLeft(Effect.zipRight(faults.reach(`${step}:before`), effect), faults.reach(`${step}:after`)))
