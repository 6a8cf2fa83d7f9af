/**
 * What people type to mean a project: an id, the beginning of an id, a name, a path, or `.`.
 *
 * @module
 */
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { Project } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import { isAt } from "./ProjectFilter.js"
import { AmbiguousProject, ProjectNotFound } from "./RegistryError.js"

/** The fewest characters of an id that count as its beginning. @category models */
export const shortestPrefix = 4

/**
 * `reference` as an absolute, normalised path, taken from `folder` if it is relative.
 *
 * @category paths
 */
export const resolvePath = (folder: string, reference: string): string => {
  const segments: Array<string> = []
  for (const segment of (reference.startsWith("/") ? reference : `${folder}/${reference}`).split("/")) {
    if (segment === "..") segments.pop()
    else if (segment !== "" && segment !== ".") segments.push(segment)
  }
  return `/${segments.join("/")}`
}

/** Certainly a path: `.`, `./api`, `../api`, `/home/me/api`. A bare `acme/api` may be a name as well. */
const isPath = (reference: string): boolean => /^(?:\/|\.{1,2}(?:\/|$))/.test(reference)

/** The project that a folder lies in: the one with the longest path that is the folder or above it. */
const enclosing = (projects: ReadonlyArray<Project>, path: string): ReadonlyArray<Project> => {
  for (let folder = path; folder !== ""; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    const found = projects.filter((project) => isAt(project, folder))
    if (found.length > 0) return found
  }
  return []
}

/** Edit distance of two short texts, at most `limit` (Wagner and Fischer, 1974, two rows). */
const distance = (left: string, right: string, limit: number): number => {
  if (Math.abs(left.length - right.length) > limit) return limit + 1
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + cost))
    }
    previous = current
  }
  return previous[right.length] ?? limit + 1
}

/**
 * Up to three names that are close to what was typed: the same but for case, beginning with it, or two typing slips away.
 *
 * @category suggestions
 */
export const suggest = (projects: ReadonlyArray<Project>, reference: string): ReadonlyArray<string> => {
  const typed = reference.toLowerCase().slice(0, 200)
  if (typed === "") return []
  const limit = typed.length < 4 ? 1 : 2
  const scored: Array<{ readonly name: string; readonly score: number }> = []
  for (const { name } of projects) {
    const candidate = name.toLowerCase()
    const score = candidate === typed ? 0 : candidate.startsWith(typed) ? 1 : 1 + distance(candidate, typed, limit)
    if (score <= 1 + limit) scored.push({ name, score })
  }
  scored.sort((left, right) => left.score - right.score || (left.name < right.name ? -1 : 1))
  return [...new Set(scored.map((entry) => entry.name))].slice(0, 3)
}

/** A project, and which of its folders was meant if a folder was named. @category models */
export interface Located {
  readonly project: Project
  /** the primary folder or another checkout; none if the project was named by id or name */
  readonly folder?: AbsolutePath
}

/** The folder of a project that a path is, or lies in. */
const folderAround = (project: Project, path: string): AbsolutePath | undefined =>
  [project.path, ...(project.checkouts ?? [])]
    .filter((folder) => folder === "/" || path === folder || path.startsWith(`${folder}/`))
    .sort((left, right) => right.length - left.length)[0]

interface Candidates {
  readonly projects: ReadonlyArray<Project>
  /** the path that the reference was taken for */
  readonly path?: string
}

const noCandidates: Candidates = { projects: [] }

const candidatesFor = (projects: ReadonlyArray<Project>, reference: string, folder: string): Candidates => {
  const path = resolvePath(folder, reference)
  if (isPath(reference)) return { projects: enclosing(projects, path), path }
  const lower = reference.toLowerCase()
  const byId = projects.filter((project) => project.id === lower)
  if (byId.length > 0) return { projects: byId }
  const byAlias = projects.filter(({ aliases }) => Array.isArray(aliases) && aliases.includes(lower))
  if (byAlias.length > 0) return { projects: byAlias }
  const byName = projects.filter((project) => project.name === reference)
  if (byName.length > 0) return { projects: byName }
  if (lower.length >= shortestPrefix && /^[0-9a-f-]+$/.test(lower)) {
    const byPrefix = projects.filter((project) => project.id.startsWith(lower))
    if (byPrefix.length > 0) return { projects: byPrefix }
  }
  return { projects: projects.filter((project) => isAt(project, path)), path }
}

/**
 * The one project that `reference` means. In this order: a path that begins with `/`, `./` or `../` (a folder inside a
 * project means that project), a whole id, a name, the beginning of an id (at least {@link shortestPrefix} characters), the
 * path of a registered folder below `folder`.
 *
 * @category lookup
 */
export const resolve = (
  projects: ReadonlyArray<Project>,
  reference: string,
  folder: string
): Either.Either<Project, ProjectNotFound | AmbiguousProject> => Either.map(locate(projects, reference, folder), ({ project }) => project)

/**
 * Like {@link resolve}, and tells which folder of the project was meant if the reference is one.
 *
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as ProjectReference from "@dev-infra/registry/ProjectReference"
 *
 * export const here = (projects: ReadonlyArray<Project>) => ProjectReference.locate(projects, ".", "/home/me/api")
 * ```
 *
 * @category lookup
 */
export const locate = (
  projects: ReadonlyArray<Project>,
  reference: string,
  folder: string
): Either.Either<Located, ProjectNotFound | AmbiguousProject> => {
  const found = reference === "" ? noCandidates : candidatesFor(projects, reference, folder)
  const [first, ...others] = found.projects
  if (first === undefined) return Either.left(new ProjectNotFound({ reference, suggestions: suggest(projects, reference) }))
  if (others.length === 0) {
    const place = found.path === undefined ? undefined : folderAround(first, found.path)
    return Either.right({ project: first, ...(place === undefined ? {} : { folder: place }) })
  }
  const candidates = found.projects.map(({ id, name, path }) => ({ id, name, path }))
  return Either.left(new AmbiguousProject({ reference, candidates }))
}
