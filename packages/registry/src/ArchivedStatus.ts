/**
 * Putting a project away and bringing it back, as patches of its entry. What the status was is kept below `local`, so that
 * `restore` can give it back.
 *
 * @module
 */
import type { JsonValue, Project, ProjectStatus } from "@dev-infra/metadata/Project"
import { projectStatuses } from "@dev-infra/metadata/ProjectRules"
import type { ProjectPatch } from "./RegistryEdit.js"

const memory = "status_before_archive"

/** The object below the key `local` with a value set or, where null, taken away; null if nothing is left. */
const patchLocal = (project: Project, value: string | null): JsonValue => {
  const before = project["local"]
  // What is below `local` came out of JSON.parse, or is a value that was written as JSON.
  const entries: ReadonlyArray<[string, JsonValue]> = typeof before === "object" && before !== null && !Array.isArray(before) ? Object.entries(before) : []
  const next = [...entries.filter(([name]) => name !== memory), ...(value === null ? [] : [[memory, value] as const])]
  return next.length === 0 ? null : Object.fromEntries(next)
}

const remembered = (project: Project): string | undefined => {
  const local = project["local"]
  const before = typeof local === "object" && local !== null && memory in local ? local[memory] : undefined
  return typeof before === "string" ? before : undefined
}

/**
 * The patch that gives a project a status, with what `restore` needs to know. Empty if it has that status.
 *
 * @example
 * ```ts
 * import * as ArchivedStatus from "@dev-infra/registry/ArchivedStatus"
 * import type { Project } from "@dev-infra/metadata/Project"
 *
 * export const putAway = (paused: Project) => ArchivedStatus.toStatus(paused, "archived")
 * // { status: "archived", local: { status_before_archive: "paused" } }
 * ```
 *
 * @category patches
 */
export const toStatus = (project: Project, status: ProjectStatus): ProjectPatch => {
  if (project.status === status) return {}
  const before = status === "archived" && project.status !== "active" ? project.status : null
  return before === null && remembered(project) === undefined ? { status } : { status, local: patchLocal(project, before) }
}

/**
 * The status that an archived project gets back: the one it had, `active` if that is not known.
 *
 * @category patches
 */
export const statusBefore = (project: Project): ProjectStatus => {
  const before = remembered(project)
  return isStatus(before) && before !== "archived" ? before : "active"
}

/** The patch that brings an archived project back. Empty if it is not archived. @category patches */
export const restored = (project: Project): ProjectPatch => (project.status === "archived" ? toStatus(project, statusBefore(project)) : {})

/** Whether a value is the name of a status. @category predicates */
export const isStatus = (value: unknown): value is ProjectStatus => projectStatuses.some((status) => status === value)
