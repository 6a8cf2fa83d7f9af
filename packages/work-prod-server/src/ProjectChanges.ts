/**
 * The feed of changes: for each project at least its latest state, or its deletion, after a cursor.
 *
 * Every change takes the next position of its account in the transaction that makes it, under the lock of the account's row, so
 * positions become visible in their order and none can appear behind a cursor that was handed out.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type { CursorGone } from "@dev-infra/work-prod-api/ProjectFailure"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageFailure } from "./StorageFailure.js"

/** Changes as JSON objects in the order of their positions, and where to go on. @category models */
export interface ChangePage {
  readonly changes: ReadonlyArray<string>
  readonly cursor: string
  readonly more: boolean
}

/** @category models */
export interface ProjectChangesShape {
  /** @param since a cursor, or "" for everything @param limit 1 to 1,000 */
  readonly since: (caller: CallerShape, since: string, limit: number) => Effect.Effect<ChangePage, CursorGone | StorageFailure>
  /** Takes deletions older than `Retention` out of the feed; their uids stay remembered. Gives how many. */
  readonly prune: Effect.Effect<number, StorageFailure>
}

/** @category tags */
export class ProjectChanges extends Context.Tag("@dev-infra/work-prod-server/ProjectChanges")<ProjectChanges, ProjectChangesShape>() {}
