/**
 * Which folders and projects to forget. Plain functions; `Registry.remove` does it.
 *
 * @module
 */
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { Project } from "@dev-infra/metadata/Project"
import type { Located } from "./ProjectReference.js"
import type { RemoveTarget } from "./Registry.js"

/**
 * What naming these projects means: one named by id or name is forgotten with all its folders, one named by a folder loses
 * that folder only (and is forgotten with its last one). Named twice counts once.
 *
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as Removal from "@dev-infra/registry/Removal"
 *
 * export const secondFolderOnly = (project: Project) =>
 *   Removal.targetsOf(project.checkouts?.[0] === undefined ? [] : [{ project, folder: project.checkouts[0] }])
 * ```
 *
 * @category targets
 */
export const targetsOf = (named: ReadonlyArray<Located>): ReadonlyArray<RemoveTarget> => {
  const whole = new Set(named.filter(({ folder }) => folder === undefined).map(({ project }) => project.id))
  const targets = new Map<string, RemoveTarget>()
  for (const { folder, project } of named) {
    const target: RemoveTarget = whole.has(project.id) || folder === undefined ? { id: project.id } : { id: project.id, path: folder }
    targets.set(`${target.id} ${target.path ?? ""}`, target)
  }
  return [...targets.values()]
}

/** A project with the folders of it that are gone. @category models */
export interface Missing {
  readonly project: Project
  readonly gone: ReadonlyArray<AbsolutePath>
  /** no folder of it is left */
  readonly all: boolean
}

/**
 * The projects that have folders which are gone.
 *
 * @param existing tells which of many paths exist, in their order (`LocalFiles.existing`)
 * @category targets
 */
export const missing = (projects: ReadonlyArray<Project>, existing: (paths: ReadonlyArray<string>) => ReadonlyArray<boolean>): ReadonlyArray<Missing> => {
  const folders = projects.flatMap((project) => [project.path, ...(project.checkouts ?? [])].map((path) => ({ project, path })))
  const exists = existing(folders.map(({ path }) => path))
  const gone = new Map<Project, Array<AbsolutePath>>()
  for (const [at, { path, project }] of folders.entries()) {
    if (exists[at] === true) continue
    const paths = gone.get(project)
    if (paths === undefined) gone.set(project, [path])
    else paths.push(path)
  }
  return Array.from(gone, ([project, paths]) => ({ project, gone: paths, all: paths.length === 1 + (project.checkouts?.length ?? 0) }))
}

/**
 * The targets for {@link missing}: whole projects of which nothing is left, else the folders that are gone, the primary one
 * last, so that what takes its place is there.
 *
 * @category targets
 */
export const targetsOfMissing = (found: ReadonlyArray<Missing>): ReadonlyArray<RemoveTarget> =>
  found.flatMap(({ all, gone, project }): ReadonlyArray<RemoveTarget> =>
    all
      ? [{ id: project.id }]
      : gone.toSorted((left, right) => Number(left === project.path) - Number(right === project.path)).map((path) => ({ id: project.id, path }))
  )
