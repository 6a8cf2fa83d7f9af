/**
 * Many changes in one request, each with a result of its own.
 *
 * What an item does follows from its keys: `{uid, project}` creates or changes, `{uid, delete: true}` deletes, `{id, uid}` adopts a
 * row that has no uid yet, `{merge, into}` joins two rows. One uid may be the subject of one item only, or the whole batch is
 * refused.
 *
 * @module
 */
import { isUuid } from "@dev-infra/metadata/ProjectRules"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as ErrorText from "./ErrorText.js"
import * as Limits from "./Limits.js"
import { Project, Uid } from "./Project.js"
import { ProjectBody } from "./ProjectBody.js"
import { InvalidInput } from "./ProjectFailure.js"
import * as ProjectInput from "./ProjectInput.js"

const IfMatch = Schema.optional(Schema.NullOr(Schema.String)).annotations({
  description: "The etag that the row must have. Null: there must be no row."
})

/** Create the project with this uid, or change the fields that are sent. @category schemas */
export const Upsert = Schema.Struct({ uid: Uid, project: ProjectBody, if_match: IfMatch, recreate: Schema.optional(Schema.Boolean) }).annotations({ identifier: "Upsert" })

/** Delete the project with this uid. @category schemas */
export const Delete = Schema.Struct({ uid: Uid, delete: Schema.Literal(true), if_match: IfMatch }).annotations({ identifier: "Delete" })

/** Give a row without uid a uid, and change the fields that are sent. @category schemas */
export const Adopt = Schema.Struct({
  id: Schema.Int,
  uid: Uid,
  if_match: IfMatch,
  project: Schema.optional(ProjectBody),
  recreate: Schema.optional(Schema.Boolean)
}).annotations({ identifier: "Adopt" })

/**
 * Two rows are one project: `merge` goes, its locations move to `into` where that has none, and the feed tells the deletion with
 * `merged_into`. `if_match` is the etag of `merge`, `into_if_match` that of `into`; `project` changes `into`.
 *
 * @category schemas
 */
export const Join = Schema.Struct({
  merge: Uid,
  into: Uid,
  if_match: IfMatch,
  into_if_match: IfMatch,
  project: Schema.optional(ProjectBody)
}).annotations({ identifier: "Join" })

/** @category schemas */
export const Item = Schema.Union(Join, Adopt, Delete, Upsert).annotations({ identifier: "BatchItem" })

/** @category schemas */
export const Batch = Schema.Struct({ items: Schema.Array(Item) }).annotations({ identifier: "Batch" })

/**
 * What became of one item: `status` is what the request alone would have been answered. `project` is the row as it now is, on
 * success, and the row that stands in the way on 409 and 412.
 *
 * @category schemas
 */
export const Result = Schema.Struct({
  status: Schema.Int,
  project: Schema.optional(Schema.NullOr(Project)),
  error: Schema.optional(Schema.String),
  code: Schema.optional(Schema.String)
}).annotations({ identifier: "BatchResult" })

/**
 * `cursor` is there if the request named one: where the feed of changes goes on after the batch, null if others changed something too.
 *
 * @category schemas
 */
export const Results = Schema.Struct({ results: Schema.Array(Result), cursor: Schema.optional(Schema.NullOr(Schema.String)) }).annotations({ identifier: "BatchResults" })

/** The row that an item must find: any, none at all, or one with this etag. @category models */
export type Condition = { readonly _tag: "Any" } | { readonly _tag: "None" } | { readonly _tag: "Etag"; readonly etag: string }

/**
 * An item that was read. `fields` is as the client sent it; `ProjectInput` reads it when it is known whether it creates or
 * changes.
 *
 * @category models
 */
export type Operation =
  | { readonly _tag: "Upsert"; readonly uid: string; readonly fields: ProjectInput.JsonObject; readonly condition: Condition }
  | { readonly _tag: "Delete"; readonly uid: string; readonly condition: Condition }
  | { readonly _tag: "Adopt"; readonly id: number; readonly uid: string; readonly fields: ProjectInput.JsonObject; readonly condition: Condition }
  | {
      readonly _tag: "Join"
      readonly merge: string
      readonly into: string
      readonly fields: ProjectInput.JsonObject
      readonly condition: Condition
      readonly intoCondition: Condition
    }

type Read<A> = Either.Either<A, InvalidInput>

const refuse = (text: string): Read<never> => Either.left(new InvalidInput({ text }))

const readUid = (value: unknown, key: string): Read<string> => {
  const uid = typeof value === "string" ? value.toLowerCase() : ""
  return isUuid(uid) ? Either.right(uid) : refuse(`Invalid ${key}. Must be a UUID`)
}

const readCondition = (item: ProjectInput.JsonObject, key: string): Read<Condition> => {
  if (!Object.hasOwn(item, key)) return Either.right({ _tag: "Any" })
  const value = item[key]
  if (value === null) return Either.right({ _tag: "None" })
  return typeof value === "string" ? Either.right({ _tag: "Etag", etag: value }) : refuse(`Invalid ${key}. Must be the etag of the project, as text, or null`)
}

const readFields = (item: ProjectInput.JsonObject): Read<ProjectInput.JsonObject> => {
  const { project = {}, recreate } = item
  if (!ProjectInput.isObject(project)) return refuse("Invalid project. Must be a JSON object")
  return Either.right(recreate === undefined ? project : { ...project, recreate })
}

/**
 * What one item asks for.
 *
 * @param item one element of `items`
 */
export const readItem = (item: unknown): Read<Operation> => {
  if (!ProjectInput.isObject(item)) return refuse("An item must be a JSON object")
  return Either.gen(function* () {
    const condition = yield* readCondition(item, "if_match")
    if (Object.hasOwn(item, "merge") || Object.hasOwn(item, "into")) {
      const merge = yield* readUid(item["merge"], "merge")
      const into = yield* readUid(item["into"], "into")
      if (merge === into) return yield* refuse("A project cannot be merged into itself")
      return { _tag: "Join", merge, into, fields: yield* readFields(item), condition, intoCondition: yield* readCondition(item, "into_if_match") } as const
    }
    const uid = yield* readUid(item["uid"], "uid")
    if (Object.hasOwn(item, "delete")) {
      return item["delete"] === true ? ({ _tag: "Delete", uid, condition } as const) : yield* refuse("Invalid delete. Must be true")
    }
    const fields = yield* readFields(item)
    const other = fields["uid"]
    if (other !== undefined && !(typeof other === "string" && other.toLowerCase() === uid)) return yield* refuse("The uid of project must be the uid of the item")
    if (Object.hasOwn(item, "id")) {
      const id = item["id"]
      if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) return yield* refuse(ErrorText.invalidId)
      return { _tag: "Adopt", id, uid, fields: { ...fields, uid }, condition } as const
    }
    if (!Object.hasOwn(item, "project")) return yield* refuse("An item needs one of project, delete, id or merge beside its uid")
    return { _tag: "Upsert", uid, fields: { ...fields, uid }, condition } as const
  })
}

/** The uid that an operation is about. @category accessors */
export const subject = (operation: Operation): string => (operation._tag === "Join" ? operation.merge : operation.uid)

/**
 * The items of a batch, each read or refused. Fails if it is no batch, has too many items, or is about one uid twice.
 *
 * @param body what the client sent
 */
export const readBatch = (body: unknown): Read<ReadonlyArray<Read<Operation>>> => {
  if (!ProjectInput.isObject(body)) return refuse(ErrorText.notAnObject)
  const { items } = body
  if (items === undefined) return refuse("Missing 'items' field")
  if (!Array.isArray(items)) return refuse("'items' field must be a list")
  if (items.length > Limits.batchItems) return refuse(`A batch has at most ${Limits.batchItems} items; this one has ${items.length}`)
  const operations = items.map(readItem)
  const seen = new Map<string, number>()
  for (const [index, operation] of operations.entries()) {
    if (Either.isLeft(operation)) continue
    const uid = subject(operation.right)
    const before = seen.get(uid)
    if (before !== undefined) return refuse(`The items ${before} and ${index} are both about uid ${uid}; send one item for each project`)
    seen.set(uid, index)
  }
  return Either.right(operations)
}
