/**
 * The local index of projects.
 *
 * @module
 */
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AmbiguousProject, IdentityConflict, ProjectNotFound } from "./RegistryError.js"
import type { RegistryReadError, RegistryWriteError } from "./RegistryStore.js"

/** An entry of the file that is not a project: kept as it is, reported, in nobody's way. `index` counts from 0. @category models */
export interface EntryProblem {
  readonly index: number
  /** the key that is wrong, e.g. `status`; none if the entry is no object */
  readonly field?: string
  readonly detail: string
  /** `name` or `path` of the entry where it has one */
  readonly label?: string
}

/** @category models */
export interface Listing {
  readonly projects: ReadonlyArray<Project>
  readonly problems: ReadonlyArray<EntryProblem>
}

/** Keep only projects that fit everything named here. @category models */
export interface ProjectFilter {
  readonly status?: ReadonlyArray<Project["status"]>
  readonly template?: ReadonlyArray<string>
  /** all of these tags */
  readonly tags?: ReadonlyArray<string>
  readonly organization?: ReadonlyArray<string>
  readonly repository?: string
  readonly name?: string
  readonly path?: string
}

/** @category models */
export type SortField = "name" | "path" | "created" | "status" | "template" | "organization"

/**
 * A folder to register: what was found there (name, repository) and what the user or its own file says.
 * `metadata` holds only what the project's file states; `discovered` only what was made up from the folder.
 *
 * @category models
 */
export interface Candidate {
  readonly path: AbsolutePath
  readonly kind: "repository" | "worktree" | "bare" | "folder"
  /** of a worktree: the main checkout */
  readonly mainPath?: AbsolutePath
  readonly repository?: string
  /** of a project inside another's repository: its place below the repository's root, e.g. `packages/api` */
  readonly inner?: string
  readonly id?: ProjectId
  readonly fields: Partial<Omit<Project, "id" | "path">>
}

/** What `add` did with a candidate. @category models */
export type AddOutcome =
  | { readonly _tag: "Added"; readonly project: Project }
  | { readonly _tag: "AlreadyRegistered"; readonly project: Project; readonly path: AbsolutePath }
  | { readonly _tag: "Moved"; readonly project: Project; readonly from: AbsolutePath }
  | { readonly _tag: "CheckoutAdded"; readonly project: Project; readonly path: AbsolutePath }
  | { readonly _tag: "Refused"; readonly path: AbsolutePath; readonly conflict: IdentityConflict }

/** Values to set; `null` clears an optional field. @category models */
export type ProjectPatch = { readonly [K in Exclude<keyof Project, "id">]?: Project[K] | null }

/** What `remove` did. @category models */
export type RemoveOutcome =
  | { readonly _tag: "Removed"; readonly project: Project }
  | { readonly _tag: "CheckoutRemoved"; readonly project: Project; readonly path: AbsolutePath }
  | { readonly _tag: "Promoted"; readonly project: Project; readonly path: AbsolutePath }

/** What `importProjects` did. @category models */
export interface ImportReport {
  readonly added: ReadonlyArray<Project>
  readonly updated: ReadonlyArray<Project>
  readonly unchanged: ReadonlyArray<Project>
  readonly refused: ReadonlyArray<{ readonly index: number; readonly label?: string; readonly detail: string }>
}

/**
 * The service.
 *
 * @category tags
 */
export class Registry extends Context.Tag("@dev-infra/registry/Registry")<
  Registry,
  {
    /** Register folders, in one write for all of them. `onConflict` decides for folders that carry a foreign id (default: refuse). */
    readonly add: (
      candidates: ReadonlyArray<Candidate>,
      options?: { readonly onConflict?: "refuse" | "same" | "new-id" }
    ) => Effect.Effect<ReadonlyArray<AddOutcome>, RegistryWriteError>
    readonly get: (id: ProjectId) => Effect.Effect<Project, ProjectNotFound | RegistryReadError>
    /** By id, unique id prefix (at least 4 characters), name or path; a relative path is taken from `folder`. */
    readonly find: (
      reference: string,
      options: { readonly folder: string }
    ) => Effect.Effect<Project, ProjectNotFound | AmbiguousProject | RegistryReadError>
    readonly list: (options?: { readonly filter?: ProjectFilter; readonly sort?: SortField }) => Effect.Effect<Listing, RegistryReadError>
    /** Change fields of projects in one write; the changed projects come back in the order of `patches`. */
    readonly update: (
      patches: ReadonlyArray<{ readonly id: ProjectId; readonly patch: ProjectPatch }>
    ) => Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | RegistryWriteError>
    readonly archive: (ids: ReadonlyArray<ProjectId>) => Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | RegistryWriteError>
    readonly restore: (ids: ReadonlyArray<ProjectId>) => Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | RegistryWriteError>
    /** Forget projects, or with `path` only one of their checkouts. Nothing outside the registry is touched. */
    readonly remove: (
      targets: ReadonlyArray<{ readonly id: ProjectId; readonly path?: AbsolutePath }>
    ) => Effect.Effect<ReadonlyArray<RemoveOutcome>, ProjectNotFound | RegistryWriteError>
    /** Everything, losing nothing: the entries as JSON, also those that are no projects. */
    readonly exportEntries: Effect.Effect<ReadonlyArray<JsonValue>, RegistryReadError>
    /** Merge entries by identity (id, then path, then repository); what is there keeps its value where the import says nothing. */
    readonly importProjects: (entries: ReadonlyArray<JsonValue>, options?: { readonly dryRun?: boolean }) => Effect.Effect<ImportReport, RegistryWriteError>
    /** Emits when anybody, this process or another, changed the registry. */
    readonly changes: Stream.Stream<void, RegistryReadError>
  }
>() {}
