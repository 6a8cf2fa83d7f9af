/**
 * A project as any work-prod server tells it, read row by row: what an older server does not tell is null, and a value that
 * nobody knows yet is kept as it is.
 *
 * @module
 */
import { isObject, type JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/** Where one machine has the project. `machine` is null for callers that name none. @category models */
export interface RemoteLocation {
  readonly machine: string | null
  readonly name: string | null
  readonly path: string
}

/**
 * A project as the server tells it. `etag`, `metadata` and `locations` are null if the server has no such thing, as 0.3.0; `uid` is
 * null there too, and where no client has claimed the project. `classification`, `project_type` and `status` may hold words that
 * this program does not know. Times are text in UTC, mostly without a zone: `instant` reads them.
 *
 * @category models
 */
export interface RemoteProject {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly organization: string | null
  readonly classification: string | null
  readonly status: string
  readonly project_type: string | null
  readonly remote_url: string | null
  readonly path: string | null
  readonly created_at: string | null
  readonly updated_at: string | null
  readonly uid: string | null
  readonly etag: string | null
  readonly metadata: JsonObject | null
  readonly locations: ReadonlyArray<RemoteLocation> | null
}

/**
 * A row that is there but cannot be read: it must never be taken for a row that is gone. `id` and `uid` are null if not even they
 * can be read.
 *
 * @category models
 */
export interface UnreadableRow {
  readonly id: number | null
  readonly uid: string | null
  readonly fault: string
}

const kindOf = (value: unknown): string =>
  value === undefined ? "missing" : value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`

const isId = (value: unknown): value is number => Number.isSafeInteger(value)

const isLocation = (value: unknown): value is { readonly path: string; readonly machine?: unknown; readonly name?: unknown } =>
  isObject(value) && typeof value["path"] === "string"

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null)

type Read<A> = Either.Either<A, string>

const readMetadata = (value: unknown): Read<JsonObject | null> => {
  if (value === undefined || value === null) return Either.right(null)
  return isObject(value) ? Either.right(value) : Either.left(`metadata is ${kindOf(value)}, not an object`)
}

const readLocations = (value: unknown): Read<ReadonlyArray<RemoteLocation> | null> => {
  if (value === undefined || value === null) return Either.right(null)
  if (!Array.isArray(value)) return Either.left(`locations is ${kindOf(value)}, not a list`)
  const elements: ReadonlyArray<unknown> = value
  const locations = elements.filter(isLocation).map(({ machine, name, path }) => ({ machine: textOrNull(machine), name: textOrNull(name), path }))
  return locations.length === elements.length ? Either.right(locations) : Either.left("one of the locations has no path")
}

/** Fields that are text, or nothing. */
const optionalTexts = ["uid", "description", "organization", "classification", "project_type", "remote_url", "path", "created_at", "updated_at", "etag"] as const

const isOptionalText = (value: unknown): boolean => value === undefined || value === null || typeof value === "string"

/** Without generators: a first fetch reads tens of thousands of rows. */
const readRow = (row: JsonObject): Read<RemoteProject> => {
  const { id, name, status } = row
  if (!isId(id)) return Either.left(`id is ${kindOf(id)}, not a whole number`)
  if (typeof name !== "string") return Either.left(`name is ${kindOf(name)}, not text`)
  if (typeof status !== "string") return Either.left(`status is ${kindOf(status)}, not text`)
  for (const field of optionalTexts) if (!isOptionalText(row[field])) return Either.left(`${field} is ${kindOf(row[field])}, not text`)
  const metadata = readMetadata(row["metadata"])
  if (Either.isLeft(metadata)) return Either.left(metadata.left)
  const locations = readLocations(row["locations"])
  if (Either.isLeft(locations)) return Either.left(locations.left)
  const uid = textOrNull(row["uid"])
  return Either.right({
    id,
    name,
    description: textOrNull(row["description"]),
    organization: textOrNull(row["organization"]),
    classification: textOrNull(row["classification"]),
    status,
    project_type: textOrNull(row["project_type"]),
    remote_url: textOrNull(row["remote_url"]),
    path: textOrNull(row["path"]),
    created_at: textOrNull(row["created_at"]),
    updated_at: textOrNull(row["updated_at"]),
    uid: uid === null ? null : uid.toLowerCase(),
    etag: textOrNull(row["etag"]),
    metadata: metadata.right,
    locations: locations.right
  })
}

/**
 * Reads one row of an answer. Needed are `id`, `name` and `status`; any other field may be missing.
 *
 * @param row one element of what JSON.parse gave
 * @category conversions
 * @example
 * ```ts
 * import * as RemoteProject from "@dev-infra/work-prod-client/RemoteProject"
 * import * as Either from "effect/Either"
 *
 * const project = RemoteProject.read({ id: 7, name: "api", status: "active", created_at: "2026-11-21T07:00:00" })
 * const created = Either.map(project, (row) => RemoteProject.instant(row.created_at)) // 07:00 UTC
 * ```
 */
export const read = (row: unknown): Either.Either<RemoteProject, UnreadableRow> => {
  if (!isObject(row)) return Either.left({ id: null, uid: null, fault: `the row is ${kindOf(row)}, not an object` })
  const { id, uid } = row
  return Either.mapLeft(readRow(row), (fault) => ({ id: isId(id) ? id : null, uid: textOrNull(uid), fault }))
}

const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i

/**
 * The instant that a time of a server means: UTC where it says no zone. Fractions of seconds may be there. None if it is no time.
 *
 * @param time `created_at` or `updated_at`
 * @category conversions
 */
export const instant = (time: string | null): Option.Option<DateTime.Utc> =>
  time === null ? Option.none() : Option.map(DateTime.make(zoned.test(time) ? time : `${time.replace(" ", "T")}Z`), DateTime.toUtc)
