/**
 * The named steps of applying and undoing at which a crash would be most awkward. In daily use nothing happens there; a test stops,
 * kills or interferes before and after each.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * The steps in the order in which they are taken. Those of single files and folders are taken once for each. The last three are only taken
 * if something went wrong, or by whoever finds what a process that died left behind.
 *
 * @category constants
 */
export const steps = [
  "apply-journal",
  "apply-keep",
  "apply-stage",
  "apply-commit",
  "apply-remove",
  "apply-remove-folder",
  "apply-make-folder",
  "apply-hold",
  "apply-replace",
  "apply-flush",
  "apply-finish",
  "apply-clear",
  "apply-registry",
  "apply-done",
  "revert-begin",
  "revert-file",
  "revert-end"
] as const

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
 * import { ApplyStep } from "@dev-infra/templates/ApplyStep"
 * import * as Effect from "effect/Effect"
 *
 * export const dying = Effect.provideService(ApplyStep, {
 *   reach: (name) => (name === "apply-replace:before" ? Effect.die("a crash") : Effect.void)
 * })
 * ```
 */
export class ApplyStep extends Context.Reference<ApplyStep>()("@dev-infra/templates/ApplyStep", {
  defaultValue: (): { readonly reach: (name: Name) => Effect.Effect<void> } => ({ reach: () => Effect.void })
}) {}

/** Take a step between its two points. @category combinators */
export const around = <A, E, R>(step: Step, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(ApplyStep, (faults) => Effect.zipLeft(Effect.zipRight(faults.reach(`${step}:before`), effect), faults.reach(`${step}:after`)))
