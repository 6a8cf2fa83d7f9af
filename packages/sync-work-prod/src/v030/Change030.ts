/**
 * Changing and deleting single rows of 0.3.0, which knows no conditions: each is read again, compared with what was seen, and written at once.
 *
 * Two rows are joined by two writes, of which each may be the last: first the one that stays takes everything, then the other says that it is gone.
 *
 * @module
 */
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { OperationResult, RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import { isSame } from "@dev-infra/metadata/ProjectMetadata"
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Mapping030 from "./Mapping030.js"
import type { Rows030 } from "./Rows030.js"
import * as Sending030 from "./Sending030.js"

/** A row read again: as it was seen, or why it cannot be written. */
type Seen = Either.Either<Mapping030.Row, OperationResult>

const stale = (row: Mapping030.Row | undefined): OperationResult => ({ _tag: "Stale", entry: row === undefined ? null : Mapping030.entryOf(row) })

/** Numbers are given again, and times of changes have whole seconds: it is the content that counts. */
const isAsSeen = (row: Mapping030.Row, seen: RemoteEntry): boolean => {
  const now = Mapping030.entryOf(row)
  return (
    now.createdAt === seen.createdAt &&
    now.uid === seen.uid &&
    now.deletedAt === seen.deletedAt &&
    isSame(now.fields, seen.fields) &&
    isSame(now.writes, seen.writes) &&
    isSame(now.locations, seen.locations)
  )
}

const readAgain = (sending: Sending030.Sending030, entry: RemoteEntry): Effect.Effect<Seen> =>
  Effect.map(Effect.either(sending.workProd.get(Number(entry.key))), (found): Seen => {
    if (Either.isLeft(found)) {
      return Either.left(found.left._tag === "NotFound" ? stale(undefined) : Sending030.failed(sending, found.left))
    }
    const row = Mapping030.open(found.right)
    if (!isAsSeen(row, entry)) return Either.left(stale(row))
    return row.reading._tag === "Newer" ? Either.left(Sending030.newer(row.reading.version)) : Either.right(row)
  })

/**
 * Writes a row until it says what it is to say. A path that turns out to be taken, and a column that the server makes something else of, are left
 * alone the next time, and stand in the envelope only.
 *
 * @category constructors
 */
export const patch = (sending: Sending030.Sending030, rows: Rows030, row: Mapping030.Row, target: Mapping030.Target): Effect.Effect<Either.Either<RemoteProject, OperationResult>> =>
  Effect.gen(function* () {
    const refusedPaths = new Set<string>()
    const drops = new Set(Mapping030.dialect.drops)
    let current = row
    for (let attempt = 1; ; attempt++) {
      const body = Mapping030.bodyOf(target, current, sending.self, (path) => refusedPaths.has(path) || rows.isTaken(path, row.project.id), drops)
      const { path } = body
      const answer = yield* Sending030.change(sending.workProd.update(row.project.id, body))
      if (Either.isLeft(answer)) {
        if (answer.left._tag === "NotFound") return Either.left(stale(undefined))
        if (answer.left._tag !== "Conflict" || typeof path !== "string" || attempt > 3) return Either.left(Sending030.failed(sending, answer.left))
        refusedPaths.add(path)
        continue
      }
      const { project } = answer.right
      current = rows.put(project)
      if (Mapping030.holds(target, current)) return Either.right(project)
      for (const column of Mapping030.notKept(body, current)) drops.add(column)
      if (attempt > 3) return Either.left({ _tag: "Refused", reason: "the server does not keep what is sent: look at its row, whose description should end with a comment of dev-infra" })
    }
  })

const update = (sending: Sending030.Sending030, rows: Rows030, entry: RemoteEntry, target: Mapping030.Target): Effect.Effect<OperationResult> =>
  Effect.gen(function* () {
    const seen = yield* readAgain(sending, entry)
    if (Either.isLeft(seen)) return seen.left
    const written = yield* patch(sending, rows, seen.right, target)
    return Either.isLeft(written) ? written.left : Sending030.done(written.right)
  })

const bury = (sending: Sending030.Sending030, rows: Rows030, entry: RemoteEntry, uid: string, others: Partial<Mapping030.Target> = {}) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    update(sending, rows, entry, { uid, content: { fields: entry.fields, writes: entry.writes, path: null }, deleted: new Date(now).toISOString(), ...others })
  )

const purge = (sending: Sending030.Sending030, rows: Rows030, entry: RemoteEntry): Effect.Effect<OperationResult> =>
  Effect.gen(function* () {
    const seen = yield* readAgain(sending, entry)
    if (Either.isLeft(seen)) return seen.left._tag === "Stale" && seen.left.entry === null ? Sending030.done(null) : seen.left
    const answer = yield* Sending030.change(sending.workProd.remove(seen.right.project.id))
    if (Either.isLeft(answer) && answer.left._tag !== "NotFound") return Sending030.failed(sending, answer.left)
    rows.forget(seen.right.project.id)
    return Sending030.done(null)
  })

const join = (sending: Sending030.Sending030, rows: Rows030, { content, entry, into }: Extract<RemoteOperation, { readonly _tag: "Join" }>): Effect.Effect<OperationResult> =>
  Effect.gen(function* () {
    const uid = into.uid ?? entry.uid
    const loser = yield* readAgain(sending, entry)
    if (Either.isLeft(loser)) return loser.left
    if (uid === null) return stale(loser.right)
    const kept = yield* update(sending, rows, into, { uid, content, others: entry.locations })
    if (kept._tag !== "Done") return kept
    const gone = yield* bury(sending, rows, entry, entry.uid ?? uid)
    return gone._tag === "Done" ? kept : gone
  })

/**
 * Makes one change of a row that is there.
 *
 * @param rows what is known of all rows
 * @category constructors
 */
export const make = (sending: Sending030.Sending030, rows: Rows030, operation: Exclude<RemoteOperation, { readonly _tag: "Create" }>): Effect.Effect<OperationResult> => {
  switch (operation._tag) {
    case "Update":
    case "Adopt":
      return update(sending, rows, operation.entry, { uid: operation.entry.uid ?? operation.uid, content: operation.content })
    case "Join":
      return join(sending, rows, operation)
    case "Delete":
      return operation.purge ? purge(sending, rows, operation.entry) : bury(sending, rows, operation.entry, operation.entry.uid ?? operation.uid)
  }
}
