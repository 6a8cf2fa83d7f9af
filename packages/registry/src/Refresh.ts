/**
 * Reading the projects' own files and git remotes again: what they say wins over the registry.
 *
 * A field that the file states replaces the registry's value, a cleared one removes it, and one that the file does not
 * mention stays. A git remote is only compared: the repository of a project is set when it is registered and changed only on
 * purpose. Where the primary folder is gone for good, another checkout takes its place. Every value that is replaced goes to
 * the log before the registry is written.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { JsonValue, Project, ProjectInvalid } from "@dev-infra/metadata/Project"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import { sameRepository, split, withInner } from "@dev-infra/metadata/RepositoryUrl"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Discovery } from "./Discovery.js"
import { type FieldChange, sameValue } from "./FieldChange.js"
import { type Override, OverrideLog } from "./OverrideLog.js"
import { readAll } from "./ProjectStatement.js"
import { formerRepositories } from "./ProjectUpdate.js"
import type { Statement, StatementProblem } from "./Registration.js"
import { Registry, type WriteError } from "./Registry.js"
import type { ProjectPatch } from "./RegistryEdit.js"
import type { ProjectNotFound } from "./RegistryError.js"

/** A git remote that is not the repository of the registry. @category models */
export interface RemoteDifference {
  readonly registered: string | undefined
  readonly found: string
}

/** A change with what it comes from: the project's own file, or the folder whose git remote was accepted. @category models */
export interface SourcedChange extends FieldChange {
  readonly source: string
}

/** What refreshing one project comes to. @category models */
export interface ProjectRefresh {
  readonly project: Project
  /** what the registry takes over, field by field */
  readonly changes: ReadonlyArray<SourcedChange>
  /** a remote that differs and was not accepted */
  readonly remote?: RemoteDifference
  /** every folder of the project is gone, or its disk is not there; nothing could be read */
  readonly isMissing: boolean
  /** the project's own file cannot be read; its values of before stand */
  readonly problem?: StatementProblem
}

/** How to go about it. @category models */
export interface RefreshOptions {
  /** Take over git remotes that differ from the registered repository. */
  readonly accept?: boolean
}

const isNothing = (value: JsonValue): boolean => value === null || (Array.isArray(value) && value.length === 0)

// a project comes from JSON, and so does every value of it
const valueOf = (project: Project, field: string): JsonValue => (Object.hasOwn(project, field) ? ((project[field] ?? null) as JsonValue) : null)

/** The fields that the registry cannot be without: clearing one in the file means that it is not known. */
const withoutValue: { readonly [field: string]: JsonValue } = { template: "unknown", version: "unknown", status: "active" }

const fileChanges = (project: Project, { fields }: Statement): ReadonlyArray<FieldChange> =>
  Object.entries(fields).flatMap(([field, stated]) => {
    const before = valueOf(project, field)
    if (field === "name" && stated === null) return []
    const after = stated ?? withoutValue[field] ?? null
    return sameValue(before, after) || (isNothing(before) && isNothing(after)) ? [] : [{ field, before, after: isNothing(after) ? null : after }]
  })

const aliasChanges = (project: Project, statement: Statement): ReadonlyArray<FieldChange> => {
  if (statement.id === undefined || statement.id === project.id) return []
  const known = Array.isArray(project["aliases"]) ? project["aliases"].filter((alias): alias is string => typeof alias === "string") : []
  return known.includes(statement.id) ? [] : [{ field: "aliases", before: valueOf(project, "aliases"), after: [...known, statement.id] }]
}

const compareRemote = (project: Project, found: string, place: string | undefined): { readonly difference?: RemoteDifference; readonly accepted?: string } => {
  const registered = project.repository === undefined ? undefined : split(project.repository)
  if (registered !== undefined && sameRepository(registered.url, found)) return {}
  const inner = registered?.inner ?? place
  return {
    difference: { registered: project.repository, found },
    accepted: inner === undefined || inner === "" ? found : withInner(found, inner)
  }
}

const patchChanges = (project: Project, patch: ProjectPatch): ReadonlyArray<FieldChange> =>
  Object.entries(patch).map(([field, after]) => ({ field, before: valueOf(project, field), after }))

/** Where a project is to be read, and what has to change for that to be its primary folder. */
interface Place {
  readonly path: AbsolutePath
  readonly patch: ProjectPatch
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

/**
 * The place of each project; none if it is missing. Another checkout is promoted only if the folder around the primary one is
 * still there: else a disk may just not be mounted.
 */
const placesOf = (
  projects: ReadonlyArray<Project>,
  existing: (paths: ReadonlyArray<string>) => ReadonlyArray<boolean>
): ReadonlyArray<Place | undefined> => {
  const exists = existing(projects.map((project) => project.path))
  return projects.map((project, index) => {
    if (exists[index] === true) return { path: project.path, patch: {} }
    const checkouts = project.checkouts ?? []
    if (checkouts.length === 0 || existing([parentOf(project.path)])[0] !== true) return undefined
    const there = existing(checkouts)
    const path = checkouts.find((_checkout, at) => there[at] === true)
    if (path === undefined) return undefined
    const rest = checkouts.filter((checkout) => checkout !== path)
    return { path, patch: { path, checkouts: rest.length === 0 ? null : rest } }
  })
}

/**
 * What refreshing projects would change, in their order; nothing is written.
 *
 * @param projects as the registry has them
 * @example
 * ```ts
 * import * as Refresh from "@dev-infra/registry/Refresh"
 * import { Registry } from "@dev-infra/registry/Registry"
 * import * as Effect from "effect/Effect"
 *
 * export const refreshAll = Effect.gen(function* () {
 *   const registry = yield* Registry
 *   const { projects } = yield* registry.list()
 *   const refreshes = yield* Refresh.examine(projects)
 *   return yield* Refresh.apply(refreshes)
 * })
 * ```
 * @category refreshing
 */
export const examine = (
  projects: ReadonlyArray<Project>,
  options: RefreshOptions = {}
): Effect.Effect<ReadonlyArray<ProjectRefresh>, never, Discovery | LocalFiles | MetadataFile> =>
  Effect.gen(function* () {
    const discovery = yield* Discovery
    const files = yield* LocalFiles
    const places = placesOf(projects, files.existing)
    const folders = places.flatMap((place) => (place === undefined ? [] : [place.path]))
    const hasFile = files.existing(folders.map((folder) => `${folder}/${metadataFileName}`))
    const { problems, statements } = yield* readAll(folders.filter((_folder, index) => hasFile[index] === true))
    const problemsByFolder = new Map(problems.map((problem) => [problem.folder, problem]))
    return yield* Effect.forEach(projects, (project, index) =>
      Effect.gen(function* () {
        const place = places[index]
        if (place === undefined) return { project, changes: [], isMissing: true } satisfies ProjectRefresh
        const statement = statements.get(place.path)
        const found = yield* discovery.inspect(place.path)
        const remote = found._tag === "Found" && found.repository !== undefined ? compareRemote(project, found.repository, found.inner) : {}
        const accepted = options.accept === true ? remote.accepted : undefined
        const problem = problemsByFolder.get(place.path)
        const from = (source: string) => (change: FieldChange): SourcedChange => ({ ...change, source })
        return {
          project,
          changes: [
            ...patchChanges(project, place.patch).map(from(place.path)),
            ...(statement === undefined ? [] : [...fileChanges(project, statement), ...aliasChanges(project, statement)].map(from(statement.path))),
            ...(accepted === undefined ? [] : patchChanges(project, { repository: accepted, ...formerRepositories(project, accepted) }).map(from(place.path)))
          ],
          isMissing: false,
          ...(remote.difference === undefined || accepted !== undefined ? {} : { remote: remote.difference }),
          ...(problem === undefined ? {} : { problem })
        } satisfies ProjectRefresh
      })
    )
  })

const patchOf = (changes: ReadonlyArray<FieldChange>): ProjectPatch => Object.fromEntries(changes.map(({ after, field }) => [field, after]))

/** Only what is still as it was logged: a value that came meanwhile is not in the log, so it stays until the next refresh. */
const patchIfUnchanged =
  (changes: ReadonlyArray<FieldChange>) =>
  (project: Project): ProjectPatch =>
    patchOf(changes.filter(({ before, field }) => sameValue(valueOf(project, field), before)))

/**
 * Write what {@link examine} found into the registry, in one write, after every value that is replaced has been logged. A value
 * that somebody else changed since it was examined stays.
 *
 * @returns the projects that were changed, as they are now
 * @category refreshing
 */
export const apply = (
  refreshes: ReadonlyArray<ProjectRefresh>
): Effect.Effect<
  ReadonlyArray<Project>,
  ProjectNotFound | ProjectInvalid | FileFailure | LockUnavailable | WriteError,
  Registry | OverrideLog
> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const log = yield* OverrideLog
    const changed = refreshes.filter(({ changes }) => changes.length > 0)
    if (changed.length === 0) return []
    const patches = changed.map(({ changes, project }) => ({ id: project.id, patch: patchOf(changes) }))
    // A value that is not allowed is found before anything is logged.
    yield* registry.update(patches, { dryRun: true })
    const time = new Date(yield* Clock.currentTimeMillis).toISOString()
    const overridden = changed.flatMap(({ changes, project }) =>
      changes
        .filter(({ before }) => !isNothing(before))
        .map(({ after, before, field, source }): Override => ({
          time, command: "refresh", id: project.id, name: project.name, field, old: before, new: after, source
        }))
    )
    yield* log.append(overridden)
    return yield* registry.update(changed.map(({ changes, project }) => ({ id: project.id, patch: patchIfUnchanged(changes) })))
  })
