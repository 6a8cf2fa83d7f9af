/**
 * Rules for rows: which uid, path and condition a change may have, and what the asking machine sees.
 *
 * @module
 */
import type { CallingMachine } from "@dev-infra/work-prod-api/Authentication"
import type { Condition } from "@dev-infra/work-prod-api/Batch"
import type { Project } from "@dev-infra/work-prod-api/Project"
import { PathTaken, PreconditionFailed, UidDeleted, UidFixed, UidTaken } from "@dev-infra/work-prod-api/ProjectFailure"
import type { NewProject, ProjectPatch } from "@dev-infra/work-prod-api/ProjectInput"
import * as Either from "effect/Either"
import * as MemoryTables from "./MemoryTables.js"
import type { Row, Tables } from "./MemoryTables.js"

/** One request's view of a server: who asks, and when. `now` as in `created_at`. `isOld`: as 0.3.0 does it. */
export interface View {
  readonly tables: Tables
  readonly machine: CallingMachine
  readonly now: string
  readonly isOld: boolean
}

type Changed<A> = Either.Either<A, PathTaken | UidTaken | UidFixed | UidDeleted>

const machineOf = ({ isOld, machine }: View): string => (isOld ? "" : (machine.uid ?? ""))

/** The row as it is sent to the asking machine. */
export const project = (view: View, row: Row): Project => ({
  classification: row.classification,
  created_at: row.created_at,
  description: row.description,
  etag: String(row.version),
  id: row.id,
  locations: [...view.tables.machines].flatMap(([machine, name]) => {
    const path = row.paths.get(machine)
    return path === undefined ? [] : [{ machine: machine === "" ? null : machine, name, path }]
  }),
  metadata: row.metadata,
  name: row.name,
  organization: row.organization,
  path: row.paths.get(machineOf(view)) ?? null,
  project_type: row.project_type,
  remote_url: row.remote_url,
  status: row.status,
  uid: row.uid,
  updated_at: row.updated_at
})

/** The row of a uid. */
export const byUid = ({ tables }: View, uid: string): Row | undefined => {
  const id = tables.idsByUid.get(uid)
  return id === undefined ? undefined : tables.rows.get(id)
}

/** Fails unless the row is as the condition demands; without a row, only an etag is a demand that is not met. */
export const check = (view: View, row: Row | undefined, condition: Condition): Either.Either<void, PreconditionFailed> => {
  const holds = condition._tag === "Any" || (condition._tag === "None" ? row === undefined : row !== undefined && String(row.version) === condition.etag)
  return holds ? Either.void : Either.left(new PreconditionFailed({ project: row === undefined ? null : project(view, row) }))
}

/**
 * The version that a row with this uid goes on from. The deletion loses the uid, since the feed is about to tell of the row; so this
 * is the last that may fail.
 */
const claim = (view: View, uid: string, recreate: boolean): Changed<number> => {
  const live = byUid(view, uid)
  if (live !== undefined) return Either.left(new UidTaken({ project: project(view, live) }))
  const { deletions, tombstones } = view.tables
  const gone = deletions.get(uid)
  if (gone === undefined) return Either.right(0)
  if (!recreate) return Either.left(new UidDeleted({ uid, deletedAt: gone.deleted_at }))
  deletions.delete(uid)
  tombstones.set(gone.id, { ...gone, uid: null })
  return Either.right(gone.version)
}

/** Fails if another project is at a path of the asking machine. `own`: the project that may be there. */
export const checkPath = (view: View, path: string, own: number | undefined): Changed<void> => {
  const taken = MemoryTables.idAtPath(view.tables, machineOf(view), path)
  const row = taken === undefined || taken === own ? undefined : view.tables.rows.get(taken)
  return row === undefined ? Either.void : Either.left(new PathTaken({ project: project(view, row) }))
}

/** Stores the asking machine, and its name as it now is. */
const noteMachine = (view: View): void => {
  const machine = machineOf(view)
  const { machines } = view.tables
  if (view.machine.name !== null || !machines.has(machine)) machines.set(machine, machine === "" ? null : view.machine.name)
}

const withPath = (view: View, paths: ReadonlyMap<string, string>, path: string | null): ReadonlyMap<string, string> => {
  const next = new Map(paths)
  if (path === null) next.delete(machineOf(view))
  else next.set(machineOf(view), path)
  return next
}

/** JSON with the keys of objects in order, so that equal values are equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1))) : inner
  )

/** Adds a project. In 0.3.0 the number of the last one, if it was deleted, comes again. */
export const insert = (view: View, { path, recreate, ...fields }: NewProject): Changed<Row> =>
  Either.gen(function* () {
    const { tables } = view
    if (path !== null) {
      yield* checkPath(view, path, undefined)
      noteMachine(view)
    }
    const version = fields.uid === null ? 0 : yield* claim(view, fields.uid, recreate)
    const row: Row = {
      ...fields,
      id: tables.lastId + 1,
      paths: withPath(view, new Map(), path),
      created_at: view.now,
      updated_at: view.now,
      version: version + 1
    }
    MemoryTables.insert(tables, row)
    return row
  })

/** Changes a project; not at all, if all values are what they were. */
export const update = (view: View, row: Row, { path: given, recreate, ...patch }: ProjectPatch): Changed<Row> =>
  Either.gen(function* () {
    const before = row.paths.get(machineOf(view)) ?? null
    const path = given === undefined ? before : given
    const next: Row = { ...row, ...patch }
    const { metadata, paths: _, ...fields } = next
    const isSame = path === before && Object.entries(fields).every(([field, value]) => value === row[field as keyof typeof fields]) // the keys are those of the row
    if (isSame && (metadata === row.metadata || canonical(metadata) === canonical(row.metadata))) return row
    if (row.uid !== null && next.uid !== row.uid) return yield* Either.left(new UidFixed({ project: project(view, row) }))
    if (path !== before) {
      if (path !== null) yield* checkPath(view, path, row.id)
      noteMachine(view)
    }
    const version = next.uid === null || next.uid === row.uid ? 0 : yield* claim(view, next.uid, recreate)
    const paths = path === before ? row.paths : withPath(view, row.paths, path)
    const changed: Row = { ...next, paths, version: Math.max(row.version, version) + 1, updated_at: view.now }
    MemoryTables.replace(view.tables, row, changed)
    return changed
  })

/** Deletes a project, and remembers it unless 0.3.0 is meant. */
export const remove = (view: View, row: Row, mergedInto: string | null): void => {
  const { isOld, now, tables } = view
  const tombstone = { id: row.id, uid: row.uid, version: row.version + 1, deleted_at: now, merged_into: mergedInto }
  MemoryTables.remove(tables, row, isOld ? undefined : tombstone)
  if (isOld && row.id === tables.lastId) tables.lastId = [...tables.rows.keys()].reduce((highest, id) => Math.max(highest, id), 0)
}

/** Gives the locations of one row to another, where that has none for the machine. Gives the other row. */
export const moveLocations = (view: View, from: Row, to: Row): Row => {
  const moved = [...from.paths].filter(([machine]) => !to.paths.has(machine))
  if (moved.length === 0) return to
  const left: Row = { ...from, paths: new Map([...from.paths].filter(([machine]) => to.paths.has(machine))) }
  MemoryTables.replace(view.tables, from, left)
  const joined: Row = { ...to, paths: new Map([...to.paths, ...moved]), version: to.version + 1, updated_at: view.now }
  MemoryTables.replace(view.tables, to, joined)
  return joined
}
