/**
 * Merging a list of projects that comes from elsewhere into the registry.
 *
 * @module
 */
import { normalise } from "@dev-infra/metadata/RepositoryUrl"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import * as ProjectEntry from "@dev-infra/metadata/ProjectEntry"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type EntryProblem, isObject, type JsonObject, labelOf, orderKeys, type ProjectPatch, type RegistryEdit } from "./RegistryEdit.js"

/** How an import goes about it. @category models */
export interface ImportOptions {
  /** Say what would be done, change nothing. */
  readonly dryRun?: boolean
  /** Where both sides have a value and they differ, take the import's. Default: keep what is here. */
  readonly overwrite?: boolean
}

/** A field of which both sides have a value and they differ; `index` is the place in the list that was imported, from 0. @category models */
export interface ImportDifference {
  readonly index: number
  readonly project: Project
  readonly field: string
  readonly here: JsonValue
  readonly imported: JsonValue
}

/** What an import did. `kept` lists differences in which the value that was here stands. @category models */
export interface ImportReport {
  readonly added: ReadonlyArray<Project>
  readonly updated: ReadonlyArray<Project>
  readonly unchanged: ReadonlyArray<Project>
  readonly kept: ReadonlyArray<ImportDifference>
  /** entries that are no projects; `index` is the place in the list that was imported, counted from 0 */
  readonly refused: ReadonlyArray<EntryProblem>
}

/** Keys that say which project an entry is; they are never overwritten by an import. */
const identityKeys = new Set(["id", "path", "checkouts"])

const isMadeUp = (field: string, value: JsonValue | undefined): boolean =>
  (field === "template" || field === "version") && value === "unknown"

const same = (left: JsonValue | undefined, right: JsonValue | undefined): boolean => JSON.stringify(left) === JSON.stringify(right)

interface Found {
  readonly byId: Map<string, Project>
  readonly byPath: Map<string, Project>
  readonly byRepository: Map<string, Project>
}

const remember = (found: Found, project: Project): void => {
  found.byId.set(project.id, project)
  for (const path of [project.path, ...(project.checkouts ?? [])]) found.byPath.set(path, project)
  if (project.repository !== undefined) found.byRepository.set(normalise(project.repository), project)
}

const lookUp = (found: Found, entry: JsonObject): Project | undefined => {
  const { id, path, repository } = entry
  return (
    (typeof id === "string" ? found.byId.get(id.toLowerCase()) : undefined) ??
    (typeof path === "string" ? found.byPath.get(path) : undefined) ??
    (typeof repository === "string" ? found.byRepository.get(normalise(repository)) : undefined)
  )
}

/** What an entry would change of a project, and where the value that is here stands. */
const compare = (project: Project, entry: JsonObject, index: number, overwrite: boolean) => {
  const patch: Record<string, JsonValue> = {}
  const kept: Array<ImportDifference> = []
  const here = project as JsonObject // a decoded project holds nothing but JSON
  for (const [field, imported] of Object.entries(entry)) {
    const before = here[field]
    if (identityKeys.has(field) || imported === null || isMadeUp(field, imported) || same(before, imported)) continue
    if (before === undefined || isMadeUp(field, before) || overwrite) patch[field] = imported
    else if (field === "tags" && Array.isArray(before) && Array.isArray(imported)) {
      const union = [...new Set([...before, ...imported])]
      if (!same(union, before)) patch[field] = union
    } else kept.push({ index, project, field, here: before, imported })
  }
  const path = entry["path"]
  const known = [project.path, ...(project.checkouts ?? [])]
  if (typeof path === "string" && !known.some((one) => one === path)) patch["checkouts"] = [...known.slice(1), path]
  return { patch: patch as ProjectPatch, kept } // built from JSON values only
}

/**
 * Merge entries into an edit of the registry. An entry is a known project if its id, its folder or its repository (in that
 * order) is known; then it fills in what is missing here, and a folder that is not known becomes one more checkout.
 * Entries that are no projects are refused, each with its reason.
 *
 * @category merging
 */
export const mergeEntries = (
  edit: RegistryEdit,
  entries: ReadonlyArray<JsonValue>,
  options: ImportOptions & { readonly today: string; readonly newId: Effect.Effect<ProjectId> }
): Effect.Effect<ImportReport> =>
  Effect.gen(function* () {
    const found: Found = { byId: new Map(), byPath: new Map(), byRepository: new Map() }
    for (const project of edit.projects) remember(found, project)
    const added: Array<Project> = []
    const updated = new Map<ProjectId, Project>()
    const unchanged = new Map<ProjectId, Project>()
    const kept: Array<ImportDifference> = []
    const refused: Array<EntryProblem> = []
    const refuse = (index: number, entry: JsonValue, problems: ReadonlyArray<ProjectEntry.FieldProblem>) => {
      refused.push({ index, problems, ...labelOf(entry) })
    }
    for (const [index, entry] of entries.entries()) {
      if (!isObject(entry)) {
        refuse(index, entry, [{ field: "", message: "an entry is an object with at least a path" }])
        continue
      }
      const id = typeof entry["id"] === "string" ? entry["id"].toLowerCase() : yield* options.newId
      const complete = { template: "unknown", version: "unknown", status: "active", created: options.today, ...entry, id }
      const decoded = ProjectEntry.decode(complete, { machineId: "" })
      if (decoded._tag === "Refused") {
        refuse(index, entry, decoded.problems)
        continue
      }
      const project = lookUp(found, entry)
      if (project === undefined) {
        const appended = edit.append(orderKeys({ ...complete, name: decoded.project.name, path: decoded.project.path }))
        if (Either.isLeft(appended)) refuse(index, entry, appended.left.problems)
        else {
          added.push(appended.right)
          remember(found, appended.right)
        }
        continue
      }
      const difference = compare(project, entry, index, options.overwrite ?? false)
      kept.push(...difference.kept)
      const patched = edit.patch(project, difference.patch)
      if (Either.isLeft(patched)) refuse(index, entry, patched.left.problems)
      else if (Object.keys(difference.patch).length === 0) unchanged.set(project.id, project)
      else {
        updated.set(project.id, patched.right)
        remember(found, patched.right)
      }
    }
    const isNew = new Set(added.map((project) => project.id))
    const settled = (projects: Map<ProjectId, Project>, others: ReadonlySet<ProjectId>) =>
      Array.from(projects.values()).filter((project) => !others.has(project.id))
    return {
      added: added.map((project) => edit.get(project.id) ?? project),
      updated: settled(updated, isNew),
      unchanged: settled(unchanged, new Set([...isNew, ...updated.keys()])),
      kept,
      refused
    }
  })
