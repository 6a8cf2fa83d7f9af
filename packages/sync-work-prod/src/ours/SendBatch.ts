/**
 * Changing rows of our server: many in one request, each only if its row is still as it was last seen.
 *
 * @module
 */
import type { OperationResult, RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import { around } from "@dev-infra/sync/SyncStep"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import type { BatchItem, BatchResult, WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Random from "effect/Random"
import * as MappingOurs from "./MappingOurs.js"
import * as RemoteFailure from "../remote/RemoteFailure.js"
import type { Results } from "../remote/Results.js"
import { faultOf } from "../row/Unsendable.js"

/** What a batch is sent with. @category models */
export interface BatchSending {
  readonly workProd: WorkProdShape
  readonly address: string
  readonly machine: string
  /** until where the feed was read */
  readonly since: string | null
}

/** One item on its way. `subject` is the uid of which a request may have only one. */
interface Outgoing {
  readonly index: number
  readonly operation: RemoteOperation
  readonly subject: string
  readonly item: BatchItem
}

type Refusal = Extract<OperationResult, { readonly _tag: "Refused" }>

const refused = (reason: string): Either.Either<never, Refusal> => Either.left({ _tag: "Refused", reason })

const newer = (version: number): string => `a newer version of this program wrote it (form ${version}): update dev-infra here`

const contentOf = (operation: RemoteOperation) => (operation._tag === "Delete" ? undefined : operation.content)

const newerOf = (operation: RemoteOperation): number | undefined => {
  if (operation._tag === "Create") return undefined
  const into = operation._tag === "Join" ? MappingOurs.native(operation.into).newer : undefined
  return into ?? MappingOurs.native(operation.entry).newer
}

/** What is sent for a change. A row that has a uid is spoken of by that, whoever the engine takes it for. */
const itemOf = (operation: RemoteOperation, machine: string): { readonly subject: string; readonly item: BatchItem } => {
  if (operation._tag === "Create") {
    const { content, recreate, uid } = operation
    const project = MappingOurs.bodyOf(content, undefined, machine)
    return { subject: uid, item: { uid, project, if_match: null, ...(recreate ? { recreate } : {}) } }
  }
  const { entry } = operation
  const { etag } = MappingOurs.native(entry)
  const own = MappingOurs.uidOf(entry)
  if (operation._tag === "Delete") return own === null ? adoptToDelete(operation, etag) : { subject: own, item: { uid: own, delete: true, if_match: etag } }
  if (operation._tag === "Join") {
    const merge = own ?? operation.uid
    const into = MappingOurs.uidOf(operation.into) ?? operation.uid
    const project = MappingOurs.bodyOf(operation.content, operation.into, machine)
    return { subject: merge, item: { merge, into, if_match: etag, into_if_match: MappingOurs.native(operation.into).etag, project } }
  }
  const { content, uid } = operation
  if (own === null) return { subject: uid, item: { id: Number(entry.key), uid, if_match: etag, project: MappingOurs.bodyOf(content, entry, machine) } }
  // The row has a uid that was not told, because nothing else was known of the project: it stays, ours becomes an alias.
  const aliases = content.fields["aliases"]
  const others = Array.isArray(aliases) ? aliases : []
  const fields = own === uid || others.includes(uid) ? content.fields : { ...content.fields, aliases: [...others.filter((alias) => alias !== own), uid] }
  return { subject: own, item: { uid: own, if_match: etag, project: MappingOurs.bodyOf({ ...content, fields }, entry, machine) } }
}

/** A row without uid is claimed, so that its deletion can be told: this is the first of two steps. */
const adoptToDelete = ({ entry, uid }: Extract<RemoteOperation, { readonly _tag: "Delete" }>, etag: string) => ({
  subject: uid,
  item: { id: Number(entry.key), uid, if_match: etag, project: {} }
})

/** Parts of at most so many items, each with one item for a uid. */
const partsOf = (all: ReadonlyArray<Outgoing>): ReadonlyArray<ReadonlyArray<Outgoing>> => {
  const parts: Array<{ readonly items: Array<Outgoing>; readonly subjects: Set<string> }> = []
  for (const one of all) {
    const fitting = parts.find(({ items, subjects }) => items.length < Limits.batchItems && !subjects.has(one.subject))
    const part = fitting ?? { items: [], subjects: new Set() }
    if (fitting === undefined) parts.push(part)
    part.items.push(one)
    part.subjects.add(one.subject)
  }
  return parts.map(({ items }) => items)
}

const entryOf = ({ project }: BatchResult) => (project === undefined || project === null ? null : MappingOurs.entryOf(project))

/** In other words than those of a request that nobody made by hand. */
const takenReason = ({ code, project, status }: BatchResult): string | undefined => {
  const which = project === undefined || project === null ? "another project" : `the project ${JSON.stringify(project.name)} (number ${project.id})`
  if (status === 412 || code === "uid_taken") return `${which} there has its id already`
  return code === "path_taken" ? `${which} there is said to be at its path on this machine: correct it there` : undefined
}

const resultOf = ({ operation }: Outgoing, result: BatchResult): OperationResult => {
  const { code, error, status } = result
  const reason = error ?? `the server answered ${status}`
  if (status >= 200 && status < 300) return { _tag: "Done", entry: entryOf(result), isConfirmed: true }
  if (result.unreadable !== undefined) return { _tag: "Refused", reason: `the row there cannot be read (${result.unreadable.fault}): repair it on the server` }
  if (status === 404) return operation._tag === "Delete" ? { _tag: "Done", entry: null, isConfirmed: true } : { _tag: "Stale", entry: null }
  if (status === 409 && code === "deleted") return { _tag: "Deleted" }
  if (status === 412 && operation._tag !== "Create") {
    return operation._tag === "Delete" && result.project === null ? { _tag: "Done", entry: null, isConfirmed: true } : { _tag: "Stale", entry: entryOf(result) }
  }
  if (status === 409 && code === "uid_fixed") return { _tag: "Stale", entry: entryOf(result) }
  if (status === 409 || status === 412) return { _tag: "Taken", entry: entryOf(result), reason: takenReason(result) ?? reason }
  return { _tag: "Refused", reason }
}

/** A key under which the server knows a batch again if it comes twice. */
const newKey = (machine: string): Effect.Effect<string> =>
  Effect.map(Effect.all([Clock.currentTimeMillis, Random.nextInt, Random.nextInt]), ([now, one, other]) => `${machine}-${now.toString(36)}-${(one >>> 0).toString(36)}${(other >>> 0).toString(36)}`)

/**
 * Sends one request after the other until all are sent or one fails.
 *
 * @returns what became of each that was answered
 */
const sendParts = (sending: BatchSending, all: ReadonlyArray<Outgoing>, results: Results) =>
  Effect.gen(function* () {
    const answered: Array<readonly [Outgoing, BatchResult]> = []
    for (const part of partsOf(all)) {
      if (results.stopped !== undefined) break
      const idempotencyKey = yield* newKey(sending.machine)
      const since = results.cursor
      const items = part.map(({ item }) => item)
      const answer = yield* around("sync-request", Effect.either(sending.workProd.follow(items, { idempotencyKey, ...(since === undefined ? {} : { since }) })))
      const failure = Either.isLeft(answer) ? answer.left : undefined
      const known = Either.isRight(answer) ? answer.right.results : failure?._tag === "BatchStopped" ? failure.results : []
      results.cursor = Either.isRight(answer) ? (answer.right.cursor ?? undefined) : undefined
      for (const [place, one] of part.entries()) {
        const result = known[place]
        if (result !== undefined) {
          answered.push([one, result])
          results.set(one.index, resultOf(one, result))
        }
        else if (failure !== undefined && RemoteFailure.mayBeDone(RemoteFailure.causeOf(failure))) results.set(one.index, { _tag: "Unknown" })
      }
      if (failure !== undefined) results.stop(RemoteFailure.toRemoteFailed(failure, sending.address))
      yield* results.tell()
    }
    return answered
  })

const withItem = (one: Outgoing, item: BatchItem): Outgoing => ({ ...one, item })

const withProject = (item: BatchItem, project: { readonly [field: string]: unknown }): BatchItem => {
  const before = "project" in item ? item.project : undefined
  return { ...item, project: { ...before, ...project } } as BatchItem // an item with `project` stays one of its kind
}

/**
 * Paths of this machine that another row still has are given in a second round: two projects that changed places free them in the first.
 */
const retryPaths = (sending: BatchSending, answered: ReadonlyArray<readonly [Outgoing, BatchResult]>, results: Results) =>
  Effect.gen(function* () {
    const blocked = answered.flatMap(([one, { code, status }]) => (status === 409 && code === "path_taken" ? [one] : []))
    if (blocked.length === 0 || results.stopped !== undefined) return []
    const without = yield* sendParts(sending, blocked.map((one) => withItem(one, withProject(one.item, { path: null }))), results)
    const paths = without.flatMap(([one, { project, status }]) => {
      const path = contentOf(one.operation)?.path ?? null
      if (status >= 300 || project === undefined || project === null || project.uid === null || path === null) return []
      return [{ ...one, subject: project.uid, item: { uid: project.uid, if_match: project.etag, project: { path } } satisfies BatchItem }]
    })
    return [...without, ...(paths.length === 0 ? [] : yield* sendParts(sending, paths, results))]
  })

/** What the server made something else of goes to `metadata`, so that it is not sent again and again. */
const repair = (sending: BatchSending, answered: ReadonlyArray<readonly [Outgoing, BatchResult]>, results: Results) =>
  Effect.gen(function* () {
    const last = new Map(answered.map((one) => [one[0].index, one]))
    const items = [...last.values()].flatMap(([one, { project, status }]) => {
      const content = contentOf(one.operation)
      if (status >= 300 || content === undefined || project === undefined || project === null || project.uid === null) return []
      const fields = MappingOurs.repair(content, project)
      return fields === undefined ? [] : [{ ...one, subject: project.uid, item: { uid: project.uid, if_match: project.etag, project: fields } satisfies BatchItem }]
    })
    if (items.length > 0 && results.stopped === undefined) yield* sendParts(sending, items, results)
  })

/** Rows that were claimed only to be deleted. */
const deleteClaimed = (sending: BatchSending, answered: ReadonlyArray<readonly [Outgoing, BatchResult]>, results: Results) =>
  Effect.gen(function* () {
    const items = answered.flatMap(([one, { project, status }]) => {
      if (one.operation._tag !== "Delete" || status >= 300 || project === undefined || project === null || project.uid === null) return []
      return [{ ...one, item: { uid: project.uid, delete: true, if_match: project.etag } satisfies BatchItem }]
    })
    if (items.length > 0 && results.stopped === undefined) yield* sendParts(sending, items, results)
  })

/**
 * Sends changes to our server.
 *
 * @category constructors
 */
export const send = (sending: BatchSending, operations: ReadonlyArray<RemoteOperation>, results: Results): Effect.Effect<void> =>
  Effect.gen(function* () {
    const outgoing: Array<Outgoing> = []
    for (const [index, operation] of operations.entries()) {
      const content = contentOf(operation)
      const fault = content === undefined ? undefined : faultOf(content)
      const version = newerOf(operation)
      const made = fault !== undefined ? refused(fault) : version !== undefined ? refused(newer(version)) : Either.right(itemOf(operation, sending.machine))
      if (Either.isRight(made)) outgoing.push({ index, operation, ...made.right })
      else results.set(index, made.left)
    }
    results.cursor = sending.since ?? undefined
    if (outgoing.length === 0) return
    const answered = yield* sendParts(sending, outgoing, results)
    const moved = yield* retryPaths(sending, answered, results)
    yield* repair(sending, [...answered, ...moved], results)
    yield* deleteClaimed(sending, answered, results)
  })
