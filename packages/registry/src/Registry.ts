/**
 * The local index of projects: what is known of every project on this machine, and the operations on it.
 *
 * Identity: a project is recognised by its folder, then by the id in its own file, then by its repository and the place
 * inside it (`Identity.ts`). A known project in a new folder has *moved* if the old folder is gone while the folder above it
 * still exists (an unmounted disk is no move); otherwise the new folder is one more checkout of it.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import { IdGenerator } from "@dev-infra/metadata/IdGenerator"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { ProjectInvalid } from "@dev-infra/metadata/Project"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import * as ArchivedStatus from "./ArchivedStatus.js"
import { type Candidate, IdentityIndex, inOrderOfPrecedence, repositoryOf } from "./Identity.js"
import { Machine, type MachineIdentity, type MachineUnreadable } from "./Machine.js"
import { fits, isAt, type ProjectFilter, sortBy, type SortField } from "./ProjectFilter.js"
import { resolve } from "./ProjectReference.js"
import { decodeDocument, type JsonObject, type Listing, needsMachineId, orderKeys, type ProjectPatch, RegistryEdit } from "./RegistryEdit.js"
import { type AmbiguousProject, IdentityConflict, ProjectNotFound } from "./RegistryError.js"
import { type ImportOptions, type ImportReport, mergeEntries } from "./RegistryImport.js"
import { type RegistryDocument, RegistryStore, type RegistryReadError, type RegistryWriteError } from "./RegistryStore.js"

/** What can go wrong when projects are read. @category errors */
export type ReadError = RegistryReadError | MachineUnreadable
/** What can go wrong when projects are changed. @category errors */
export type WriteError = RegistryWriteError | MachineUnreadable

/** What `add` did with a candidate. @category models */
export type AddOutcome =
  | { readonly _tag: "Added"; readonly project: Project; readonly path: AbsolutePath }
  | { readonly _tag: "AlreadyRegistered"; readonly project: Project; readonly path: AbsolutePath }
  | { readonly _tag: "Moved"; readonly project: Project; readonly path: AbsolutePath; readonly from: AbsolutePath }
  | { readonly _tag: "CheckoutAdded"; readonly project: Project; readonly path: AbsolutePath }
  | { readonly _tag: "Refused"; readonly path: AbsolutePath; readonly reason: IdentityConflict | ProjectInvalid }

/** How `add` goes about it. @category models */
export interface AddOptions {
  /**
   * For a folder that carries the id of a registered project but has another repository: `refuse` it (default), take it for
   * the `same` project, or register it as another one under a `new-id`. With `new-id` a folder that has nothing but the id in
   * common with a project is another one too.
   */
  readonly onConflict?: "refuse" | "same" | "new-id"
  /** Say what would be done, change nothing. The ids of new projects are made up, unless they are to be kept. */
  readonly dryRun?: boolean
  /** With a dry run: give new projects ids that may be kept, for whoever writes a file first and registers then. */
  readonly keepIds?: boolean
}

/** How a change goes about it. @category models */
export interface ChangeOptions {
  /** Say what would be done, change nothing. */
  readonly dryRun?: boolean
}

/** A project to change, and how. @category models */
export interface UpdateTarget {
  readonly id: ProjectId
  readonly patch: ProjectPatch | ((project: Project) => ProjectPatch)
}

/** A project to forget, or with `path` only one of its folders. @category models */
export interface RemoveTarget {
  readonly id: ProjectId
  readonly path?: AbsolutePath
}

/** A project that turned out to be known elsewhere under the id `to`. @category models */
export interface IdentityChange {
  readonly id: ProjectId
  readonly to: ProjectId
  readonly keepAlias: boolean
}

/** What `remove` did. `Promoted`: the primary folder was removed, another checkout took its place. @category models */
export type RemoveOutcome =
  | { readonly _tag: "Removed"; readonly project: Project }
  | { readonly _tag: "CheckoutRemoved"; readonly project: Project; readonly path: AbsolutePath }
  | { readonly _tag: "Promoted"; readonly project: Project; readonly path: AbsolutePath }

/**
 * The index of projects.
 *
 * @example
 * ```ts
 * import { Registry } from "@dev-infra/registry/Registry"
 * import * as Effect from "effect/Effect"
 *
 * const names = Effect.gen(function* () {
 *   const registry = yield* Registry
 *   const { projects } = yield* registry.list({ filter: { status: ["active"] }, sort: "name" })
 *   return projects.map((project) => project.name)
 * })
 * ```
 *
 * @category tags
 */
export class Registry extends Context.Tag("@dev-infra/registry/Registry")<
  Registry,
  {
    /** Register folders, in one write for all of them. The outcomes come in the order of `candidates`. On a dry run the ids of new projects are provisional. */
    readonly add: (
      candidates: ReadonlyArray<Candidate>,
      options?: AddOptions
    ) => Effect.Effect<ReadonlyArray<AddOutcome>, WriteError>
    /** The project with an id. */
    readonly get: (id: ProjectId) => Effect.Effect<Project, ProjectNotFound | ReadError>
    /** By id, beginning of an id, name or path (see `ProjectReference.resolve`); `folder` is what relative paths start from. */
    readonly find: (
      reference: string,
      options: { readonly folder: string }
    ) => Effect.Effect<Project, ProjectNotFound | AmbiguousProject | ReadError>
    /** The projects that fit, in the order of the file unless `sort` names a field, and the entries that are no projects. */
    readonly list: (options?: {
      readonly filter?: ProjectFilter
      readonly sort?: SortField
    }) => Effect.Effect<Listing, ReadError>
    /**
     * Set fields of projects, in one write; `null` clears. A function gets the project as it then is. All or nothing: one value
     * that is wrong and nothing changes.
     */
    readonly update: (
      patches: ReadonlyArray<UpdateTarget>,
      options?: ChangeOptions
    ) => Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | ProjectInvalid | WriteError>
    /** Put projects away: status `archived`. What the status was is kept for `restore`. */
    readonly archive: (ids: ReadonlyArray<ProjectId>, options?: ChangeOptions) => Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | ProjectInvalid | WriteError>
    /** Bring archived projects back to the status they had, `active` if that is not known. */
    readonly restore: (ids: ReadonlyArray<ProjectId>, options?: ChangeOptions) => Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | ProjectInvalid | WriteError>
    /** Forget projects, or with `path` only one of their folders. Nothing outside the registry is touched. */
    readonly remove: (
      targets: ReadonlyArray<RemoveTarget>,
      options?: ChangeOptions
    ) => Effect.Effect<ReadonlyArray<RemoveOutcome>, ProjectNotFound | ProjectInvalid | WriteError>
    /**
     * Give projects other ids, in one write. The former id becomes an alias with `keepAlias`, so that the project is still found by it. One whose
     * new id another project has stays as it is.
     */
    readonly reidentify: (changes: ReadonlyArray<IdentityChange>) => Effect.Effect<ReadonlyArray<Project>, WriteError>
    /** The whole document, losing nothing: also the entries that are no projects. */
    readonly export: Effect.Effect<RegistryDocument, RegistryReadError>
    /** Merge entries by identity: id, then folder, then repository. See {@link ImportOptions}. */
    readonly import: (
      entries: ReadonlyArray<JsonValue>,
      options?: ImportOptions
    ) => Effect.Effect<ImportReport, WriteError>
    /** Emits when anybody, this process or another, changed the registry. */
    readonly changes: Stream.Stream<void, RegistryReadError>
  }
>() {}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

/** The calendar day of a moment (milliseconds since 1970) in the time zone of this process. */
const localDay = (millis: number): string => {
  const date = new Date(millis)
  const two = (number: number) => String(number).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The beginning of ids that are made up: in a UUID of version 8 all other digits mean what its maker wants. */
const provisional = "00000000-0000-8000-8000-"

/** Whether an id was only made up for a dry run: the project will get another one. @category predicates */
export const isProvisional = (id: ProjectId): boolean => id.startsWith(provisional)

/** Ids for projects that only would be registered: a search need not load the system's random numbers for them. */
const provisionalIds = (): Effect.Effect<ProjectId> => {
  let count = 0
  return Effect.sync(() => {
    count += 1
    // hexadecimal digits in the places of a UUID: a valid id
    return `${provisional}${count.toString(16).padStart(12, "0")}` as ProjectId
  })
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1) || path

const make = Effect.gen(function* () {
  const store = yield* RegistryStore
  const machine = yield* Machine
  const files = yield* LocalFiles
  const ids = yield* IdGenerator

  /** The machine's id costs a read of its own, so it is asked for only where an entry without an id needs it. */
  const machineIdFor = <E>(document: RegistryDocument, identify: Effect.Effect<MachineIdentity, E>) =>
    needsMachineId(document) ? Effect.map(identify, ({ id }): string => id) : Effect.succeed("")

  const listing = Effect.gen(function* () {
    const document = yield* store.read
    return decodeDocument(document, yield* machineIdFor(document, machine.identify))
  })

  /** A dry run only reads: it takes no lock and needs no place that can be written. */
  const edit = <A, E>(change: (edit: RegistryEdit) => Effect.Effect<A, E>, dryRun = false) =>
    dryRun
      ? Effect.gen(function* () {
          const document = yield* store.read
          return yield* change(new RegistryEdit(document, yield* machineIdFor(document, machine.identify)))
        })
      : store.modify((document) =>
          Effect.gen(function* () {
            const registryEdit = new RegistryEdit(document, yield* machineIdFor(document, machine.ensure))
            const result = yield* change(registryEdit)
            return [result, registryEdit.document] as const
          })
        )

  const hasMoved = (from: string) => {
    const [there, parentThere] = files.existing([from, parentOf(from)])
    return there === false && parentThere === true
  }

  const newEntry = (candidate: Candidate, id: ProjectId, today: string): JsonObject => {
    const repository = repositoryOf(candidate)
    return orderKeys({
      template: "unknown",
      version: "unknown",
      created: today,
      status: "active",
      name: nameOf(candidate.path),
      ...candidate.derived,
      ...(repository === undefined ? {} : { repository }),
      ...candidate.fields,
      id,
      path: candidate.path
    })
  }

  const register = (registryEdit: RegistryEdit, index: IdentityIndex, candidate: Candidate, id: ProjectId, today: string) =>
    Either.match(registryEdit.append(newEntry(candidate, id, today)), {
      onLeft: (reason): AddOutcome => ({ _tag: "Refused", path: candidate.path, reason }),
      onRight: (project): AddOutcome => {
        index.put(project)
        return { _tag: "Added", project, path: candidate.path }
      }
    })

  const placeAgain = (registryEdit: RegistryEdit, index: IdentityIndex, candidate: Candidate, known: Project) =>
    Effect.sync(() => {
      const moved = hasMoved(known.path)
      const checkouts = known.checkouts ?? []
      const aliases = aliasesWith(known, candidate)
      const patch: ProjectPatch = moved
        ? { path: candidate.path, ...aliases }
        : { checkouts: [...checkouts, candidate.path], ...aliases }
      return Either.match(registryEdit.patch(known, patch), {
        onLeft: (reason): AddOutcome => ({ _tag: "Refused", path: candidate.path, reason }),
        onRight: (project): AddOutcome => {
          index.put(project)
          return moved
            ? { _tag: "Moved", project, path: candidate.path, from: known.path }
            : { _tag: "CheckoutAdded", project, path: candidate.path }
        }
      })
    })

  const addOne = (
    registryEdit: RegistryEdit,
    index: IdentityIndex,
    candidate: Candidate,
    { nextId, onConflict, today }: { readonly nextId: Effect.Effect<ProjectId>; readonly onConflict: "refuse" | "same" | "new-id"; readonly today: string }
  ): Effect.Effect<AddOutcome> => {
    const match = index.match(candidate)
    const asNew = (id: Effect.Effect<ProjectId>) => Effect.map(id, (newId) => register(registryEdit, index, candidate, newId, today))
    switch (match._tag) {
      case "SamePlace":
        return Effect.succeed({ _tag: "AlreadyRegistered", project: match.project, path: candidate.path })
      case "SameProject":
        // Only the id says that it is this project: a copied folder, which shall be one of its own.
        return onConflict === "new-id" && candidate.id !== undefined && index.match(withoutId(candidate))._tag === "New"
          ? asNew(nextId)
          : placeAgain(registryEdit, index, candidate, match.project)
      case "New":
        return asNew(candidate.id === undefined ? nextId : Effect.succeed(candidate.id))
      case "Contradicts":
        if (onConflict === "same") return placeAgain(registryEdit, index, candidate, match.project)
        if (onConflict === "new-id") return asNew(nextId)
        return Effect.succeed({ _tag: "Refused", path: candidate.path, reason: conflictOf(candidate, match.project) })
    }
  }

  const add = (candidates: ReadonlyArray<Candidate>, options: AddOptions = {}) =>
    edit(
      (registryEdit) =>
        Effect.gen(function* () {
          const index = new IdentityIndex(registryEdit.projects)
          const outcomes = new Map<Candidate, AddOutcome>()
          const how = {
            nextId: options.dryRun === true && options.keepIds !== true ? provisionalIds() : ids.next,
            onConflict: options.onConflict ?? "refuse",
            today: localDay(yield* Clock.currentTimeMillis)
          }
          for (const candidate of inOrderOfPrecedence(candidates)) {
            outcomes.set(candidate, yield* addOne(registryEdit, index, candidate, how))
          }
          return candidates.flatMap((candidate) => outcomes.get(candidate) ?? [])
        }),
      options.dryRun
    )

  const existing = (registryEdit: RegistryEdit, id: ProjectId) => {
    const project = registryEdit.get(id)
    return project === undefined ? Effect.fail(new ProjectNotFound({ reference: id, suggestions: [] })) : Effect.succeed(project)
  }

  const update = (patches: ReadonlyArray<UpdateTarget>, options: ChangeOptions = {}) =>
    edit((registryEdit) =>
      Effect.forEach(patches, ({ id, patch: given }) =>
        Effect.gen(function* () {
          const project = yield* existing(registryEdit, id)
          const patch = typeof given === "function" ? given(project) : given
          if (patch["id"] !== undefined && patch["id"] !== id) {
            return yield* new ProjectInvalid({ problems: [{ field: "id", message: "the id of a project never changes" }] })
          }
          const path = patch["path"]
          const other = typeof path === "string" ? registryEdit.projects.find((one) => one.id !== id && isAt(one, path)) : undefined
          if (other !== undefined) {
            return yield* new ProjectInvalid({ problems: [{ field: "path", message: `path is taken by the project ${JSON.stringify(other.name)}` }] })
          }
          return yield* registryEdit.patch(project, patch)
        })
      ), options.dryRun)

  const setStatus = (ids: ReadonlyArray<ProjectId>, options: ChangeOptions, patchFor: (project: Project) => ProjectPatch) =>
    edit((registryEdit) =>
      Effect.forEach(ids, (id) =>
        Effect.flatMap(existing(registryEdit, id), (project) => registryEdit.patch(project, patchFor(project)))
      ), options.dryRun)

  const removeOne = (registryEdit: RegistryEdit, id: ProjectId, path: AbsolutePath | undefined) =>
    Effect.gen(function* () {
      const project = yield* existing(registryEdit, id)
      const checkouts = project.checkouts ?? []
      if (path !== undefined && path !== project.path) {
        if (!checkouts.includes(path)) return yield* new ProjectNotFound({ reference: path, suggestions: [] })
        const rest = checkouts.filter((checkout) => checkout !== path)
        const changed = yield* registryEdit.patch(project, { checkouts: rest.length === 0 ? null : rest })
        return { _tag: "CheckoutRemoved", project: changed, path } satisfies RemoveOutcome
      }
      const [next, ...rest] = checkouts
      if (path !== undefined && next !== undefined) {
        const changed = yield* registryEdit.patch(project, { path: next, checkouts: rest.length === 0 ? null : rest })
        return { _tag: "Promoted", project: changed, path } satisfies RemoveOutcome
      }
      registryEdit.remove(project)
      return { _tag: "Removed", project } satisfies RemoveOutcome
    })

  return Registry.of({
    add,
    get: (id) =>
      Effect.flatMap(listing, ({ projects }) => {
        const project = projects.find((one) => one.id === id)
        return project === undefined ? Effect.fail(new ProjectNotFound({ reference: id, suggestions: [] })) : Effect.succeed(project)
      }),
    find: (reference, { folder }) => Effect.flatMap(listing, ({ projects }) => resolve(projects, reference, folder)),
    list: ({ filter, sort } = {}) =>
      Effect.map(listing, ({ problems, projects }) => {
        const kept = filter === undefined || Object.keys(filter).length === 0 ? projects : projects.filter((project) => fits(project, filter))
        return { projects: sort === undefined ? kept : sortBy(kept, sort), problems }
      }),
    update,
    archive: (ids, options = {}) => setStatus(ids, options, (project) => ArchivedStatus.toStatus(project, "archived")),
    restore: (ids, options = {}) => setStatus(ids, options, ArchivedStatus.restored),
    remove: (targets, options = {}) =>
      edit((registryEdit) => Effect.forEach(targets, ({ id, path }) => removeOne(registryEdit, id, path)), options.dryRun),
    reidentify: (changes) =>
      edit((registryEdit) =>
        Effect.sync(() =>
          changes.flatMap(({ id, keepAlias, to }) => {
            const project = registryEdit.get(id)
            return project === undefined ? [] : [registryEdit.reidentify(project, to, keepAlias)]
          })
        )
      ),
    export: store.read,
    import: (entries, options = {}) =>
      edit((registryEdit) => Effect.flatMap(Clock.currentTimeMillis, (now) =>
        mergeEntries(registryEdit, entries, { ...options, today: localDay(now), newId: ids.next })
      ), options.dryRun),
    changes: store.changes
  })
})

const conflictOf = (candidate: Candidate, known: Project): IdentityConflict => {
  const repository = repositoryOf(candidate)
  return new IdentityConflict({
    id: known.id,
    path: candidate.path,
    registeredPath: known.path,
    ...(repository === undefined ? {} : { repository }),
    ...(known.repository === undefined ? {} : { registeredRepository: known.repository })
  })
}

const withoutId = ({ id: _id, ...rest }: Candidate): Candidate => rest

/** A second id for a project that is known under another one is remembered beside it: files are not rewritten. */
const aliasesWith = (known: Project, candidate: Candidate): ProjectPatch => {
  if (candidate.id === undefined || candidate.id === known.id) return {}
  const before = known["aliases"]
  const aliases = Array.isArray(before) ? before.filter((alias): alias is string => typeof alias === "string") : []
  return aliases.includes(candidate.id) ? {} : { aliases: [...aliases, candidate.id] }
}

/**
 * The registry over a store. `Machine` gives ids to entries written by hand without one, `LocalFiles` tells moved folders
 * from further checkouts.
 *
 * @example
 * ```ts
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
 * import * as Machine from "@dev-infra/registry/Machine"
 * import * as Registry from "@dev-infra/registry/Registry"
 * import * as RegistryStore from "@dev-infra/registry/RegistryStore"
 * import * as Layer from "effect/Layer"
 *
 * const inMemory = Registry.layer.pipe(
 *   Layer.provide([RegistryStore.layerMemory(), Machine.layerMemory, IdGenerator.layerMemory, LocalFiles.layerMemory()])
 * )
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<Registry, never, RegistryStore | Machine | LocalFiles | IdGenerator> = Layer.effect(Registry, make)
