/**
 * Changes of many rows that nothing stands in the way of any more: written together, in few statements.
 *
 * @module
 */
import type { NewProject, ProjectPatch } from "@dev-infra/work-prod-api/ProjectInput"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { ProjectRow } from "./ProjectRows.js"
import type * as ProjectStatements from "./ProjectStatements.js"
import * as StoredProject from "./StoredProject.js"

/** A new project, or a row and what is changed of it. Its path is free or the row's own, and its uid stays as it is. */
export type FreeChange =
  | { readonly _tag: "Creation"; readonly project: NewProject }
  | { readonly _tag: "Update"; readonly row: ProjectRow; readonly patch: ProjectPatch }

/** What the changes of one caller need. */
export interface FreeChangesOptions {
  readonly sql: SqlClient.SqlClient
  readonly statements: ReturnType<typeof ProjectStatements.make>
  readonly account: number
  /** the number of the asking machine, which is made if need be */
  readonly machine: Effect.Effect<number, SqlError>
  /** the time of the changes, as it is stored */
  readonly now: Effect.Effect<string>
}

/** Rows of one INSERT: few, since each number of rows is a statement that is kept. */
const atOnce = 50

type Write =
  | { readonly _tag: "Creation"; readonly next: StoredProject.StoredProject; readonly path: string | null }
  | { readonly _tag: "Update"; readonly next: StoredProject.StoredProject; readonly path: string | null; readonly row: ProjectRow }

/** What is to be written for a change; nothing if all values are what they were. */
const writesOf = (change: FreeChange): ReadonlyArray<Write> => {
  if (change._tag === "Creation") return [{ _tag: "Creation", next: StoredProject.fromNew(change.project), path: change.project.path }]
  const { patch, row } = change
  const next = StoredProject.withPatch(row, patch)
  const path = patch.path === undefined ? row.path : patch.path
  return StoredProject.isSame(row, next) && path === row.path ? [] : [{ _tag: "Update", next, path, row }]
}

const isMoved = (write: Write): boolean => write.path !== (write._tag === "Update" ? write.row.path : null)

/**
 * Writes them. Each takes a position of its own, in their order.
 *
 * @param options whose rows they are
 * @param changes of projects that are all different, to paths that are all different
 */
export const write = ({ account, machine, now, sql, statements }: FreeChangesOptions, changes: ReadonlyArray<FreeChange>): Effect.Effect<void, SqlError> =>
  Effect.gen(function* () {
    const writes = changes.flatMap(writesOf)
    if (writes.length === 0) return
    const moved = writes.filter(isMoved)
    const machineId = moved.length === 0 ? 0 : yield* machine
    const first = (yield* statements.takePositions(writes.length, account)) - writes.length + 1
    const time = yield* now

    const values = writes.flatMap(({ _tag, next }, index) =>
      _tag === "Creation" ? [{ account_id: account, ...next, created_at: time, updated_at: time, version: 1, position: first + index }] : []
    )
    /** numbers of new rows by their positions */
    const created = new Map<number, number>()
    for (const some of Arr.chunksOf(values, atOnce)) {
      const made = yield* sql<{ readonly id: number; readonly position: number }>`INSERT INTO projects ${sql.insert(some)} RETURNING id, position`
      for (const { id, position } of made) created.set(position, id)
    }
    yield* statements.updateAll(
      account,
      writes.flatMap((write, index) => (write._tag === "Update" ? [{ id: write.row.id, project: write.next, position: first + index }] : [])),
      time
    )
    if (moved.length === 0) return
    const places = writes.flatMap((write, index) => {
      const id = write._tag === "Update" ? write.row.id : created.get(first + index)
      return id !== undefined && isMoved(write) ? [{ id, path: write.path }] : []
    })
    yield* Effect.forEach(places, ({ id, path }) => (path === null ? statements.unplace(account, id, machineId) : Effect.void), { discard: true })
    const located = places.flatMap(({ id, path }) => (path === null ? [] : [{ id, path }]))
    for (const some of sql.onDialectOrElse({ pg: () => [located], orElse: () => Arr.chunksOf(located, atOnce) })) yield* statements.placeAll(account, machineId, some)
  })
