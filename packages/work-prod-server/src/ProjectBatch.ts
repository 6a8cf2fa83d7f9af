/**
 * Many changes in one request, each with a result of its own, safe to repeat.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { IdempotencyKeyReused, InvalidInput } from "@dev-infra/work-prod-api/ProjectFailure"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type { StorageFailure } from "./StorageFailure.js"

/** The key that the client gave to a batch, and the SHA-256 of the body as hexadecimal text. @category models */
export interface Idempotency {
  readonly key: string
  readonly bodyHash: string
}

/** @category models */
export interface ProjectBatchShape {
  /**
   * The result of each item as a JSON object, in the order of the items. With `idempotency` what is stored for an item is given
   * again instead of doing it again.
   */
  readonly run: (
    caller: CallerShape,
    items: ReadonlyArray<Either.Either<Batch.Operation, InvalidInput>>,
    idempotency: Idempotency | undefined
  ) => Effect.Effect<ReadonlyArray<string>, IdempotencyKeyReused | StorageFailure>
}

/** @category tags */
export class ProjectBatch extends Context.Tag("@dev-infra/work-prod-server/ProjectBatch")<ProjectBatch, ProjectBatchShape>() {}
