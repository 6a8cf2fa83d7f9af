/**
 * What people type to mean a project: an id, the beginning of an id, a name, a path, or `.`.
 *
 * @module
 */
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

const looksLikePath = (reference: string): boolean => reference === "." || reference === ".." || reference.includes("/")

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

const candidatesFor = (projects: ReadonlyArray<Project>, reference: string, folder: string): ReadonlyArray<Project> => {
  if (looksLikePath(reference)) return enclosing(projects, resolvePath(folder, reference))
  const lower = reference.toLowerCase()
  const byId = projects.filter((project) => project.id === lower)
  if (byId.length > 0) return byId
  const byName = projects.filter((project) => project.name === reference)
  if (byName.length > 0) return byName
  if (lower.length >= shortestPrefix && /^[0-9a-f-]+$/.test(lower)) {
    const byPrefix = projects.filter((project) => project.id.startsWith(lower))
    if (byPrefix.length > 0) return byPrefix
  }
  const path = resolvePath(folder, reference)
  return projects.filter((project) => isAt(project, path))
}

/**
 * The one project that `reference` means. In this order: a path (`.`, `..` or anything with a slash; a folder inside a
 * project means that project), a whole id, a name, the beginning of an id (at least {@link shortestPrefix} characters), the
 * name of a folder below `folder`.
 *
 * @category lookup
 */
export const resolve = (
  projects: ReadonlyArray<Project>,
  reference: string,
  folder: string
): Either.Either<Project, ProjectNotFound | AmbiguousProject> => {
  const found = reference === "" ? [] : candidatesFor(projects, reference, folder)
  const [first, ...others] = found
  if (first === undefined) return Either.left(new ProjectNotFound({ reference, suggestions: suggest(projects, reference) }))
  if (others.length === 0) return Either.right(first)
  const candidates = found.map(({ id, name, path }) => ({ id, name, path }))
  return Either.left(new AmbiguousProject({ reference, candidates }))
}
