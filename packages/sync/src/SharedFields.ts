/**
 * The fields of a project that machines share, as values of JSON by name.
 *
 * Everything of a project is shared except where it lies on this machine, what this machine knows of the server, and what is below
 * the key `local`. Null, an absent key, an empty list, and the words `unknown` for template and version all mean *nothing known*.
 *
 * @module
 */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { isSame } from "@dev-infra/metadata/ProjectMetadata"
import { normalise, sameRepository } from "@dev-infra/metadata/RepositoryUrl"

/** Values by field. A field without a value is absent. @category models */
export type SharedFields = { readonly [field: string]: JsonValue }

/** What never leaves the machine as a shared field. @category constants */
export const machineFields: ReadonlySet<string> = new Set(["id", "path", "checkouts", "work_prod_id", "last_sync", "local"])

/** Sets: what one side adds and what the other adds come together. @category constants */
export const setFields: ReadonlySet<string> = new Set(["tags", "aliases", "former_repositories", "distinct_from"])

/** Sets that say who a project is: they only grow. @category constants */
export const growingFields: ReadonlySet<string> = new Set(["aliases", "former_repositories", "distinct_from"])

/** Whether a field is shared at all. @category predicates */
export const isShared = (field: string): boolean => !machineFields.has(field)

/** Whether a value says something. @category predicates */
export const isNothing = (field: string, value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (value === "unknown" && (field === "template" || field === "version"))

/** The value of a field, undefined if it says nothing. @category accessors */
export const valueOf = (fields: SharedFields, field: string): JsonValue | undefined => {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined
  return isNothing(field, value) ? undefined : value
}

/** The texts of a set, undefined and other values as none. @category accessors */
export const textsOf = (value: JsonValue | undefined): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : []

const sameSet = (left: JsonValue | undefined, right: JsonValue | undefined): boolean => {
  const [first, second] = [new Set(textsOf(left)), new Set(textsOf(right))]
  return first.size === second.size && [...first].every((item) => second.has(item))
}

/**
 * Whether two values of a field mean the same: URLs of repositories in any spelling, sets in any order, objects with keys in any
 * order.
 *
 * @category predicates
 */
export const isEqual = (field: string, left: JsonValue | undefined, right: JsonValue | undefined): boolean => {
  if (left === right) return true
  const [emptyLeft, emptyRight] = [isNothing(field, left), isNothing(field, right)]
  if (emptyLeft || emptyRight) return emptyLeft && emptyRight
  if (field === "repository" && typeof left === "string" && typeof right === "string") return sameRepository(left, right)
  if (setFields.has(field)) return sameSet(left, right)
  return typeof left === "object" && isSame(left, right)
}

/**
 * The shared fields of a project of the registry.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as SharedFields from "@dev-infra/sync/SharedFields"
 * import type { Project } from "@dev-infra/metadata/Project"
 *
 * export const describe = (project: Project) => SharedFields.ofProject(project)["description"]
 * ```
 */
export const ofProject = (project: Project): SharedFields => {
  const fields: { [field: string]: JsonValue } = {}
  for (const field of Object.keys(project)) {
    // A project is read from JSON, so that the value of any key is one.
    const value = project[field] as JsonValue | undefined
    if (value !== undefined && isShared(field) && !isNothing(field, value)) define(fields, field, value)
  }
  return fields
}

/** Sets also `__proto__` as an ordinary key. */
const define = (target: { [field: string]: JsonValue }, field: string, value: JsonValue): void => {
  if (field === "__proto__") Object.defineProperty(target, field, { value, enumerable: true, configurable: true, writable: true })
  else target[field] = value
}

/** The fields with some set or, where null, taken away. @category combinators */
export const patched = (fields: SharedFields, patch: { readonly [field: string]: JsonValue }): SharedFields => {
  const result: { [field: string]: JsonValue } = {}
  for (const field of Object.keys(fields)) {
    const value = fields[field]
    if (value !== undefined && !Object.hasOwn(patch, field)) define(result, field, value)
  }
  for (const field of Object.keys(patch)) {
    const value = patch[field]
    if (value !== undefined && value !== null) define(result, field, value)
  }
  return result
}

/** Whether two projects share all fields. @category predicates */
export const areEqual = (left: SharedFields, right: SharedFields): boolean => {
  for (const field of Object.keys(left)) if (!isEqual(field, left[field], right[field])) return false
  for (const field of Object.keys(right)) if (!Object.hasOwn(left, field) && !isNothing(field, right[field])) return false
  return true
}

/** The repository in the form in which repositories are compared, with the place inside it; none if there is none. @category accessors */
export const repositoryKey = (fields: SharedFields): string | undefined => {
  const repository = valueOf(fields, "repository")
  return typeof repository === "string" && repository !== "" ? normalise(repository) : undefined
}
