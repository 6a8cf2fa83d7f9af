/**
 * Batches in memory: what each kind of item does, and what is remembered of those with an idempotency key.
 *
 * @module
 */
import * as Batch from "@dev-infra/work-prod-api/Batch"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { IdempotencyKeyReused, ProjectNotFound, UidDeleted, type InvalidInput, type WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as Either from "effect/Either"
import * as MemoryAnswer from "./MemoryAnswer.js"
import * as MemoryRows from "./MemoryRows.js"
import * as MemoryTables from "./MemoryTables.js"

type Done = Either.Either<MemoryAnswer.MemoryAnswer, WriteRefused>

const existing = (view: MemoryRows.View, uid: string, condition: Batch.Condition) =>
  Either.gen(function* () {
    const row = MemoryRows.byUid(view, uid)
    yield* MemoryRows.check(view, row, condition)
    return row ?? (yield* Either.left(new ProjectNotFound(view.tables.deletions.has(uid) ? { deleted: true } : {})))
  })

const written = (view: MemoryRows.View, status: number, row: MemoryTables.Row) => ({ status, value: { project: MemoryRows.project(view, row) } })

const upsert = (view: MemoryRows.View, { condition, fields, uid }: Extract<Batch.Operation, { readonly _tag: "Upsert" }>): Done =>
  Either.gen(function* () {
    const row = MemoryRows.byUid(view, uid)
    yield* MemoryRows.check(view, row, condition)
    if (row !== undefined) return written(view, 200, yield* MemoryRows.update(view, row, yield* ProjectInput.readPatch(fields)))
    const project = ProjectInput.readNew(fields)
    if (Either.isRight(project)) return written(view, 201, yield* MemoryRows.insert(view, project.right))
    // Fields that were meant for a project which is gone are no new project.
    const gone = fields["recreate"] === true ? undefined : view.tables.deletions.get(uid)
    return yield* Either.left(gone === undefined ? project.left : new UidDeleted({ uid, deletedAt: gone.deleted_at }))
  })

const run = (view: MemoryRows.View, operation: Batch.Operation): Done => {
  switch (operation._tag) {
    case "Upsert":
      return upsert(view, operation)
    case "Delete":
      return Either.map(existing(view, operation.uid, operation.condition), (row) => {
        MemoryRows.remove(view, row, null)
        return { status: 204, value: {} }
      })
    case "Adopt":
      return Either.gen(function* () {
        const row = view.tables.rows.get(operation.id)
        if (row === undefined) return yield* Either.left(new ProjectNotFound({}))
        yield* MemoryRows.check(view, row, operation.condition)
        return written(view, 200, yield* MemoryRows.update(view, row, yield* ProjectInput.readPatch(operation.fields)))
      })
    case "Join":
      return Either.gen(function* () {
        const merge = yield* existing(view, operation.merge, operation.condition)
        const into = yield* existing(view, operation.into, operation.intoCondition)
        const patch = yield* ProjectInput.readPatch(operation.fields)
        const joined = MemoryRows.moveLocations(view, merge, into)
        MemoryRows.remove(view, view.tables.rows.get(merge.id) ?? merge, operation.into)
        return written(view, 200, yield* MemoryRows.update(view, joined, patch))
      })
  }
}

/** The result of one item; nothing is left of one that was refused. */
const result = (view: MemoryRows.View, item: Either.Either<Batch.Operation, InvalidInput>): ProjectInput.JsonObject => {
  const isJoin = Either.isRight(item) && item.right._tag === "Join"
  const before = isJoin ? MemoryTables.copy(view.tables) : undefined
  const done = Either.flatMap(item, (operation) => run(view, operation))
  if (Either.isLeft(done) && before !== undefined) Object.assign(view.tables, before)
  const { status, value } = Either.getOrElse(done, MemoryAnswer.refusal)
  return { ...value, status }
}

/** A request of a batch. `survives`: how many items are run before the server dies. Time in milliseconds since 1970. */
export interface BatchRequest {
  readonly body: string
  readonly items: ReadonlyArray<Either.Either<Batch.Operation, InvalidInput>>
  readonly key: string | undefined
  readonly millis: number
  readonly survives: number
}

/**
 * Runs a batch. With a key, what was done is told again and the rest is run.
 *
 * @param view who asks
 * @param request what for
 */
export const runAll = (
  view: MemoryRows.View,
  { body, items, key, millis, survives }: BatchRequest
): Either.Either<ReadonlyArray<ProjectInput.JsonObject>, IdempotencyKeyReused> => {
  const { batches } = view.tables
  const stored = key === undefined ? undefined : batches.get(key)
  const known = stored !== undefined && millis - stored.since < Limits.idempotencyHours * 3_600_000 ? stored : undefined
  if (key !== undefined && known !== undefined && known.body !== body) return Either.left(new IdempotencyKeyReused({ key }))
  const results = items.slice(0, survives).map((item, index) => known?.results.get(index) ?? result(view, item))
  // The tables may have been put back by an item; the stored results are not part of what is put back.
  if (key !== undefined) view.tables.batches.set(key, { body, since: known?.since ?? millis, results: new Map(results.entries()) })
  return Either.right(results)
}
