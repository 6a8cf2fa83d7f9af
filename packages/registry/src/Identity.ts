/**
 * Deciding whether a folder is a project that is known already. Pure: what the file system says is passed in.
 *
 * In this order: the folder is registered; it is another work tree of a registered checkout; it carries the id of a
 * registered project (unless both have a repository and these differ: a fork or a copied folder); it has the same repository
 * and the same place inside it. Otherwise it is new.
 *
 * @module
 */
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import { normalise, withInner } from "@dev-infra/metadata/RepositoryUrl"

/**
 * A folder to register. `fields` is what the user or the project's own file states, `derived` what was made up from the
 * folder; a stated value wins.
 *
 * @category models
 */
export interface Candidate {
  readonly path: AbsolutePath
  readonly kind: "repository" | "worktree" | "bare" | "folder"
  /** of a work tree: the main checkout */
  readonly mainPath?: AbsolutePath
  /** the remote URL of the repository that the folder is or lies in */
  readonly repository?: string
  /** of a project inside another's repository: its place below the root of the repository, e.g. `packages/api` */
  readonly inner?: string
  /** the id that the project's own file states */
  readonly id?: ProjectId
  readonly fields: { readonly [key: string]: JsonValue }
  readonly derived?: { readonly [key: string]: JsonValue }
}

/** How a candidate relates to what is registered. @category models */
export type Match =
  | { readonly _tag: "New" }
  | { readonly _tag: "SamePlace"; readonly project: Project }
  | { readonly _tag: "SameProject"; readonly project: Project }
  | { readonly _tag: "Contradicts"; readonly project: Project }

/** The URL that is stored for a candidate: of the repository, with the place inside it if there is one. @category identity */
export const repositoryOf = (candidate: Candidate): string | undefined =>
  candidate.repository === undefined || candidate.inner === undefined || candidate.inner === ""
    ? candidate.repository
    : withInner(candidate.repository, candidate.inner)

const textList = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : []

/**
 * The registered projects by each of their keys, so that a thousand candidates cost no more than a thousand look-ups.
 *
 * @category identity
 */
export class IdentityIndex {
  readonly #byPath = new Map<string, Project>()
  readonly #byId = new Map<string, Project>()
  #byRepository: Map<string, Project> | undefined
  readonly #projects = new Map<ProjectId, Project>()

  constructor(projects: Iterable<Project>) {
    for (const project of projects) this.put(project)
  }

  /** Add a project, or replace what is known of it. */
  put(project: Project): void {
    const before = this.#projects.get(project.id)
    if (before !== undefined) this.#forget(before)
    this.#projects.set(project.id, project)
    for (const path of [project.path, ...(project.checkouts ?? [])]) this.#byPath.set(path, project)
    for (const id of [project.id, ...textList(project["aliases"])]) this.#byId.set(id, project)
    if (this.#byRepository !== undefined) this.#indexRepository(this.#byRepository, project)
  }

  /** How a candidate relates to the projects of the index. */
  match(candidate: Candidate): Match {
    const atPath = this.#byPath.get(candidate.path)
    if (atPath !== undefined) return { _tag: "SamePlace", project: atPath }
    const main = candidate.mainPath === undefined ? undefined : this.#byPath.get(candidate.mainPath)
    if (main !== undefined && candidate.inner === undefined) return { _tag: "SameProject", project: main }
    const repository = repositoryOf(candidate)
    const byId = candidate.id === undefined ? undefined : this.#byId.get(candidate.id)
    if (byId !== undefined) {
      const contradicts =
        repository !== undefined && byId.repository !== undefined && normalise(repository) !== normalise(byId.repository)
      return { _tag: contradicts ? "Contradicts" : "SameProject", project: byId }
    }
    const byRepository = repository === undefined ? undefined : this.#repositories().get(normalise(repository))
    return byRepository === undefined ? { _tag: "New" } : { _tag: "SameProject", project: byRepository }
  }

  #repositories(): Map<string, Project> {
    if (this.#byRepository === undefined) {
      this.#byRepository = new Map()
      for (const project of this.#projects.values()) this.#indexRepository(this.#byRepository, project)
    }
    return this.#byRepository
  }

  #indexRepository(index: Map<string, Project>, project: Project): void {
    if (project.repository === undefined) return
    const key = normalise(project.repository)
    if (!index.has(key)) index.set(key, project)
  }

  #forget(project: Project): void {
    for (const path of [project.path, ...(project.checkouts ?? [])]) {
      if (this.#byPath.get(path)?.id === project.id) this.#byPath.delete(path)
    }
    if (this.#byRepository !== undefined && project.repository !== undefined) {
      const key = normalise(project.repository)
      if (this.#byRepository.get(key)?.id === project.id) this.#byRepository.delete(key)
    }
  }
}

/**
 * The order in which a batch is registered: whole repositories before their work trees, then the folder nearest to the root.
 * So the first checkout of a project that was found several times at once becomes its primary one, the same on every run.
 *
 * @category identity
 */
export const inOrderOfPrecedence = (candidates: ReadonlyArray<Candidate>): ReadonlyArray<Candidate> => {
  const depth = (path: string) => path.split("/").length
  return candidates.toSorted(
    (left, right) =>
      Number(left.kind === "worktree") - Number(right.kind === "worktree") ||
      depth(left.path) - depth(right.path) ||
      (left.path < right.path ? -1 : left.path > right.path ? 1 : 0)
  )
}
