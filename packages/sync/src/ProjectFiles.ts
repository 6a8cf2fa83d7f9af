/**
 * What the `.dev-infra.yml` of projects state at this moment, and whether their checkouts are on the branch that counts. The port;
 * `ProjectFilesLive` reads the disk.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { MetadataEditRefused, MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import type { StatementProblem } from "@dev-infra/registry/Registration"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The file of one project. `stated` are the fields that it has, null where cleared. `branch` is absent if the checkout is on its
 * default branch, or there is no git; else it is the branch (or `commit abc1234`) that it is on, and then `stated` has also what the file
 * lacks there, but had when it was last seen on the default branch: those fields still come with git.
 *
 * @category models
 */
export interface ProjectFile {
  readonly path: string
  readonly stated: { readonly [field: string]: JsonValue }
  readonly branch?: string
}

/** By the id of the project; those without a file are absent. @category models */
export interface ProjectFilesRead {
  readonly files: ReadonlyMap<string, ProjectFile>
  readonly problems: ReadonlyArray<StatementProblem>
}

/** Why a file could not be changed. @category errors */
export type FileWriteError = MetadataInvalid | MetadataUnavailable | MetadataEditRefused | FileFailure | LockUnavailable

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { ProjectFiles } from "@dev-infra/sync/ProjectFiles"
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as Effect from "effect/Effect"
 *
 * export const onOtherBranches = (projects: ReadonlyArray<Project>) =>
 *   Effect.gen(function* () {
 *     const files = yield* ProjectFiles
 *     const read = yield* files.read(projects)
 *     return projects.filter(({ id }) => read.files.get(id)?.branch !== undefined)
 *   })
 * ```
 */
export class ProjectFiles extends Context.Tag("@dev-infra/sync/ProjectFiles")<
  ProjectFiles,
  {
    /**
     * The files of these projects. One that cannot be read is a problem, and its project counts as without a file. Only if it is to be
     * lasting, what was seen is remembered; else nothing is written.
     */
    readonly read: (projects: ReadonlyArray<Project>, options?: { readonly isLasting?: boolean }) => Effect.Effect<ProjectFilesRead>
    /** Set fields in the file of a project, which has one; null clears. Gives the path of the file. */
    readonly write: (project: Project, patch: { readonly [field: string]: JsonValue }) => Effect.Effect<string, FileWriteError>
  }
>() {}

/**
 * What a test does to the files of {@link layerMemory}, as git and editors do. A project is named by its id.
 *
 * @category tags
 * @example
 * ```ts
 * import { MemoryProjectFiles } from "@dev-infra/sync/ProjectFiles"
 * import * as Effect from "effect/Effect"
 *
 * export const switchBranch = (id: string) => Effect.flatMap(MemoryProjectFiles, (files) => files.switchTo(id, "feature"))
 * ```
 */
export class MemoryProjectFiles extends Context.Tag("@dev-infra/sync/MemoryProjectFiles")<
  MemoryProjectFiles,
  {
    /** Give a project this file; undefined takes it away. */
    readonly set: (id: string, file: ProjectFile | undefined) => Effect.Effect<void>
    /** Set or, where undefined, take away fields of a project's file, which is made if there is none. */
    readonly edit: (id: string, patch: { readonly [field: string]: JsonValue | undefined }) => Effect.Effect<void>
    /** Put the checkout on a branch; undefined: the default one. */
    readonly switchTo: (id: string, branch: string | undefined) => Effect.Effect<void>
    readonly get: (id: string) => Effect.Effect<ProjectFile | undefined>
  }
>() {}

/**
 * Files in memory, with {@link MemoryProjectFiles} to change them from outside.
 *
 * @param initial files by the id of their project
 * @category layers
 * @example
 * ```ts
 * import * as ProjectFiles from "@dev-infra/sync/ProjectFiles"
 *
 * const files = ProjectFiles.layerMemory({ "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11": { path: "/code/api/.dev-infra.yml", stated: { description: "An API" } } })
 * ```
 */
export const layerMemory = (initial: { readonly [id: string]: ProjectFile } = {}): Layer.Layer<ProjectFiles | MemoryProjectFiles> =>
  Layer.effectContext(
    Effect.sync(() => {
      const files = new Map(Object.entries(initial))
      /** what was last seen on the default branch */
      const standing = new Map<string, ProjectFile["stated"] | undefined>()
      const put = (id: string, file: ProjectFile, stated: { readonly [field: string]: JsonValue | undefined }) =>
        // those that are undefined were left out
        void files.set(id, { ...file, stated: Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as ProjectFile["stated"] })
      const existing = (id: string): ProjectFile => files.get(id) ?? { path: `/code/${id}/.dev-infra.yml`, stated: {} }
      return Context.make(ProjectFiles, {
        read: (projects, { isLasting = false } = {}) =>
          Effect.sync(() => ({
            files: new Map(projects.flatMap(({ id }) => {
              const file = files.get(id)
              if (isLasting && file?.branch === undefined) standing.set(id, file?.stated)
              if (file === undefined) return []
              return [[id, file.branch === undefined ? file : { ...file, stated: { ...standing.get(id), ...file.stated } }] as const]
            })),
            problems: []
          })),
        write: ({ id }, patch) =>
          Effect.sync(() => {
            const file = existing(id)
            put(id, file, { ...file.stated, ...patch })
            return file.path
          })
      }).pipe(
        Context.add(MemoryProjectFiles, {
          set: (id, file) => Effect.sync(() => void (file === undefined ? files.delete(id) : files.set(id, file))),
          edit: (id, patch) =>
            Effect.sync(() => {
              const file = existing(id)
              put(id, file, { ...file.stated, ...patch })
            }),
          switchTo: (id, branch) =>
            Effect.sync(() => {
              const { branch: _, ...file } = existing(id)
              files.set(id, branch === undefined ? file : { ...file, branch })
            }),
          get: (id) => Effect.sync(() => files.get(id))
        })
      )
    })
  )
