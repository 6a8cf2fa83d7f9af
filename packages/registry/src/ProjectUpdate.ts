/**
 * Change fields of projects where they live: in a project's own file if the file states the field, and in the registry.
 *
 * All or nothing: every file is read and every value is checked before anything is written, and if a write fails, the files
 * that were written before it get their former values back.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
import type { MetadataEditRefused, MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import { type Classification, type JsonValue, type Project, ProjectInvalid, type ProjectStatus, type ProjectType } from "@dev-infra/metadata/Project"
import type { MetadataPatch } from "@dev-infra/metadata/ProjectMetadata"
import { hasCredentials, normalise } from "@dev-infra/metadata/RepositoryUrl"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as ArchivedStatus from "./ArchivedStatus.js"
import { type FieldChange, sameValue } from "./FieldChange.js"
import { type ChangeOptions, Registry, type WriteError } from "./Registry.js"
import type { ProjectPatch } from "./RegistryEdit.js"
import type { ProjectNotFound } from "./RegistryError.js"

/** The fields that may be without a value. @category models */
export const clearableFields = ["description", "organization", "classification", "project_type", "repository", "tags"] as const
/** One of {@link clearableFields}. @category models */
export type ClearableField = (typeof clearableFields)[number]

/** What to change; what is absent stays. @category models */
export interface ProjectChanges {
  readonly name?: string
  readonly description?: string
  readonly organization?: string
  readonly classification?: Classification
  readonly project_type?: ProjectType
  /** `restored`: an archived project gets the status that it had before */
  readonly status?: ProjectStatus | "restored"
  readonly template?: string
  readonly version?: string
  readonly repository?: string
  readonly addTags?: ReadonlyArray<string>
  readonly removeTags?: ReadonlyArray<string>
  /** happens before tags are added */
  readonly clear?: ReadonlyArray<ClearableField>
  /** the folder that the project now lies in; a folder that it had before is forgotten, unless the two only change places */
  readonly path?: AbsolutePath
}

/** What became of one project. `file` is its own file, if that was written too. @category models */
export interface UpdateOutcome {
  readonly project: Project
  /** what differs now, `before` as the project's own file said it where it states the field; empty if all was so already */
  readonly changes: ReadonlyArray<FieldChange & { readonly inFile: boolean }>
  readonly file?: string
}

/** What can go wrong. @category errors */
export type UpdateError =
  | ProjectNotFound
  | ProjectInvalid
  | MetadataInvalid
  | MetadataUnavailable
  | MetadataEditRefused
  | FileFailure
  | LockUnavailable
  | WriteError

type Document = Option.Option<MetadataDocument.MetadataDocument>

const plainFields = ["name", "description", "organization", "classification", "project_type", "template", "version", "repository"] as const

/** Fields that a project's own file may state. */
const fileFields = new Set(["name", "description", "organization", "classification", "project_type", "template", "version", "status", "tags"])

const states = (document: Document, field: string): boolean =>
  fileFields.has(field) && Option.isSome(document) && Object.hasOwn(document.value.metadata, field)

/** A value with absent, null and an empty list told as one: nothing. */
const orNull = (value: unknown): JsonValue => {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null
  // The fields asked for here are texts and lists of texts.
  return value as JsonValue
}

const stored = (project: Project, field: string): JsonValue => (Object.hasOwn(project, field) ? orNull(project[field]) : null)

/** The value that counts: what the file states, else what the registry has. */
const current = (project: Project, document: Document, field: string): JsonValue =>
  Option.isSome(document) && states(document, field) ? orNull(document.value.metadata[field]) : stored(project, field)

const textsOf = (value: JsonValue): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : []

/** The values that the changes ask for, by field; null for none. */
const wanted = (project: Project, document: Document, changes: ProjectChanges): ReadonlyMap<string, JsonValue> => {
  const values = new Map<string, JsonValue>()
  for (const field of changes.clear ?? []) values.set(field, null)
  for (const field of plainFields) if (changes[field] !== undefined) values.set(field, changes[field])
  if (changes.status === "restored") {
    if (current(project, document, "status") === "archived") values.set("status", ArchivedStatus.statusBefore(project))
  } else if (changes.status !== undefined) values.set("status", changes.status)
  if (changes.addTags !== undefined || changes.removeTags !== undefined) {
    const before = values.has("tags") ? [] : textsOf(current(project, document, "tags"))
    const kept = before.filter((tag) => changes.removeTags?.includes(tag) !== true)
    values.set("tags", orNull([...new Set([...kept, ...(changes.addTags ?? [])])]))
  }
  return values
}

/** The URL that is given up, among those that the project had before. @category combinators */
export const formerRepositories = (project: Project, repository: JsonValue): ProjectPatch => {
  if (project.repository === undefined || project.repository === repository) return {}
  const before = textsOf(orNull(project["former_repositories"]))
  const former = normalise(project.repository)
  return before.includes(former) || (typeof repository === "string" && normalise(repository) === former) ? {} : { former_repositories: [...before, former] }
}

const pathPatch = (project: Project, path: AbsolutePath, existing: (paths: ReadonlyArray<string>) => ReadonlyArray<boolean>): ProjectPatch => {
  if (project.path === path) return {}
  const checkouts = project.checkouts ?? []
  if (!checkouts.includes(path)) return { path }
  const others = [...(existing([project.path])[0] === true ? [project.path] : []), ...checkouts.filter((checkout) => checkout !== path)]
  return { path, checkouts: others.length === 0 ? null : others }
}

const statusOf = (value: JsonValue | undefined): ProjectStatus | undefined =>
  ArchivedStatus.isStatus(value) ? value : undefined

const make = Effect.gen(function* () {
  const registry = yield* Registry
  const metadata = yield* MetadataFile
  const files = yield* LocalFiles

  const registryPatch = (document: Document, changes: ProjectChanges) => (project: Project): ProjectPatch => {
    const values = wanted(project, document, changes)
    const status = statusOf(values.get("status"))
    const repository = values.get("repository")
    return {
      ...Object.fromEntries([...values].filter(([field]) => field !== "status")),
      ...(status === undefined ? {} : ArchivedStatus.toStatus(project, status)),
      ...(repository === undefined ? {} : formerRepositories(project, repository)),
      ...(changes.path === undefined ? {} : pathPatch(project, changes.path, files.existing))
    }
  }

  const plan = (project: Project, changes: ProjectChanges) =>
    Effect.gen(function* () {
      const folder = changes.path ?? project.path
      const document: Document = yield* Effect.catchIf(
        metadata.read(folder),
        (failure) => failure._tag === "FileFailure" && (failure.reason === "NotFound" || failure.reason === "NotAFolder"),
        () => Effect.succeedNone
      )
      const values = wanted(project, document, changes)
      const inFile = Option.isNone(document)
        ? []
        : [...values].filter(([field, value]) => states(document, field) && !sameValue(current(project, document, field), value))
      const patch: MetadataPatch = Object.fromEntries(inFile)
      if (Option.isSome(document)) yield* MetadataDocument.set(document.value, patch)
      const fields = [...values].flatMap(([field, after]) => {
        const said = current(project, document, field)
        const before = sameValue(said, after) ? stored(project, field) : said
        return sameValue(before, after) ? [] : [{ field, before, after, inFile: Object.hasOwn(patch, field) }]
      })
      const moved = changes.path === undefined || changes.path === project.path ? [] : [{ field: "path", before: project.path, after: changes.path, inFile: false }]
      return { project, folder, document, patch, changes: [...fields, ...moved], registry: { id: project.id, patch: registryPatch(document, changes) } }
    })

  /** Write into the files; what was written is undone if that, or the registry, fails. */
  const write = (plans: ReadonlyArray<Effect.Effect.Success<ReturnType<typeof plan>>>) => {
    const written: Array<Effect.Effect<unknown>> = []
    return Effect.gen(function* () {
      for (const { document, folder, patch } of plans) {
        if (Option.isNone(document) || Object.keys(patch).length === 0) continue
        const former: MetadataPatch = Object.fromEntries(Object.keys(patch).map((field) => [field, document.value.metadata[field]]))
        yield* metadata.update(folder, patch)
        // The failure that led here is the one to tell; `refresh` shows what could not be undone.
        written.push(Effect.ignore(metadata.update(folder, former)))
      }
      return yield* registry.update(plans.map((each) => each.registry))
    }).pipe(Effect.onExit((exit) => (Exit.isFailure(exit) ? Effect.all(written, { discard: true }) : Effect.void)))
  }

  const check = (changes: ProjectChanges) =>
    Effect.gen(function* () {
      if (changes.repository !== undefined && hasCredentials(changes.repository)) {
        return yield* new ProjectInvalid({ problems: [{ field: "repository", message: "repository carries a password or token, which is never stored" }] })
      }
      if (changes.path === undefined) return
      yield* files.resolve(changes.path)
      const facts = yield* files.stat(changes.path)
      if (Option.isSome(facts) && facts.value.kind !== "Folder" && facts.value.kind !== "Link") {
        return yield* new ProjectInvalid({ problems: [{ field: "path", message: `path must be a folder, and ${changes.path} is none` }] })
      }
    })

  return (updates: ReadonlyArray<{ readonly project: Project; readonly changes: ProjectChanges }>, options: ChangeOptions) =>
    Effect.gen(function* () {
      yield* Effect.forEach(updates, ({ changes }) => check(changes), { discard: true })
      const plans = yield* Effect.forEach(updates, ({ changes, project }) => plan(project, changes))
      const checked = yield* registry.update(plans.map((each) => each.registry), { dryRun: true })
      const isNothing = plans.every((each) => each.changes.length === 0)
      const projects = options.dryRun === true || isNothing ? checked : yield* write(plans)
      return plans.map((each, at): UpdateOutcome => ({
        project: projects[at] ?? each.project,
        changes: each.changes,
        ...(Option.isSome(each.document) && Object.keys(each.patch).length > 0 ? { file: each.document.value.path } : {})
      }))
    })
})

/**
 * Change fields of projects.
 *
 * @param updates projects as the registry has them, with what to change
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as ProjectUpdate from "@dev-infra/registry/ProjectUpdate"
 *
 * export const tag = (projects: ReadonlyArray<Project>) =>
 *   ProjectUpdate.update(projects.map((project) => ({ project, changes: { addTags: ["backend"] } })))
 * ```
 *
 * @category changes
 */
export const update = (
  updates: ReadonlyArray<{ readonly project: Project; readonly changes: ProjectChanges }>,
  options: ChangeOptions = {}
): Effect.Effect<ReadonlyArray<UpdateOutcome>, UpdateError, Registry | MetadataFile | LocalFiles> =>
  Effect.flatMap(make, (change) => change(updates, options))
