/**
 * What a server forgets in time: deletions that the feed need not tell any more, and what batches with an `Idempotency-Key` did.
 *
 * @module
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as IdempotencyStore from "./batch/IdempotencyStore.js"
import { Database } from "./Database.js"
import { ProjectChanges } from "./ProjectChanges.js"

/** How often a server looks for what it may forget. */
const every: Duration.Duration = Duration.hours(1)

/**
 * Forgets what is old now. If that fails it is logged: it is tried again in an hour, and requests that meet the same failure answer with it.
 *
 * @example
 * ```ts
 * import * as Retention from "@dev-infra/work-prod-server/Retention"
 * import * as Effect from "effect/Effect"
 *
 * export const beforeBackup = Effect.zipRight(Retention.forget, Effect.logInfo("only what is needed is left"))
 * ```
 *
 * @category combinators
 */
export const forget: Effect.Effect<void, never, Database | ProjectChanges> = Effect.gen(function* () {
  const database = yield* Database
  const changes = yield* ProjectChanges
  const deletions = yield* changes.prune
  const keys = yield* IdempotencyStore.prune(database)
  yield* Effect.logDebug("forgot what is old", { deletions, keys })
}).pipe(
  Effect.catchTag("StorageFailure", ({ reason }) => Effect.logWarning("what is old could not be forgotten", { reason }))
)

/**
 * Forgets at the start and then every hour, as long as the server runs.
 *
 * @example
 * ```ts
 * import * as ProjectChanges from "@dev-infra/work-prod-server/ProjectChanges"
 * import * as Retention from "@dev-infra/work-prod-server/Retention"
 * import * as Layer from "effect/Layer"
 *
 * export const feed = Retention.layer.pipe(Layer.provideMerge(ProjectChanges.layer))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<never, never, Database | ProjectChanges> = Layer.scopedDiscard(
  Effect.forkScoped(Effect.repeat(forget, Schedule.spaced(every)))
)
