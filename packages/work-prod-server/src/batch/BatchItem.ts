/**
 * What each kind of batch item does to the rows of an account, inside a transaction.
 *
 * @module
 */
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import { PreconditionFailed, ProjectNotFound, UidDeleted, type WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ProjectRow } from "../projects/ProjectRows.js"
import type { BatchRows } from "./BatchRows.js"

/** What an item has done: the status that a request of its own would have had, and the uid of the project to show, if there is one. */
export interface Done {
  readonly status: 200 | 201 | 204
  readonly shown: string | undefined
}

type ItemEffect<A> = Effect.Effect<A, WriteRefused | SqlError>

const etagOf = (row: ProjectRow): string => String(row.version)

/** Whether the row is as an item demands; without a row, only an etag is a demand that is not met. */
export const holds = (row: ProjectRow | undefined, condition: Batch.Condition): boolean =>
  condition._tag === "Any" || (condition._tag === "None" ? row === undefined : row !== undefined && etagOf(row) === condition.etag)

/** Fails unless the row is as the item demands. */
const check = (rows: BatchRows, row: ProjectRow | undefined, condition: Batch.Condition): ItemEffect<void> => {
  if (holds(row, condition)) return Effect.void
  return row === undefined
    ? Effect.fail(new PreconditionFailed({ project: null }))
    : Effect.flatMap(rows.json(row.id), (project) => Effect.fail(new PreconditionFailed({ project })))
}

/** The row of a uid that must be there, as the item demands it. */
const existing = (rows: BatchRows, uid: string, condition: Batch.Condition): ItemEffect<ProjectRow> =>
  Effect.gen(function* () {
    const row = yield* rows.byUid(uid)
    yield* check(rows, row, condition)
    if (row !== undefined) return row
    const deletedAt = yield* rows.deletedAt(uid)
    return yield* new ProjectNotFound(deletedAt === undefined ? {} : { deleted: true })
  })

const create = (rows: BatchRows, { uid, fields }: Extract<Batch.Operation, { readonly _tag: "Upsert" }>): ItemEffect<Done> =>
  Effect.gen(function* () {
    const project = ProjectInput.readNew(fields)
    if (Either.isRight(project)) {
      yield* rows.insert(project.right)
      return { status: 201, shown: uid }
    }
    // Fields that were meant for a project which is gone are no new project; what the client has to know is that it is gone.
    const deletedAt = fields["recreate"] === true ? undefined : yield* rows.deletedAt(uid)
    return yield* deletedAt === undefined ? project.left : new UidDeleted({ uid, deletedAt })
  })

const upsert = (rows: BatchRows, operation: Extract<Batch.Operation, { readonly _tag: "Upsert" }>): ItemEffect<Done> =>
  Effect.gen(function* () {
    const row = yield* rows.byUid(operation.uid)
    yield* check(rows, row, operation.condition)
    if (row === undefined) return yield* create(rows, operation)
    yield* rows.update(row, yield* ProjectInput.readPatch(operation.fields))
    return { status: 200, shown: operation.uid }
  })

const remove = (rows: BatchRows, { uid, condition }: Extract<Batch.Operation, { readonly _tag: "Delete" }>): ItemEffect<Done> =>
  Effect.gen(function* () {
    yield* rows.remove(yield* existing(rows, uid, condition), null)
    return { status: 204, shown: undefined }
  })

const adopt = (rows: BatchRows, { id, uid, fields, condition }: Extract<Batch.Operation, { readonly _tag: "Adopt" }>): ItemEffect<Done> =>
  Effect.gen(function* () {
    const row = yield* rows.byId(id)
    if (row === undefined) return yield* new ProjectNotFound({})
    yield* check(rows, row, condition)
    yield* rows.update(row, yield* ProjectInput.readPatch(fields))
    return { status: 200, shown: uid }
  })

const join = (rows: BatchRows, operation: Extract<Batch.Operation, { readonly _tag: "Join" }>): ItemEffect<Done> =>
  Effect.gen(function* () {
    const merge = yield* existing(rows, operation.merge, operation.condition)
    const into = yield* existing(rows, operation.into, operation.intoCondition)
    const patch = yield* ProjectInput.readPatch(operation.fields)
    yield* rows.moveLocations(merge, into)
    yield* rows.remove(merge, operation.into)
    // The locations that came over are part of what the fields change.
    const joined = yield* rows.byId(into.id)
    if (joined !== undefined) yield* rows.update(joined, patch)
    return { status: 200, shown: operation.into }
  })

/**
 * Does what an item asks for.
 *
 * @param rows the rows of the caller's account
 * @param operation the item, read
 */
export const run = (rows: BatchRows, operation: Batch.Operation): ItemEffect<Done> => {
  switch (operation._tag) {
    case "Upsert":
      return upsert(rows, operation)
    case "Delete":
      return remove(rows, operation)
    case "Adopt":
      return adopt(rows, operation)
    case "Join":
      return join(rows, operation)
  }
}

/** The uids whose rows an item looks at. */
export const uidsOf = (operation: Batch.Operation): ReadonlyArray<string> => (operation._tag === "Join" ? [operation.merge, operation.into] : [operation.uid])
