/**
 * What a work-prod server in memory keeps, and the one place where it changes.
 *
 * Rows are never changed but replaced, so a copy of the maps is a copy of everything.
 *
 * @module
 */
import type { Project } from "@dev-infra/work-prod-api/Project"
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"

/** A project. `paths` by machine; "" is the machine of all callers that name none. */
export interface Row {
  readonly id: number
  readonly uid: string | null
  readonly name: string
  readonly description: string | null
  readonly organization: string | null
  readonly classification: Project["classification"]
  readonly status: Project["status"]
  readonly project_type: Project["project_type"]
  readonly remote_url: string | null
  readonly metadata: JsonObject
  readonly paths: ReadonlyMap<string, string>
  readonly created_at: string
  readonly updated_at: string
  readonly version: number
}

/** A deleted project. */
export interface Tombstone {
  readonly id: number
  readonly uid: string | null
  readonly version: number
  readonly deleted_at: string
  readonly merged_into: string | null
}

/** What a batch with an idempotency key has done: results by the places of their items. Times in milliseconds since 1970. */
interface StoredBatch {
  readonly body: string
  readonly since: number
  readonly results: ReadonlyMap<number, JsonObject>
}

/** Everything. `order` has the ids of rows and tombstones in the order of their positions, which are its values. */
export interface Tables {
  readonly rows: Map<number, Row>
  readonly tombstones: Map<number, Tombstone>
  readonly idsByUid: Map<string, number>
  readonly idsByPath: Map<string, number>
  readonly urlCounts: Map<string, number>
  readonly deletions: Map<string, Tombstone>
  readonly machines: Map<string, string | null>
  readonly order: Map<number, number>
  readonly batches: Map<string, StoredBatch>
  position: number
  prunedPosition: number
  lastId: number
}

/** No projects. */
export const empty = (): Tables => ({
  rows: new Map(),
  tombstones: new Map(),
  idsByUid: new Map(),
  idsByPath: new Map(),
  urlCounts: new Map(),
  deletions: new Map(),
  machines: new Map(),
  order: new Map(),
  batches: new Map(),
  position: 0,
  prunedPosition: 0,
  lastId: 0
})

/** The same, which later changes do not reach. */
export const copy = (tables: Tables): Tables => ({
  ...tables,
  rows: new Map(tables.rows),
  tombstones: new Map(tables.tombstones),
  idsByUid: new Map(tables.idsByUid),
  idsByPath: new Map(tables.idsByPath),
  urlCounts: new Map(tables.urlCounts),
  deletions: new Map(tables.deletions),
  machines: new Map(tables.machines),
  order: new Map(tables.order),
  batches: new Map(tables.batches)
})

const pathKey = (machine: string, path: string): string => `${machine}\0${path}`

/** The project at a path of a machine. */
export const idAtPath = (tables: Tables, machine: string, path: string): number | undefined => tables.idsByPath.get(pathKey(machine, path))

const count = (counts: Map<string, number>, key: string, change: number): void => {
  const next = (counts.get(key) ?? 0) + change
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}

const unlink = (tables: Tables, row: Row): void => {
  if (row.uid !== null) tables.idsByUid.delete(row.uid)
  if (row.remote_url !== null) count(tables.urlCounts, row.remote_url, -1)
  for (const [machine, path] of row.paths) tables.idsByPath.delete(pathKey(machine, path))
}

const link = (tables: Tables, row: Row): void => {
  if (row.uid !== null) tables.idsByUid.set(row.uid, row.id)
  if (row.remote_url !== null) count(tables.urlCounts, row.remote_url, 1)
  for (const [machine, path] of row.paths) tables.idsByPath.set(pathKey(machine, path), row.id)
}

const takePosition = (tables: Tables, id: number): void => {
  tables.position += 1
  tables.order.delete(id)
  tables.order.set(id, tables.position)
}

/** Adds a row. */
export const insert = (tables: Tables, row: Row): void => {
  tables.rows.set(row.id, row)
  link(tables, row)
  takePosition(tables, row.id)
  tables.lastId = Math.max(tables.lastId, row.id)
}

/** Puts a row in the place of the one with its id. */
export const replace = (tables: Tables, row: Row, next: Row): void => {
  unlink(tables, row)
  // Set over the old one, so that rows stay in the order of their ids.
  tables.rows.set(next.id, next)
  link(tables, next)
  takePosition(tables, next.id)
}

/** Takes a row away; `tombstone` is remembered, where deletions are. */
export const remove = (tables: Tables, row: Row, tombstone: Tombstone | undefined): void => {
  unlink(tables, row)
  tables.rows.delete(row.id)
  tables.order.delete(row.id)
  if (tombstone === undefined) return
  tables.tombstones.set(row.id, tombstone)
  if (row.uid !== null) tables.deletions.set(row.uid, tombstone)
  takePosition(tables, row.id)
}
