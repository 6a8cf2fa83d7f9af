/**
 * Many changes in one request, each with a result of its own, safe to repeat.
 *
 * The items run one after another, some hundred in each transaction; nothing of a transaction is told before it is durable. An
 * item that fails is rolled back alone. If the database fails in the middle, the request fails and what was committed before
 * stays: repeated with the same `Idempotency-Key`, it is told again and the rest is run.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { IdempotencyKeyReused, InvalidInput } from "@dev-infra/work-prod-api/ProjectFailure"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as BatchItem from "./batch/BatchItem.js"
import * as BatchRows from "./batch/BatchRows.js"
import * as BatchRun from "./batch/BatchRun.js"
import * as Following from "./batch/Following.js"
import * as IdempotencyStore from "./batch/IdempotencyStore.js"
import * as KeyedQueue from "./batch/KeyedQueue.js"
import { Database } from "./Database.js"
import * as ProjectRows from "./projects/ProjectRows.js"
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
  /**
   * The same for a follower of the feed, who has read until `since`: if nobody else has changed anything from there to the end of the batch,
   * `cursor` is where to go on, so that the follower need not be told what it did itself. Else it is null.
   */
  readonly follow: (
    caller: CallerShape,
    items: ReadonlyArray<Either.Either<Batch.Operation, InvalidInput>>,
    idempotency: Idempotency | undefined,
    since: string
  ) => Effect.Effect<Followed, IdempotencyKeyReused | StorageFailure>
}

/** Results, and where a follower of the feed goes on; null if it has to read from where it was. @category models */
export interface Followed {
  readonly results: ReadonlyArray<string>
  readonly cursor: string | null
}

/** @category tags */
export class ProjectBatch extends Context.Tag("@dev-infra/work-prod-server/ProjectBatch")<ProjectBatch, ProjectBatchShape>() {}

/** Makes a change durable, in a transaction of its own. */
type Write = <A>(change: Effect.Effect<A, SqlError | IdempotencyKeyReused>) => Effect.Effect<A, IdempotencyKeyReused | StorageFailure>

/** Items of one transaction: few enough that others are not kept waiting for long. */
const itemsAtOnce = 250

const byPlace = ([one]: readonly [number, string], [other]: readonly [number, string]): number => one - other

const make = Effect.gen(function* () {
  const database = yield* Database
  const { sql } = database
  const openRows = ProjectRows.make(database)
  const queue = yield* KeyedQueue.make

  /** The results of items by their places, run inside a transaction. */
  const runItems = (caller: CallerShape, items: ReadonlyArray<readonly [place: number, item: BatchRun.Item]>): Effect.Effect<IdempotencyStore.StoredResults, SqlError> =>
    Effect.gen(function* () {
      const uids = items.flatMap(([, item]) => (Either.isRight(item) ? BatchItem.uidsOf(item.right) : []))
      const rows = yield* BatchRows.make(sql, caller, yield* openRows(caller), uids)
      const results = yield* BatchRun.run(sql, rows, items.map(([, item]) => item))
      return new Map(Arr.zipWith(items, results, ([place], result) => [place, result] as const))
    })

  /** The same, except for items that have a result already; what the others did is stored with it. */
  const runRest = (caller: CallerShape, items: ReadonlyArray<readonly [place: number, item: BatchRun.Item]>, key: IdempotencyStore.BatchKey) =>
    Effect.gen(function* () {
      yield* IdempotencyStore.claim(sql, key)
      const places = items.map(([place]) => place)
      const before = yield* IdempotencyStore.results(sql, key, places[0] ?? 0, places.at(-1) ?? -1)
      const added = yield* runItems(caller, items.filter(([place]) => !before.has(place)))
      yield* IdempotencyStore.store(sql, key, added)
      return new Map([...before, ...added])
    })

  /** What is stored, without a change; undefined if anything is still to be done. */
  const replay = (key: IdempotencyStore.BatchKey, count: number) =>
    database.read(
      Effect.gen(function* () {
        if (!(yield* IdempotencyStore.isKnown(sql, key))) return undefined
        const stored = yield* IdempotencyStore.results(sql, key, 0, count - 1)
        return stored.size === count ? stored : undefined
      })
    )

  const run = (caller: CallerShape, items: ReadonlyArray<BatchRun.Item>, idempotency: Idempotency | undefined, write: Write) => {
      const chunks = Arr.chunksOf(items.map((item, place) => [place, item] as const), itemsAtOnce)
      const inOrder = (chunks: ReadonlyArray<IdempotencyStore.StoredResults>) => chunks.flatMap((results) => [...results].sort(byPlace).map(([, result]) => result))
      if (idempotency === undefined) {
        return Effect.map(
          Effect.forEach(chunks, (chunk) => write(runItems(caller, chunk))),
          inOrder
        )
      }
      const key = { account: caller.account, ...idempotency }
      // Without items there is still a key to remember.
      const keyed = Effect.forEach(chunks.length === 0 ? [[]] : chunks, (chunk) => write(runRest(caller, chunk, key)))
      return replay(key, items.length).pipe(
        Effect.flatMap((stored) => (stored === undefined ? keyed : Effect.succeed([stored]))),
        Effect.map(inOrder),
        queue.withKey(`${caller.account} ${idempotency.key}`)
      )
  }

  return ProjectBatch.of({
    run: (caller, items, idempotency) => run(caller, items, idempotency, (change) => database.write(change, caller.account)),
    follow: (caller, items, idempotency, since) =>
      Effect.gen(function* () {
        const following = yield* Following.make(database, caller, since)
        const results = yield* run(caller, items, idempotency, (change) => database.write(following.during(change), caller.account))
        return { results, cursor: yield* following.cursor }
      })
  })
})

/**
 * Batches on a database.
 *
 * @example
 * ```ts
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as ProjectBatch from "@dev-infra/work-prod-server/ProjectBatch"
 * import * as Layer from "effect/Layer"
 *
 * const database = LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: true })
 * export const batches = ProjectBatch.layer.pipe(Layer.provide(database))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<ProjectBatch, never, Database> = Layer.effect(ProjectBatch, make)
