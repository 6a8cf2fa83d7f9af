/**
 * Runs items in one transaction, each as if it were alone, with few statements where it makes no difference.
 *
 * @module
 */
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { InvalidInput } from "@dev-infra/work-prod-api/ProjectFailure"
import type { NewProject } from "@dev-infra/work-prod-api/ProjectInput"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as BatchItem from "./BatchItem.js"
import * as BatchResult from "./BatchResult.js"
import type { BatchRows } from "./BatchRows.js"
import * as PlainCreations from "./PlainCreations.js"

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
    const plain = yield* PlainCreations.find(rows, items.filter(Either.isRight).map(({ right }) => right))
    let creations: Array<NewProject> = []
    /** Items that are done and whose projects are still to be shown: by their uids their places and statuses. */
    let toShow = new Map<string, { readonly place: number; readonly status: number }>()

    const create = Effect.gen(function* () {
      if (creations.length === 0) return
      yield* rows.insertFree(creations)
      yield* rows.forget(creations.flatMap(({ uid }) => (uid === null ? [] : [uid])))
      creations = []
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
      const project = plain.next(operation)
      if (project !== undefined && project.uid !== null) {
        creations.push(project)
        toShow.set(project.uid, { place, status: 201 })
        continue
      }
      yield* create
      // A project is shown as it is after its item, not as a later one makes it.
      if (BatchItem.uidsOf(operation).some((uid) => toShow.has(uid))) yield* show
      const outcome = yield* runAlone(sql, rows, operation)
      if (Either.isLeft(outcome)) results[place] = outcome.left
      else if (outcome.right.shown === undefined) results[place] = BatchResult.done(outcome.right.status, undefined)
      else toShow.set(outcome.right.shown, { place, status: outcome.right.status })
    }
    yield* create
    yield* show
    return results
  })
