/**
 * Making many rows on 0.3.0.
 *
 * Rows with a repository that no other row has go by imports, 100 at a time, after which one list tells their numbers. The others are made one by
 * one. If the answer to an import is lost, the server may still be at it: nothing is sent again before two lists, two seconds apart, agree.
 *
 * @module
 */
import type { RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Change030 from "./Change030.js"
import * as Mapping030 from "./Mapping030.js"
import * as RemoteFailure from "../remote/RemoteFailure.js"
import { Rows030 } from "./Rows030.js"
import * as Sending030 from "./Sending030.js"

/** A row to make. `index` is its place among all changes. @category models */
export interface Creation {
  readonly index: number
  readonly operation: Extract<RemoteOperation, { readonly _tag: "Create" }>
}

/** Elements of one import. */
const importSize = 100

/** How often an import is sent whose answers are lost. */
const importAttempts = 3

/** How often the server is listed until it has come to rest. */
const restAttempts = 20

/** Rows as they are now, in place of those that were known: other changes go on with these. */
export interface Known030 {
  rows: Rows030
}

const targetOf = ({ operation: { content, uid } }: Creation): Mapping030.Target => ({ uid, content })

/** What settles a creation without a new row: the project is there, or was deleted there. */
const settle = (sending: Sending030.Sending030, known: Known030, { index, operation }: Creation): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const row = known.rows.byUid(operation.uid)
    if (row === undefined) return false
    const entry = Mapping030.entryOf(row)
    if (entry.deletedAt === null) {
      sending.results.set(index, { _tag: "Taken", entry, reason: "the project is there already" })
      return true
    }
    if (!operation.recreate) {
      sending.results.set(index, { _tag: "Deleted" })
      return true
    }
    const written = yield* Change030.patch(sending, known.rows, row, targetOf({ index, operation }))
    sending.results.set(index, Either.isLeft(written) ? written.left : Sending030.done(written.right))
    return true
  })

const post = (sending: Sending030.Sending030, known: Known030, creation: Creation): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { results, self, workProd } = sending
    if (results.stopped !== undefined || (yield* settle(sending, known, creation))) return
    const target = targetOf(creation)
    const refusedPaths = new Set<string>()
    for (let attempt = 1; ; attempt++) {
      const body = Mapping030.bodyOf(target, undefined, self, (path) => refusedPaths.has(path) || known.rows.isTaken(path))
      const { path } = body
      if (typeof path === "string") known.rows.reserve(path)
      const answer = yield* Sending030.change(workProd.create(body))
      if (Either.isLeft(answer) && answer.left._tag === "Conflict" && typeof path === "string" && attempt <= 3) {
        refusedPaths.add(path)
        continue
      }
      if (Either.isLeft(answer)) {
        results.set(creation.index, Sending030.failed(sending, answer.left))
        return
      }
      const row = known.rows.put(answer.right.project)
      const written = Mapping030.holds(target, row) ? Either.right(row.project) : yield* Change030.patch(sending, known.rows, row, target)
      results.set(creation.index, Either.isLeft(written) ? written.left : Sending030.done(written.right))
      return
    }
  })

const postAll = (sending: Sending030.Sending030, known: Known030, creations: ReadonlyArray<Creation>): Effect.Effect<void> =>
  Effect.forEach(creations, (creation) => Effect.zipRight(post(sending, known, creation), sending.results.tell()), { concurrency: 8, discard: true })

/** Lists until the server has come to rest; the failure says why that is not known. */
const waitForRest = (sending: Sending030.Sending030, known: Known030): Effect.Effect<void, RemoteFailed> =>
  Effect.gen(function* () {
    const look = Effect.mapError(Sending030.list(sending), (error) => RemoteFailure.toRemoteFailed(error, sending.address))
    let before = yield* look
    for (let attempt = 1; attempt < restAttempts; attempt++) {
      yield* Effect.sleep("2 seconds")
      const after = yield* look
      if (after.isSame(before)) {
        known.rows = after
        return
      }
      before = after
    }
    return yield* new RemoteFailed({
      reason: "Lost",
      address: sending.address,
      detail: `the answer of ${sending.address} to an import was lost, and the server is still at it: run push again in a while`
    })
  })

const runAgain = (sending: Sending030.Sending030, error: WorkProdError): RemoteFailed =>
  new RemoteFailed({
    reason: "Lost",
    address: sending.address,
    detail: `${RemoteFailure.causeOf(error).message}. What arrived is there; run push again for the rest`
  })

/**
 * Imports one part, again and again if answers are lost.
 *
 * @returns those that the import did not make
 */
const importPart = (sending: Sending030.Sending030, known: Known030, part: ReadonlyArray<Creation & { readonly body: Mapping030.Body }>) =>
  Effect.gen(function* () {
    const { results, workProd } = sending
    let left = part
    for (let attempt = 1; left.length > 0; attempt++) {
      const answer = yield* Sending030.change(workProd.import(left.map(({ body }) => body)))
      if (Either.isRight(answer)) return
      const cause = RemoteFailure.causeOf(answer.left)
      if (!RemoteFailure.mayBeDone(cause)) {
        results.stop(RemoteFailure.toRemoteFailed(answer.left, sending.address))
        return
      }
      const rest = yield* Effect.either(waitForRest(sending, known))
      if (Either.isLeft(rest)) {
        for (const { index } of left) results.set(index, { _tag: "Unknown" })
        results.stop(rest.left)
        return
      }
      left = left.filter(({ operation }) => known.rows.byUid(operation.uid) === undefined)
      // One of them makes it fail: alone, each of the others comes through.
      if (cause._tag === "ServerFault" && attempt > 1) return
      if (attempt >= importAttempts && left.length > 0) {
        results.stop(runAgain(sending, answer.left))
        return
      }
    }
  })

/** Creations that an import can make, each with what is sent, and the others. */
const divide = ({ self }: Sending030.Sending030, { rows }: Known030, creations: ReadonlyArray<Creation>) => {
  const urls = new Set<string>()
  const imported: Array<Creation & { readonly body: Mapping030.Body }> = []
  const others: Array<Creation> = []
  for (const creation of creations) {
    const { content, uid } = creation.operation
    const body = Mapping030.bodyOf({ uid, content }, undefined, self, (path) => rows.isTaken(path))
    const { path, remote_url: url } = body
    if (rows.byUid(uid) !== undefined || typeof url !== "string" || urls.has(url) || rows.byUrl(url) !== undefined) {
      others.push(creation)
      continue
    }
    urls.add(url)
    if (typeof path === "string") rows.reserve(path)
    imported.push({ ...creation, body })
  }
  return { imported, others }
}

/** What the list after the imports shows. @returns those that have to be made by themselves */
const learn = ({ results }: Sending030.Sending030, { rows }: Known030, imported: ReadonlyArray<Creation & { readonly body: Mapping030.Body }>): ReadonlyArray<Creation> => {
  const missing: Array<Creation> = []
  for (const creation of imported) {
    const { body, index, operation } = creation
    const own = rows.byUid(operation.uid)
    const url = body["remote_url"]
    const other = typeof url === "string" ? rows.byUrl(url) : undefined
    if (own !== undefined) results.set(index, Sending030.done(own.project))
    else if (other !== undefined && Mapping030.entryOf(other).deletedAt === null) {
      results.set(index, { _tag: "Taken", entry: Mapping030.entryOf(other), reason: "somebody made a row for its repository meanwhile" })
    } else missing.push(creation)
  }
  return missing
}

/**
 * Makes rows.
 *
 * @category constructors
 */
export const makeAll = (sending: Sending030.Sending030, known: Known030, creations: ReadonlyArray<Creation>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { address, results } = sending
    const { imported, others } = divide(sending, known, creations)
    const sent: Array<Creation & { readonly body: Mapping030.Body }> = []
    for (let start = 0; start < imported.length && results.stopped === undefined; start += importSize) {
      const part = imported.slice(start, start + importSize)
      yield* importPart(sending, known, part)
      // What came before the failure may be there; of the rest nothing was sent.
      sent.push(...part)
      if (results.stopped === undefined) yield* results.tell(sent.length)
    }
    const stopped = results.stopped
    if (sent.length > 0) {
      const now = yield* Effect.either(Sending030.list(sending))
      if (Either.isLeft(now)) {
        results.stop(RemoteFailure.toRemoteFailed(now.left, address))
        for (const { index } of sent) if (!results.has(index)) results.set(index, { _tag: "Unknown" })
        return
      }
      known.rows = now.right
      const missing = learn(sending, known, stopped === undefined ? sent : sent.filter(({ operation }) => known.rows.byUid(operation.uid) !== undefined))
      yield* results.tell()
      yield* postAll(sending, known, missing)
    }
    yield* postAll(sending, known, others)
  })
