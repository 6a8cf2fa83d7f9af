/**
 * What a row holds of a project beside its columns, as JSON: in `metadata` on our server, in the envelope on 0.3.0.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import { isUuid } from "@dev-infra/metadata/ProjectRules"
import type { RemoteLocation } from "@dev-infra/sync/RemoteEntry"
import type { SharedFields } from "@dev-infra/sync/SharedFields"
import type { Overrides } from "./Columns.js"

/** The form in which extras are written. A later one is never read, and never written over. @category constants */
export const version = 1

/**
 * `fields` are those without a column, and those whose column does not give back the value. `uid`, `places` and `deleted` (ISO 8601) stand here
 * only where the server itself has no place for them.
 *
 * @category models
 */
export interface RowExtras extends Overrides {
  readonly uid: string | null
  readonly writes: { readonly [machine: string]: number }
  readonly places: ReadonlyArray<RemoteLocation>
  readonly deleted: string | null
}

/** Nothing beside the columns. @category constants */
export const none: RowExtras = { uid: null, fields: {}, without: [], as: {}, writes: {}, places: [], deleted: null }

/**
 * What was read. `Absent`: there is nothing of this program. `Damaged`: there was, but it cannot be read. `Newer`: a later version of this program
 * wrote it.
 *
 * @category models
 */
export type Reading =
  | { readonly _tag: "Read"; readonly extras: RowExtras }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Damaged" }
  | { readonly _tag: "Newer"; readonly version: number }

type Json = { readonly [key: string]: JsonValue }

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === "string"

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0

const isPlace = (value: unknown): value is RemoteLocation & Json =>
  isObject(value) && typeof value["path"] === "string" && isTextOrNull(value["machine"]) && isTextOrNull(value["name"])

const isTextList = (value: unknown): value is ReadonlyArray<string> => Array.isArray(value) && value.every((item) => typeof item === "string")

const isRecordOf = <A extends JsonValue>(value: unknown, is: (item: unknown) => item is A): value is { readonly [key: string]: A } =>
  isObject(value) && Object.values(value).every((item) => is(item))

const damaged: Reading = { _tag: "Damaged" }

/**
 * Reads what JSON.parse gave.
 *
 * @category conversions
 */
export const read = (value: unknown): Reading => {
  if (!isObject(value)) return damaged
  const { as = {}, deleted = null, fields = {}, places = [], uid = null, v, without = [], writes = {} } = value
  if (!isCount(v) || v < 1) return damaged
  if (v > version) return { _tag: "Newer", version: v }
  if (uid !== null && !(typeof uid === "string" && isUuid(uid))) return damaged
  if (!isObject(fields) || !isTextList(without) || !isRecordOf(as, isTextOrNull) || !isRecordOf(writes, isCount) || !isTextOrNull(deleted)) return damaged
  if (!Array.isArray(places)) return damaged
  const known = places.filter(isPlace)
  if (known.length !== places.length) return damaged
  return { _tag: "Read", extras: { uid, fields, without, as, writes, places: known, deleted } }
}

const isEmpty = (object: object): boolean => {
  for (const _ in object) return false
  return true
}

/**
 * The JSON of extras; what says nothing is left out.
 *
 * @category conversions
 */
export const write = ({ as, deleted, fields, places, uid, without, writes }: RowExtras): Json => ({
  v: version,
  ...(uid === null ? {} : { uid }),
  ...(isEmpty(fields) ? {} : { fields }),
  ...(without.length === 0 ? {} : { without }),
  ...(isEmpty(as) ? {} : { as }),
  ...(isEmpty(writes) ? {} : { writes }),
  ...(places.length === 0 ? {} : { places: places.map(({ machine, name, path }) => ({ machine, name, path })) }),
  ...(deleted === null ? {} : { deleted })
})

/** Fields that have no column, over those that have one. @category combinators */
export const withFields = (fields: SharedFields, columns: SharedFields, names: ReadonlySet<string>): SharedFields => {
  let isMixed = false
  for (const field in fields) if (names.has(field)) isMixed = true
  return { ...(isMixed ? Object.fromEntries(Object.entries(fields).filter(([field]) => !names.has(field))) : fields), ...columns }
}
