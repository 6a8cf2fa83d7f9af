/**
 * Talks to a work-prod server, ours or 0.3.0.
 *
 * @module
 */
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { Changes } from "@dev-infra/work-prod-api/Changes"
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { RemoteProject } from "./RemoteProject.js"
import type { ServerFeatures } from "./ServerFeatures.js"
import type { WorkProdError } from "./WorkProdError.js"

/** Filters of a list, as the contract has them; those that a server does not know are applied here. @category models */
export interface ListFilters {
  readonly status?: string
  readonly classification?: string
  readonly organization?: string
  readonly project_type?: string
  readonly search?: string
  readonly path?: string
  readonly remote_url?: string
  readonly uid?: string
  readonly updated_since?: string
}

/** What an import did. @category models */
export interface ImportResult {
  readonly imported: number
  readonly skipped: number
  readonly errors: ReadonlyArray<{ readonly error: string; readonly project: unknown }>
}

/** One item of a batch, as it is sent. @category models */
export type BatchItem = typeof Batch.Item.Encoded

/** One result of a batch. @category models */
export type BatchResult = typeof Batch.Result.Type

/** What may be asked for with a change. `ifMatch`: only if the project has this etag (refused by a server without etags). @category models */
export interface WriteOptions {
  readonly ifMatch?: string
}

/** @category models */
export interface WorkProdShape {
  /** Which server it is and what it can do. */
  readonly health: Effect.Effect<ServerFeatures, WorkProdError>
  /** All projects that the filters let through, page by page where the server has pages. */
  readonly list: (filters?: ListFilters) => Stream.Stream<RemoteProject, WorkProdError>
  readonly get: (id: number) => Effect.Effect<RemoteProject, WorkProdError>
  readonly create: (fields: JsonObject) => Effect.Effect<RemoteProject, WorkProdError>
  readonly update: (id: number, fields: JsonObject, options?: WriteOptions) => Effect.Effect<RemoteProject, WorkProdError>
  readonly remove: (id: number, options?: WriteOptions) => Effect.Effect<void, WorkProdError>
  readonly archive: (id: number, options?: WriteOptions) => Effect.Effect<RemoteProject, WorkProdError>
  /** Any number of elements; cut into requests that every server survives. */
  readonly import: (projects: ReadonlyArray<JsonObject>) => Effect.Effect<ImportResult, WorkProdError>
  /** Any number of items; cut into requests by count and size. `idempotencyKey` makes the whole safe to repeat. */
  readonly batch: (items: ReadonlyArray<BatchItem>, idempotencyKey?: string) => Effect.Effect<ReadonlyArray<BatchResult>, WorkProdError>
  /** One page of the feed. @param since a cursor, or "" for everything */
  readonly changes: (since: string, limit?: number) => Effect.Effect<Changes, WorkProdError>
}

/** @category tags */
export class WorkProd extends Context.Tag("@dev-infra/work-prod-client/WorkProd")<WorkProd, WorkProdShape>() {}
