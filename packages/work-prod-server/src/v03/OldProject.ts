/**
 * A project as work-prod 0.3.0 has it, from its list or from a row of its database.
 *
 * @module
 */
import { isObject, type JsonObject, readNew } from "@dev-infra/work-prod-api/ProjectInput"
import * as Either from "effect/Either"
import type { StoredProject } from "../projects/StoredProject.js"

/** What people write, beside the number and the times. `path` is on the machine of 0.3.0. */
export interface OldFields extends Omit<StoredProject, "uid" | "metadata"> {
  readonly path: string | null
}

/** Times as this server writes them. */
export interface OldProject {
  readonly id: number
  readonly created_at: string
  readonly updated_at: string
  readonly fields: OldFields
}

/** A project that cannot be taken over, with what it is known by. @category models */
export interface UnreadableProject {
  readonly id: number | null
  readonly name: string | null
  /** a sentence */
  readonly what: string
}

/** Without fraction: what is stored is in whole seconds. */
const timePattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|\+00:?00)?$/

const readTime = (value: unknown): string | undefined => {
  const [, day, time] = typeof value === "string" ? (timePattern.exec(value) ?? []) : []
  return day === undefined || time === undefined ? undefined : `${day}T${time}`
}

/** An empty name may stand there; everything else is as the contract of this server says. */
const readFields = (row: JsonObject): Either.Either<OldFields, string> => {
  const name = row["name"]
  if (typeof name !== "string") return Either.left("Name is required")
  const { classification, description, organization, path, project_type, remote_url, status } = row
  return Either.mapBoth(readNew({ name: name === "" ? "-" : name, classification, description, organization, path, project_type, remote_url, status: status ?? null }), {
    onLeft: ({ text }) => text,
    onRight: (read) => ({
      name,
      description: read.description,
      organization: read.organization,
      classification: read.classification,
      status: read.status,
      project_type: read.project_type,
      remote_url: read.remote_url,
      path: read.path
    })
  })
}

/**
 * Reads one project.
 *
 * @param row an element of the list, or a row with the same names
 * @category conversions
 */
export const read = (row: unknown): Either.Either<OldProject, UnreadableProject> => {
  if (!isObject(row)) return Either.left({ id: null, name: null, what: "it is no object" })
  const { id, name } = row
  const refuse = (what: string) => Either.left({ id: typeof id === "number" ? id : null, name: typeof name === "string" ? name : null, what })
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) return refuse("its id is no number that can be kept")
  const updated = readTime(row["updated_at"])
  const created = readTime(row["created_at"]) ?? updated
  if (created === undefined) return refuse("its created_at is no time")
  return Either.mapBoth(readFields(row), {
    onLeft: (what) => ({ id, name: typeof name === "string" ? name : null, what }),
    onRight: (fields) => ({ id, created_at: created, updated_at: updated ?? created, fields })
  })
}
