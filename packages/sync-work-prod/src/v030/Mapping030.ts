/**
 * Rows of work-prod 0.3.0 as entries of the index, and back.
 *
 * Everything without a column is in the envelope at the end of `description`. `path` is one column for all machines: it shows the path of one of
 * them, or `machine:/path` where another row has that path; the envelope has all of them.
 *
 * @module
 */
import { isSame } from "@dev-infra/metadata/ProjectMetadata"
import type { RemoteContent, RemoteEntry, RemoteLocation } from "@dev-infra/sync/RemoteEntry"
import type { SharedFields } from "@dev-infra/sync/SharedFields"
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import * as Columns from "../row/Columns.js"
import * as Envelope from "../Envelope.js"
import * as RowExtras from "../row/RowExtras.js"
import { inUtc } from "../row/RowTime.js"

/** The machine that asks. @category models */
export interface AskingMachine {
  readonly uid: string
  readonly name: string
}

/** It drops `project_type` without a word. @category constants */
export const dialect: Columns.Dialect = { hasInner: true, drops: new Set(["project_type"]) }

/** A row taken apart. @category models */
export interface Row {
  readonly project: RemoteProject
  readonly columns: Columns.Columns
  readonly reading: RowExtras.Reading
  readonly extras: RowExtras.RowExtras
}

/** Takes a row apart. @category conversions */
export const open = (project: RemoteProject): Row => {
  const { classification, description, name, organization, project_type, remote_url, status } = project
  const { reading, text } = Envelope.open(description)
  return {
    project,
    columns: { name, description: text, organization, classification, status, project_type, remote_url },
    reading,
    extras: reading._tag === "Read" ? reading.extras : RowExtras.none
  }
}

/** A path that another row has, as it stands in the column. */
const withMachine = ({ name }: Pick<RemoteLocation, "name">, path: string): string => `${name ?? ""}:${path}`

const shows = (place: RemoteLocation, column: string): boolean => column === place.path || column === withMachine(place, place.path)

const locationsOf = ({ extras: { places }, project: { path } }: Row): ReadonlyArray<RemoteLocation> =>
  path === null || path === "" || places.some((place) => shows(place, path)) ? places : [...places, { machine: null, name: null, path }]

/** A deletion counts as long as nobody has given the row another status. */
const deletedAt = ({ columns, extras }: Row): string | null => (columns.status === "cancelled" ? extras.deleted : null)

/** The shared fields of a row. */
const fieldsOf = ({ columns, extras }: Row): SharedFields =>
  RowExtras.withFields(extras.fields, Columns.decode(columns, extras, dialect), Columns.columnFields)

/** The entry of a row. @category conversions */
export const entryOf = (row: Row): RemoteEntry => ({
  key: String(row.project.id),
  createdAt: row.project.created_at,
  updatedAt: inUtc(row.project.updated_at),
  uid: row.extras.uid,
  fields: fieldsOf(row),
  writes: row.extras.writes,
  locations: locationsOf(row),
  deletedAt: deletedAt(row),
  native: null
})

/** What the row of a project is to hold. `others` are the paths of machines that are to be there besides the row's own. @category models */
export interface Target {
  readonly uid: string
  readonly content: RemoteContent
  readonly deleted?: string
  readonly others?: ReadonlyArray<RemoteLocation>
}

/** Fields as they are sent, and the description that goes with them. @category models */
export type Body = { readonly [column: string]: string | null }

const placesOf = ({ content, others = [] }: Target, row: Row | undefined, { name, uid }: AskingMachine): ReadonlyArray<RemoteLocation> => {
  const own = row === undefined ? [] : row.extras.places
  const joined = [...own, ...others.filter(({ machine }) => !own.some((place) => place.machine === machine))].filter(({ machine }) => machine !== null && machine !== uid)
  return content.path === null ? joined : [...joined, { machine: uid, name, path: content.path }]
}

/**
 * What the column of the path is to be: as it is, as long as it shows where somebody has the project; else this machine's path, in the first form
 * that no other row has.
 */
const pathOf = (places: ReadonlyArray<RemoteLocation>, row: Row | undefined, self: AskingMachine, isTaken: (path: string) => boolean): string | null => {
  const before = row?.project.path ?? null
  if (before !== null && before !== "") {
    const own = row?.extras.places ?? []
    const isForeign = !own.some((place) => shows(place, before))
    if (isForeign || places.some((place) => shows(place, before))) return before
  }
  const shown = places.find(({ machine }) => machine === self.uid) ?? places[0]
  if (shown === undefined) return null
  return [shown.path, withMachine(shown, shown.path)].find((path) => !isTaken(path)) ?? null
}

/** What a deletion made of the status does not stay. */
const isRevived = ({ deleted }: Target, row: Row): boolean => deleted === undefined && deletedAt(row) !== null

/**
 * What to send so that a row holds this.
 *
 * @param row as it is; undefined for a new one
 * @param isTaken whether another row has a path in its column
 * @param drops columns that the server does not keep
 * @category conversions
 */
export const bodyOf = (target: Target, row: Row | undefined, self: AskingMachine, isTaken: (path: string) => boolean, drops: Columns.Dialect["drops"] = dialect.drops): Body => {
  const { content, deleted = null, uid } = target
  const present = row === undefined ? undefined : { fields: isRevived(target, row) ? { ...fieldsOf(row), status: row.columns.status } : fieldsOf(row), columns: row.columns }
  const { expected, wanted } = Columns.next(content.fields, present, { ...dialect, drops })
  const places = placesOf(target, row, self)
  const status = deleted === null ? {} : { status: "cancelled" }
  const columns: Columns.Columns = { ...expected, ...status }
  const path = deleted === null ? pathOf(places, row, self, isTaken) : null
  const description = Envelope.seal(columns.description, extrasOf(uid, content, columns, places, deleted))
  const body = { ...wanted, ...status, description, ...(path === (row?.project.path ?? null) ? {} : { path }) }
  return row === undefined ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) : body
}

const extrasOf = (
  uid: string,
  { fields, writes }: RemoteContent,
  columns: Columns.Columns,
  places: ReadonlyArray<RemoteLocation>,
  deleted: string | null
): RowExtras.RowExtras => {
  const { as, fields: kept, without } = Columns.overrides(fields, columns, dialect)
  return { uid, fields: RowExtras.withFields(fields, kept, Columns.columnFields), without, as, writes, places, deleted }
}

/** Columns that are not what was sent. @category accessors */
export const notKept = (body: Body, { columns }: Row): ReadonlyArray<Columns.Column> => {
  const sent: Body = { ...body, ...(body["description"] === undefined ? {} : { description: Envelope.open(body["description"]).text }) }
  return Columns.names.filter((column) => sent[column] !== undefined && sent[column] !== columns[column])
}

/** Whether a row says what it was to say. Its path is not looked at: the envelope has it. @category predicates */
export const holds = ({ content, deleted, uid }: Target, row: Row): boolean =>
  row.extras.uid === uid &&
  (deletedAt(row) !== null) === (deleted !== undefined) &&
  isSame(row.extras.writes, content.writes) &&
  isSame(fieldsOf(row), content.fields)
