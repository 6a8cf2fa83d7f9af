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
import type { IdempotencyKeyReused, InvalidInput, WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as BatchItem from "./batch/BatchItem.js"
import * as BatchRows from "./batch/BatchRows.js"
import * as IdempotencyStore from "./batch/IdempotencyStore.js"
import * as KeyedQueue from "./batch/KeyedQueue.js"
import { Database } from "./Database.js"
import * as AsciiJson from "./http/AsciiJson.js"
import * as FailureAnswer from "./http/FailureAnswer.js"
import * as ProjectRows from "./projects/ProjectRows.js"
import type { StorageFailure } from "./StorageFailure.js"

/** The key that the client gave to a batch, and the SHA-256 of the body as hexadecimal text. @category models */
export interface Idempotency {
  readonly key: string
  readonly bodyHash: string
}

/** An item, or why it cannot be one. */
type Item = Either.Either<Batch.Operation, InvalidInput>

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

/** Items of one transaction: few enough that others are not kept waiting for long. */
const itemsAtOnce = 250

/** The result of an item that was refused: the body of the answer that it alone would have had, with the status. */
const refusal = (failure: WriteRefused): string => {
  const { status, body } = FailureAnswer.fromFailure(failure)
  return AsciiJson.write(Object.fromEntries(Object.entries({ ...body, status }).sort(([one], [other]) => (one < other ? -1 : 1))))
}

const success = ({ status, project }: BatchItem.Done): string => (project === undefined ? `{"status":${status}}` : `{"project":${project.json},"status":${status}}`)

/**
 * Runs one item so that it leaves nothing behind if it is refused. A failure of the database is none of the item's: it passes
 * the savepoint by, which may be gone by then, and fails the transaction.
 */
const runItem = (sql: SqlClient.SqlClient, rows: BatchRows.BatchRows, item: Item): Effect.Effect<string, SqlError> =>
  Either.match(item, {
    onLeft: (invalid) => Effect.succeed(refusal(invalid)),
    onRight: (operation) =>
      BatchItem.run(rows, operation).pipe(
        Effect.map((done) => Effect.succeed(success(done))),
        Effect.catchTag("SqlError", (error) => Effect.succeed(Effect.fail(error))),
        sql.withTransaction,
        Effect.catchAll((failure) => Effect.succeed(failure._tag === "SqlError" ? Effect.fail(failure) : Effect.succeed(refusal(failure)))),
        Effect.flatten,
        Effect.zipLeft(rows.forget(BatchItem.uidsOf(operation)))
      )
  })

const make = Effect.gen(function* () {
  const database = yield* Database
  const { sql } = database
  const openRows = ProjectRows.make(database)
  const queue = yield* KeyedQueue.make

  /** Runs items in one transaction, except those that have a result already. */
  const runAll = (caller: CallerShape, items: ReadonlyArray<Item>, first: number, done: IdempotencyStore.StoredResults) =>
    Effect.gen(function* () {
      const open = items.filter((_, index) => !done.has(first + index))
      const uids = open.flatMap((item) => (Either.isRight(item) ? BatchItem.uidsOf(item.right) : []))
      const rows = yield* BatchRows.make(sql, caller.account, yield* openRows(caller), uids)
      return yield* Effect.forEach(items, (item, index) => {
        const stored = done.get(first + index)
        return stored === undefined ? runItem(sql, rows, item) : Effect.succeed(stored)
      })
    })

  const nothing: IdempotencyStore.StoredResults = new Map()

  /** The same, with the results stored beside what they tell. */
  const runKeyed = (caller: CallerShape, items: ReadonlyArray<Item>, first: number, key: IdempotencyStore.BatchKey) =>
    Effect.gen(function* () {
      yield* IdempotencyStore.claim(sql, key)
      const done = yield* IdempotencyStore.results(sql, key, first, first + items.length - 1)
      const results = yield* runAll(caller, items, first, done)
      const added = results.flatMap((result, index): ReadonlyArray<readonly [number, string]> => (done.has(first + index) ? [] : [[first + index, result]]))
      yield* IdempotencyStore.store(sql, key, new Map(added))
      return results
    })

  /** What is stored, without a change; undefined if anything is still to be done. */
  const replay = (key: IdempotencyStore.BatchKey, count: number) =>
    database.read(
      Effect.gen(function* () {
        if (!(yield* IdempotencyStore.isKnown(sql, key))) return undefined
        const stored = yield* IdempotencyStore.results(sql, key, 0, count - 1)
        return stored.size === count ? [...stored].sort(([one], [other]) => one - other).map(([, result]) => result) : undefined
      })
    )

  const inChunks = <E>(
    items: ReadonlyArray<Item>,
    run: (chunk: ReadonlyArray<Item>, first: number) => Effect.Effect<ReadonlyArray<string>, E>
  ): Effect.Effect<ReadonlyArray<string>, E> =>
    Effect.map(
      Effect.forEach(Arr.makeBy(Math.max(1, Math.ceil(items.length / itemsAtOnce)), (chunk) => chunk * itemsAtOnce), (first) =>
        run(items.slice(first, first + itemsAtOnce), first)
      ),
      Arr.flatten
    )

  return ProjectBatch.of({
    run: (caller, items, idempotency) => {
      if (idempotency === undefined) return items.length === 0 ? Effect.succeed([]) : inChunks(items, (chunk, first) => database.write(runAll(caller, chunk, first, nothing)))
      const key = { account: caller.account, ...idempotency }
      const runRest = inChunks(items, (chunk, first) => database.write(runKeyed(caller, chunk, first, key)))
      return replay(key, items.length).pipe(
        Effect.flatMap((stored) => (stored === undefined ? runRest : Effect.succeed(stored))),
        queue.withKey(`${caller.account} ${idempotency.key}`)
      )
    }
  })
})

/**
 * Batches on a database.
 *
 * @category layers
 */
export const layer: Layer.Layer<ProjectBatch, never, Database> = Layer.effect(ProjectBatch, make)
