/**
 * Talks to a work-prod server, ours or 0.3.0.
 *
 * @module
 */
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { Deleted } from "@dev-infra/work-prod-api/Changes"
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import * as HttpWorkProd from "./http/HttpWorkProd.js"
import * as Transport from "./http/Transport.js"
import * as MemoryWorkProd from "./MemoryWorkProd.js"
import type { RemoteProject, UnreadableRow } from "./RemoteProject.js"
import type { ServerFeatures } from "./ServerFeatures.js"
import type { WorkProdError } from "./WorkProdError.js"
import { check, type KeyNeedsHttps, type WorkProdSettings } from "./WorkProdSettings.js"
import type { Written } from "./Written.js"

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

/**
 * What became of one item: `status` is what the request alone would have been answered. `project` is the row as it now is, on
 * success, and the row that stands in the way on 409 and 412. `unreadable`: there is such a row, but it cannot be read.
 *
 * @category models
 */
export interface BatchResult {
  readonly status: number
  readonly project?: RemoteProject | null | undefined
  readonly unreadable?: UnreadableRow
  readonly error?: string | undefined
  readonly code?: string | undefined
}

/** One change of the feed. A project that cannot be read is told as such, never left out. @category models */
export type RemoteChange =
  | { readonly type: "project"; readonly id: number; readonly uid: string | null; readonly project: RemoteProject }
  | typeof Deleted.Type
  | { readonly type: "unreadable"; readonly row: UnreadableRow }

/** A page of the feed. `cursor` is where to go on, now if `more`, else later. @category models */
export interface RemoteChanges {
  readonly changes: ReadonlyArray<RemoteChange>
  readonly cursor: string
  readonly more: boolean
}

/**
 * What a follower of events is told. `cursor` is where to go on after it, also in a later process.
 *
 * - `change`: one project as it now is, or its deletion
 * - `ready`: everything until now was told, and what comes is told as it happens; said again after each new connection
 * - `disconnected`: the connection was lost, and is made again after so many seconds; nothing that happens meanwhile is left out
 *
 * @category models
 */
export type ProjectEvent =
  | { readonly type: "change"; readonly change: RemoteChange; readonly cursor: string }
  | { readonly type: "ready"; readonly cursor: string }
  | { readonly type: "disconnected"; readonly failure: WorkProdError; readonly seconds: number }

/** `since`: a cursor of the feed or of an event, or "" for everything; without it what comes from now on is told. @category models */
export interface EventOptions {
  readonly since?: string
}

/** What may be asked for with a change. `ifMatch`: only if the project has this etag (refused by a server without etags). @category models */
export interface WriteOptions {
  readonly ifMatch?: string
}

/** `idempotencyKey` makes a batch safe to repeat; `since` is a cursor of the feed. @category models */
export interface FollowOptions {
  readonly idempotencyKey?: string
  readonly since?: string
}

/** Results in the order of the items, and where the feed goes on after them; null if that is not known. @category models */
export interface FollowedBatch {
  readonly results: ReadonlyArray<BatchResult>
  readonly cursor: string | null
}

/** @category models */
export interface WorkProdShape {
  /** Which server it is and what it can do, asked anew. */
  readonly health: Effect.Effect<ServerFeatures, WorkProdError>
  /** The same as it is known now, which may be what an earlier process found out; asks only if nothing is known. */
  readonly features: Effect.Effect<ServerFeatures, WorkProdError>
  /**
   * All projects that the filters let through, in order of id, page by page where the server has pages. Rows that cannot be read
   * do not hold up the others: after the last one the stream fails with `UnreadableProjects`, which names them.
   */
  readonly list: (filters?: ListFilters) => Stream.Stream<RemoteProject, WorkProdError>
  readonly get: (id: number) => Effect.Effect<RemoteProject, WorkProdError>
  /** The project as it was stored, and which of the fields did not stick. An empty path or remote_url is sent as null. */
  readonly create: (fields: JsonObject) => Effect.Effect<Written, WorkProdError>
  readonly update: (id: number, fields: JsonObject, options?: WriteOptions) => Effect.Effect<Written, WorkProdError>
  readonly remove: (id: number, options?: WriteOptions) => Effect.Effect<void, WorkProdError>
  readonly archive: (id: number, options?: WriteOptions) => Effect.Effect<RemoteProject, WorkProdError>
  /** Any number of elements; cut into requests that every server survives. */
  readonly import: (projects: ReadonlyArray<JsonObject>) => Effect.Effect<ImportResult, WorkProdError>
  /** Any number of items; cut into requests by count and size. `idempotencyKey` makes the whole safe to repeat. */
  readonly batch: (items: ReadonlyArray<BatchItem>, idempotencyKey?: string) => Effect.Effect<ReadonlyArray<BatchResult>, WorkProdError>
  /**
   * The same for a follower of the feed who has read until `since`: if nobody else changed anything meanwhile, `cursor` is where to go on
   * reading, so that its own changes do not come back; else it is null.
   */
  readonly follow: (items: ReadonlyArray<BatchItem>, options: FollowOptions) => Effect.Effect<FollowedBatch, WorkProdError>
  /** One page of the feed. @param since a cursor, or "" for everything */
  readonly changes: (since: string, limit?: number) => Effect.Effect<RemoteChanges, WorkProdError>
  /**
   * The feed as it happens, for as long as the stream is read; as the feed, it may tell something twice and leaves nothing out. Whoever reads
   * slowly holds up the server and not this memory.
   *
   * A lost connection is told and made again, after waits that grow to half a minute, and goes on after the last event. The stream fails if the
   * first connection does, and later where waiting does not help: with `CursorGone` (read everything again), `Unauthorized` and the like.
   */
  readonly events: (options?: EventOptions) => Stream.Stream<ProjectEvent, WorkProdError>
}

/** `known`: what an earlier process found out about the server, so that this one need not ask; every answer is checked against it. @category models */
export interface ClientOptions {
  readonly known?: ServerFeatures | undefined
}

/** @category tags */
export class WorkProd extends Context.Tag("@dev-infra/work-prod-client/WorkProd")<WorkProd, WorkProdShape>() {}

/**
 * Talks to a server over the `HttpClient` of the environment, which must not follow redirects by itself: one over `fetch` is told
 * so, others do not. `NodeWorkProd.layer` brings one that knows proxies and certificates.
 *
 * Before the first operation it finds out whether a work-prod server answers and what it can do. With `known` only the first change does
 * that, if no answer has named the server before; if an answer shows that another one is there now, what is read is read again from that, and
 * a change fails with `ServerChanged`. The first answer to an operation must come within 6 seconds, every later request has 30, a part of
 * an import 120. Only what changes nothing, and batches with an idempotency key,
 * are repeated when they fail in passing: a PATCH with `ifMatch` would then be refused because of its own success.
 *
 * @category layers
 * @example
 * ```ts
 * import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
 * import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const names = Effect.gen(function* () {
 *   const workProd = yield* WorkProd.WorkProd
 *   return yield* Stream.runCollect(workProd.list({ status: "active" }))
 * })
 *
 * const program = Effect.gen(function* () {
 *   const settings = yield* WorkProdSettings.resolve({ environment: { DEV_INFRA_API_URL: "http://127.0.0.1:5055" } })
 *   return yield* Effect.provide(names, WorkProd.layer(settings))
 * }).pipe(Effect.provide(FetchHttpClient.layer))
 * ```
 */
export const layer = (settings: WorkProdSettings, { known }: ClientOptions = {}): Layer.Layer<WorkProd, KeyNeedsHttps, HttpClient.HttpClient> =>
  Layer.effect(
    WorkProd,
    Effect.gen(function* () {
      const checked = yield* check(settings)
      const client = yield* HttpClient.HttpClient
      return yield* HttpWorkProd.make(Transport.make(checked, client, undefined), known)
    })
  )

/**
 * Talks to a server in memory; `MemoryWorkProd` makes its answers fail. Clients that share a store share its projects.
 *
 * @param options the server, by default an empty one of ours, and the machine in whose name the client asks
 * @category layers
 * @example
 * ```ts
 * import { MemoryWorkProd } from "@dev-infra/work-prod-client/MemoryWorkProd"
 * import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const workProd = yield* WorkProd.WorkProd
 *   const control = yield* MemoryWorkProd
 *   yield* control.loseNext(1)
 *   const failure = yield* Effect.flip(workProd.create({ name: "api" })) // LostAnswer
 *   return [failure, yield* control.store.projects] // the project is there
 * }).pipe(Effect.provide(WorkProd.layerMemory()))
 * ```
 */
export const layerMemory = (options: MemoryWorkProd.MemoryOptions = {}): Layer.Layer<WorkProd | MemoryWorkProd.MemoryWorkProd> =>
  Layer.effectContext(
    Effect.map(MemoryWorkProd.make(options), ({ control, workProd }) => Context.make(WorkProd, workProd).pipe(Context.add(MemoryWorkProd.MemoryWorkProd, control)))
  )
