/**
 * The projects of all accounts. Every operation is done for one caller and sees only the caller's account.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { InvalidInput, ProjectNotFound, WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import type { Classification, NewProject, ProjectPatch, ProjectType, WorkStatus } from "@dev-infra/work-prod-api/ProjectInput"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { StorageFailure } from "./StorageFailure.js"

/**
 * A project as it is sent: `json` is the object in compact ASCII, keys sorted, without a line end.
 *
 * @category models
 */
export interface ProjectText {
  readonly id: number
  readonly etag: string
  readonly json: string
}

/** What a list is restricted to; what is undefined restricts nothing. `updatedSince` as in `updated_at`. @category models */
export interface ProjectQuery {
  readonly status?: WorkStatus | undefined
  readonly classification?: Classification | undefined
  readonly organization?: string | undefined
  readonly projectType?: ProjectType | undefined
  /** part of name or description; nothing in it has a special meaning */
  readonly search?: string | undefined
  readonly path?: string | undefined
  readonly remoteUrl?: string | undefined
  readonly uid?: string | undefined
  readonly updatedSince?: string | undefined
  readonly sort: { readonly by: "id" | "name" | "created_at" | "updated_at"; readonly descending: boolean }
}

/** `cursor` as `next` of the page before said, or "" for the first one; `limit` 1 to 1,000. @category models */
export interface PageRequest {
  readonly cursor: string
  readonly limit: number
}

/** Projects as JSON objects, and the cursor of the next page or null. @category models */
export interface ProjectPage {
  readonly projects: ReadonlyArray<string>
  readonly next: string | null
}

/** @category models */
export interface ProjectsShape {
  readonly get: (caller: CallerShape, id: number) => Effect.Effect<ProjectText, ProjectNotFound | StorageFailure>
  /** JSON objects joined by commas, in pieces of some hundred; an empty list gives no piece. */
  readonly list: (caller: CallerShape, query: ProjectQuery) => Stream.Stream<string, StorageFailure>
  /** Fails with `InvalidInput` if the cursor is none of this query and account. */
  readonly page: (caller: CallerShape, query: ProjectQuery, page: PageRequest) => Effect.Effect<ProjectPage, InvalidInput | StorageFailure>
  readonly create: (caller: CallerShape, project: NewProject) => Effect.Effect<ProjectText, WriteRefused | StorageFailure>
  /** Looks for the project before it looks at `patch`: the effect is run only if there is one. */
  readonly update: <E>(
    caller: CallerShape,
    id: number,
    patch: Effect.Effect<ProjectPatch, E>,
    condition: Batch.Condition
  ) => Effect.Effect<ProjectText, E | WriteRefused | StorageFailure>
  readonly remove: (caller: CallerShape, id: number, condition: Batch.Condition) => Effect.Effect<void, WriteRefused | StorageFailure>
  readonly archive: (caller: CallerShape, id: number, condition: Batch.Condition) => Effect.Effect<ProjectText, WriteRefused | StorageFailure>
}

/** @category tags */
export class Projects extends Context.Tag("@dev-infra/work-prod-server/Projects")<Projects, ProjectsShape>() {}
