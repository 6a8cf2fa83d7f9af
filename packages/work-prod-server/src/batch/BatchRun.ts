/**
 * Runs items in one transaction, each as if it were alone, with few statements where it makes no difference.
 *
 * @module
 */
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { InvalidInput } from "@dev-infra/work-prod-api/ProjectFailure"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { FreeChange } from "../projects/FreeChanges.js"
import * as BatchItem from "./BatchItem.js"
import * as BatchResult from "./BatchResult.js"
import type { BatchRows } from "./BatchRows.js"
import * as PlainItems from "./PlainItems.js"

/** An item, or why it cannot be one. */
export type Item = Either.Either<Batch.Operation, InvalidInput>

type Outcome = Effect.Effect<Either.Either<BatchItem.Done, string>, SqlError>

/**
 * Runs one item so that it leaves nothing behind if it is refused. A failure of the database is none of the item's: it passes
 * the savepoint by, which may be gone by then, and fails the transaction.
 */
const runAlone = (sql: SqlClient.SqlClient, rows: BatchRows, operation: Batch.Operation): Outcome =>
  BatchItem.run(rows, operation).pipe(
    Effect.map((done): Outcome => Effect.succeed(Either.right(done))),
    Effect.catchTag("SqlError", (error) => Effect.succeed(Effect.fail(error))),
    sql.withTransaction,
    Effect.catchAll((failure) => Effect.succeed<Outcome>(failure._tag === "SqlError" ? Effect.fail(failure) : Effect.succeed(Either.left(BatchResult.refused(failure))))),
    Effect.flatten,
    Effect.zipLeft(rows.forget(BatchItem.uidsOf(operation)))
  )

/**
 * The results of the items, in their order.
 *
 * @param sql the client of the transaction
 * @param rows the rows of the caller's account
 * @param items the items in their order
 */
export const run = (sql: SqlClient.SqlClient, rows: BatchRows, items: ReadonlyArray<Item>): Effect.Effect<ReadonlyArray<string>, SqlError> =>
  Effect.gen(function* () {
    const results = items.map(() => "")
    const plain = yield* PlainItems.find(rows, items.filter(Either.isRight).map(({ right }) => right))
    /** What plain items do and is still to be written, by the uids of their projects. */
    let changes = new Map<string, FreeChange>()
    /** Items that are done and whose projects are still to be shown: by their uids their places and statuses. */
    let toShow = new Map<string, { readonly place: number; readonly status: number }>()

    const write = Effect.gen(function* () {
      if (changes.size === 0) return
      yield* rows.writeFree([...changes.values()])
      yield* rows.forget([...changes.keys()])
      changes = new Map()
    })
    const show = Effect.gen(function* () {
      if (toShow.size === 0) return
      const texts = yield* rows.texts([...toShow.keys()])
      for (const [uid, { place, status }] of toShow) results[place] = BatchResult.done(status, texts.get(uid))
      toShow = new Map()
    })

    for (const [place, item] of items.entries()) {
      if (Either.isLeft(item)) {
        results[place] = BatchResult.refused(item.left)
        continue
      }
      const operation = item.right
      const change = yield* plain.next(operation)
      const isShownLater = BatchItem.uidsOf(operation).some((uid) => toShow.has(uid))
      if (change === undefined || isShownLater) yield* write
      // A project is shown as it is after its item, not as a later one makes it.
      if (isShownLater) yield* show
      if (change !== undefined && operation._tag === "Upsert") {
        changes.set(operation.uid, change)
        toShow.set(operation.uid, { place, status: change._tag === "Creation" ? 201 : 200 })
        continue
      }
      const outcome = yield* runAlone(sql, rows, operation)
      if (Either.isLeft(outcome)) results[place] = outcome.left
      else if (outcome.right.shown === undefined) results[place] = BatchResult.done(outcome.right.status, undefined)
      else toShow.set(outcome.right.shown, { place, status: outcome.right.status })
    }
    yield* write
    yield* show
    return results
  })
