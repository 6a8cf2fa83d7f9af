/**
 * What differs between two states of a project.
 *
 * @module
 */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"

/** A field with what it was and what it is; null where it had or has no value. @category models */
export interface FieldChange {
  readonly field: string
  readonly before: JsonValue
  readonly after: JsonValue
}

// Projects are read from JSON, so that the value of any key is one.
const valueOf = (project: Project, field: string): JsonValue => (Object.hasOwn(project, field) ? ((project[field] ?? null) as JsonValue) : null)

/** Whether two values are the same as JSON; the order of keys in an object counts. @category predicates */
export const sameValue = (left: JsonValue, right: JsonValue): boolean => left === right || JSON.stringify(left) === JSON.stringify(right)

/**
 * The fields that differ, in the order of `after`; those that are gone come last.
 *
 * @example
 * ```ts
 * import * as FieldChange from "@dev-infra/registry/FieldChange"
 * import type { Project } from "@dev-infra/metadata/Project"
 *
 * export const renamed = (before: Project, after: Project) =>
 *   FieldChange.between(before, after).some((change) => change.field === "name")
 * ```
 *
 * @category combinators
 */
export const between = (before: Project, after: Project): ReadonlyArray<FieldChange> =>
  [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((field) => {
    const [old, current] = [valueOf(before, field), valueOf(after, field)]
    return sameValue(old, current) ? [] : [{ field, before: old, after: current }]
  })
