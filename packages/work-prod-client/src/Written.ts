/**
 * What became of fields that were sent: work-prod 0.3.0 drops project_type and every field that it does not know without a word.
 *
 * @module
 */
import { isObject, type JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import type { RemoteProject } from "./RemoteProject.js"

/** The project as it is stored, and the names of the fields that were sent but are not stored so. @category models */
export interface Written {
  readonly project: RemoteProject
  readonly dropped: ReadonlyArray<string>
}

/** Whether two JSON values are the same, whatever the order of keys. */
const isSame = (left: unknown, right: unknown): boolean => {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    const others: ReadonlyArray<unknown> = right
    return left.length === right.length && left.every((element, index) => isSame(element, others[index]))
  }
  if (!isObject(left) || !isObject(right)) return false
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
}

/** The value that a server stores for one that was sent. */
const stored = (field: string, value: unknown): unknown => {
  if ((field === "path" || field === "remote_url") && value === "") return null
  if (field === "uid" && typeof value === "string") return value.toLowerCase()
  if (field === "metadata") return value === null ? {} : value
  if (typeof value === "number") return String(value)
  if (typeof value === "boolean") return value ? "1" : "0"
  return value
}

/**
 * Compares an answer with what was sent.
 *
 * @param sent the fields of the request; undefined ones and `recreate` do not count
 * @param project the project of the answer
 * @category constructors
 */
export const compare = (sent: JsonObject, project: RemoteProject): Written => {
  const row: JsonObject = { ...project }
  const dropped = Object.entries(sent)
    .filter(([field, value]) => value !== undefined && field !== "recreate" && !isSame(row[field], stored(field, value)))
    .map(([field]) => field)
  return { project, dropped }
}
