/**
 * The feed of changes: for each project at least its latest state, or its deletion, after a cursor.
 *
 * Every change takes the next position of its account in the transaction that makes it, under the lock of the account's row, so
 * positions become visible in their order and none can appear behind a cursor that was handed out.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import { CursorGone } from "@dev-infra/work-prod-api/ProjectFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ChangeCursor from "./changes/ChangeCursor.js"
import * as ChangeQuery from "./changes/ChangeQuery.js"
import * as TombstonePruning from "./changes/TombstonePruning.js"
import { Database } from "./Database.js"
import * as ProjectJson from "./projects/ProjectJson.js"
import type { StorageFailure } from "./StorageFailure.js"

/** Changes as JSON objects in the order of their positions, and where to go on. @category models */
export interface ChangePage {
  readonly changes: ReadonlyArray<string>
  readonly cursor: string
  readonly more: boolean
}

/** A change as a JSON object, and where to go on behind it. @category models */
export interface FollowedChange {
  readonly json: string
  readonly cursor: string
}

/** Changes for somebody who follows the feed one by one. `position`: how far the page has come. @category models */
export interface FollowedPage {
  readonly changes: ReadonlyArray<FollowedChange>
  readonly cursor: string
  readonly more: boolean
  readonly position: number
}

/** @category models */
export interface ProjectChangesShape {
  /** @param since a cursor, or "" for everything @param limit 1 to 1,000 */
  readonly since: (caller: CallerShape, since: string, limit: number) => Effect.Effect<ChangePage, CursorGone | StorageFailure>
  /**
   * The same with a cursor behind each change. Who has been told all that was there at the start gets the same cursors as everybody
   * else who has come as far.
   */
  readonly follow: (caller: CallerShape, since: string, limit: number) => Effect.Effect<FollowedPage, CursorGone | StorageFailure>
  /** The cursor behind everything that there is now, as a page without changes. */
  readonly latest: (caller: CallerShape) => Effect.Effect<FollowedPage, CursorGone | StorageFailure>
  /** Takes deletions older than 180 days out of the feed; their uids stay remembered. Gives how many. */
  readonly prune: Effect.Effect<number, StorageFailure>
}

/** @category tags */
export class ProjectChanges extends Context.Tag("@dev-infra/work-prod-server/ProjectChanges")<ProjectChanges, ProjectChangesShape>() {}

type Gone = CursorGone["reason"]

/** Why a cursor says nothing for this account as it now is. */
const fault = (cursor: ChangeCursor.ChangeCursor, epoch: string, account: ChangeQuery.ChangeRows): Gone | undefined => {
  if (cursor.epoch !== epoch) return "OtherEpoch"
  if (cursor.account !== account.tag) return "OtherAccount"
  if (ChangeCursor.completeFrom(cursor) > account.position) return "Unknown"
  return ChangeCursor.completeFrom(cursor) < account.prunedPosition ? "Expired" : undefined
}

const gone = (reason: Gone) => Effect.fail(new CursorGone({ reason }))
const render = (row: ChangeQuery.ChangeRow): string => {
  const uid = JSON.stringify(row.uid)
  return row.kind === "project"
    ? `{"id":${row.id},"project":${ProjectJson.toAscii(row.json)},"type":"project","uid":${uid}}`
    : `{"deleted_at":${JSON.stringify(row.deleted_at)},"id":${row.id},"merged_into":${JSON.stringify(row.merged_into)},"type":"deleted","uid":${uid}}`
}

const make = Effect.gen(function* () {
  const database = yield* Database
  const { sql } = database

  const read = (caller: CallerShape, since: string, limit: number) =>
    Effect.gen(function* () {
      const cursor = since === "" ? undefined : ChangeCursor.read(since)
      if (since !== "" && cursor === undefined) return yield* gone("Unknown")
      const { epoch } = database
      // One change more than asked for tells whether there is more.
      const account = yield* database.read(ChangeQuery.read(sql, caller, cursor?.position ?? 0, limit + 1))
      if (account === undefined) return yield* gone("Unknown")
      const reason = cursor === undefined ? undefined : fault(cursor, epoch, account)
      if (reason !== undefined) return yield* gone(reason)
      const rows = account.rows.slice(0, limit)
      const more = account.rows.length > limit
      const position = more ? (rows.at(-1)?.position ?? 0) : account.position
      return { rows, more, next: { epoch, account: account.tag, position, from: cursor?.from ?? account.position } }
    })

  const since: ProjectChangesShape["since"] = (caller, since, limit) =>
    Effect.map(read(caller, since, limit), ({ more, next, rows }) => ({ changes: rows.map(render), cursor: ChangeCursor.write(next), more }))

  const follow: ProjectChangesShape["follow"] = (caller, since, limit) =>
    Effect.map(read(caller, since, limit), ({ more, next, rows }) => {
      const cursor = ChangeCursor.write(ChangeCursor.settled(next))
      const changes = rows.map((row, index) => ({
        json: render(row),
        cursor: index === rows.length - 1 ? cursor : ChangeCursor.write(ChangeCursor.settled({ ...next, position: row.position }))
      }))
      return { changes, cursor, more, position: next.position }
    })

  const latest: ProjectChangesShape["latest"] = (caller) =>
    Effect.flatMap(database.read(ChangeQuery.read(sql, caller, Number.MAX_SAFE_INTEGER, 1)), (account) => {
      if (account === undefined) return gone("Unknown")
      const { position, tag } = account
      return Effect.succeed({ changes: [], cursor: ChangeCursor.write({ epoch: database.epoch, account: tag, position, from: position }), more: false, position })
    })

  return ProjectChanges.of({ since, follow, latest, prune: TombstonePruning.prune(database) })
})

/**
 * The feed of a database.
 *
 * @example
 * ```ts
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as ProjectChanges from "@dev-infra/work-prod-server/ProjectChanges"
 * import * as Layer from "effect/Layer"
 *
 * const database = LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: true })
 * export const feed = ProjectChanges.layer.pipe(Layer.provide(database))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<ProjectChanges, never, Database> = Layer.effect(ProjectChanges, make)
