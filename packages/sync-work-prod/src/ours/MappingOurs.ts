/**
 * Rows of our server as entries of the index, and back.
 *
 * Everything without a column is in `metadata`, below a key of its own; what other tools keep there stays. Paths are the server's matter: it
 * has one for each machine.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import { pathOn, type RemoteContent, type RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { SharedFields } from "@dev-infra/sync/SharedFields"
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import * as Columns from "../row/Columns.js"
import * as RowExtras from "../row/RowExtras.js"
import { inUtc } from "../row/RowTime.js"

/** It keeps everything; the place inside a repository is no part of `remote_url`. */
const dialect: Columns.Dialect = { hasInner: false, drops: new Set() }

/** The key below which `metadata` holds what is this program's. */
const metadataKey = "dev_infra"

/**
 * What has to be known of a row to change it. `uid` is there if the entry has none although the row does, because what else was known
 * of the project is lost. `metadata` is that of others. `columns` are those that do not follow from the fields. `newer` is the version of
 * the extras if a later program wrote them.
 *
 * @category models
 */
export interface Native {
  readonly etag: string
  readonly uid?: string
  readonly metadata?: { readonly [key: string]: JsonValue }
  readonly columns?: Partial<Columns.Columns>
  readonly newer?: number
}

const readExtras = (metadata: JsonObject | null): RowExtras.Reading =>
  metadata === null || !Object.hasOwn(metadata, metadataKey) ? { _tag: "Absent" } : RowExtras.read(metadata[metadataKey])

const columnsOf = ({ classification, description, name, organization, project_type, remote_url, status }: RemoteProject): Columns.Columns => ({
  name,
  description,
  organization,
  classification,
  status,
  project_type,
  remote_url
})

/** The entry of a row. @category conversions */
export const entryOf = (project: RemoteProject): RemoteEntry => {
  const reading = readExtras(project.metadata)
  const extras = reading._tag === "Read" ? reading.extras : RowExtras.none
  const columns = columnsOf(project)
  const fields: SharedFields = RowExtras.withFields(extras.fields, Columns.decode(columns, extras, dialect), Columns.columnFields)
  const uid = reading._tag === "Read" ? project.uid : null
  return {
    key: String(project.id),
    createdAt: project.created_at,
    updatedAt: inUtc(project.updated_at),
    uid,
    fields,
    writes: extras.writes,
    locations: project.locations ?? [],
    deletedAt: null,
    native: nativeOf(project, reading, uid, fields, columns)
  }
}

const isEmpty = (object: object): boolean => {
  for (const _ in object) return false
  return true
}

/** What others keep in `metadata`; undefined if that is nothing. */
const othersOf = (metadata: JsonObject | null): { readonly [key: string]: JsonValue } | undefined => {
  let has = false
  for (const key in metadata) if (key !== metadataKey) has = true
  // It was read from JSON.
  return has ? (Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => key !== metadataKey)) as { readonly [key: string]: JsonValue }) : undefined
}

const nativeOf = (project: RemoteProject, reading: RowExtras.Reading, uid: string | null, fields: SharedFields, columns: Columns.Columns): JsonValue => {
  const others = othersOf(project.metadata)
  const unusual = Columns.unusual(fields, columns, dialect)
  return {
    etag: project.etag ?? "",
    ...(project.uid === null || project.uid === uid ? {} : { uid: project.uid }),
    ...(others === undefined ? {} : { metadata: others }),
    ...(isEmpty(unusual) ? {} : { columns: { ...unusual } }),
    ...(reading._tag === "Newer" ? { newer: reading.version } : {})
  }
}

/** What an entry holds of its row. @category accessors */
export const native = (entry: RemoteEntry): Native => entry.native as unknown as Native // made by `entryOf`; the engine gives it back as it was

/** The uid that the row has on the server. @category accessors */
export const uidOf = (entry: RemoteEntry): string | null => entry.uid ?? native(entry).uid ?? null

const presentOf = (entry: RemoteEntry): Columns.Present => ({
  fields: entry.fields,
  columns: { ...Columns.encode(entry.fields, dialect), ...native(entry).columns }
})

/**
 * The fields of a request that make a row hold this.
 *
 * @param entry the row as it was last seen; undefined for a new one
 * @param machine the id of the asking machine
 * @category conversions
 */
export const bodyOf = ({ fields, path, writes }: RemoteContent, entry: RemoteEntry | undefined, machine: string): JsonObject => {
  const { expected, wanted } = Columns.next(fields, entry === undefined ? undefined : presentOf(entry), dialect)
  const overrides = Columns.overrides(fields, expected, dialect)
  const body = {
    ...(entry === undefined ? Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null)) : wanted),
    metadata: metadataOf(fields, writes, overrides, entry)
  }
  const before = entry === undefined ? undefined : pathOn(entry, machine)
  return path === (before ?? null) ? body : { ...body, path }
}

const metadataOf = (fields: SharedFields, writes: RemoteContent["writes"], overrides: Columns.Overrides, entry: RemoteEntry | undefined): JsonObject => ({
  ...(entry === undefined ? {} : native(entry).metadata),
  [metadataKey]: RowExtras.write({ ...RowExtras.none, ...overrides, fields: RowExtras.withFields(fields, overrides.fields, Columns.columnFields), writes })
})

/**
 * The `metadata` that, beside columns which the server made something else of than was asked, still gives these fields. Undefined if nothing is
 * missing.
 *
 * @param project the row as the server answered
 * @category conversions
 */
export const repair = ({ fields, writes }: RemoteContent, project: RemoteProject): JsonObject | undefined => {
  const columns = columnsOf(project)
  if (Columns.areSame(fields, Columns.decode(columns, extrasOf(project), dialect))) return undefined
  return { metadata: metadataOf(fields, writes, Columns.overrides(fields, columns, dialect), entryOf(project)) }
}

const extrasOf = ({ metadata }: RemoteProject): Columns.Overrides => {
  const reading = readExtras(metadata)
  return reading._tag === "Read" ? reading.extras : RowExtras.none
}
