/**
 * The feed of changes in memory.
 *
 * @module
 */
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { CursorGone } from "@dev-infra/work-prod-api/ProjectFailure"
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Either from "effect/Either"
import * as MemoryRows from "./MemoryRows.js"

interface Cursor {
  readonly position: number
  /** the position when the follower started: what was deleted before does not concern it */
  readonly from: number
  readonly epoch: string
}

const write = ({ epoch, from, position }: Cursor): string => `${position}-${from}-${epoch}`

const read = (text: string): Cursor | undefined => {
  const [, position, from, epoch] = /^(\d+)-(\d+)-(.*)$/s.exec(text) ?? []
  return epoch === undefined ? undefined : { position: Number(position), from: Number(from), epoch }
}

const faultOf = (view: MemoryRows.View, epoch: string, cursor: Cursor | undefined): CursorGone["reason"] | undefined => {
  if (cursor === undefined) return "Unknown"
  if (cursor.epoch !== epoch) return "OtherEpoch"
  const complete = Math.max(cursor.position, cursor.from)
  if (complete > view.tables.position) return "Unknown"
  return complete < view.tables.prunedPosition ? "Expired" : undefined
}

const change = (view: MemoryRows.View, id: number): JsonObject | undefined => {
  const row = view.tables.rows.get(id)
  if (row !== undefined) return { type: "project", id, uid: row.uid, project: MemoryRows.project(view, row) }
  const tombstone = view.tables.tombstones.get(id)
  return tombstone === undefined ? undefined : { type: "deleted", id, uid: tombstone.uid, deleted_at: tombstone.deleted_at, merged_into: tombstone.merged_into }
}

/**
 * The cursor after changes that began where a follower has read to; null if its cursor says nothing, or it had not read all before them.
 *
 * @param view who asks, after the changes
 * @param epoch the present life of the server's content
 * @param since the follower's cursor
 * @param before the position before the changes
 */
export const follow = (view: MemoryRows.View, epoch: string, since: string, before: number): string | null => {
  const cursor = read(since)
  return cursor === undefined || cursor.epoch !== epoch || cursor.position !== before ? null : write({ ...cursor, position: view.tables.position })
}

/** A page of changes, each with the cursor after it. */
export interface Page {
  readonly changes: ReadonlyArray<{ readonly change: JsonObject; readonly cursor: string }>
  readonly cursor: string
  readonly more: boolean
}

/** The cursor of somebody who wants to know nothing of what was before. */
export const end = ({ tables: { position } }: MemoryRows.View, epoch: string): string => write({ position, from: position, epoch })

/**
 * A page of changes.
 *
 * @param view who asks
 * @param epoch the present life of the server's content
 * @param since a cursor, or "" for everything
 * @param limit how many at most
 */
export const page = (view: MemoryRows.View, epoch: string, since: string, limit = Limits.pageSize): Either.Either<Page, CursorGone> => {
  const { order, position } = view.tables
  const cursor = since === "" ? { position: 0, from: position, epoch } : read(since)
  const fault = since === "" ? undefined : faultOf(view, epoch, cursor)
  if (cursor === undefined || fault !== undefined) return Either.left(new CursorGone({ reason: fault ?? "Unknown" }))
  const changes: Array<Page["changes"][number]> = []
  let last = cursor.position
  for (const [id, at] of order) {
    if (at <= cursor.position) continue
    if (changes.length === limit) return Either.right({ changes, cursor: write({ ...cursor, position: last }), more: true })
    const found = change(view, id)
    if (found !== undefined) changes.push({ change: found, cursor: write({ ...cursor, position: at }) })
    last = at
  }
  return Either.right({ changes, cursor: write({ ...cursor, position }), more: false })
}
