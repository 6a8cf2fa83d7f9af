/**
 * Choosing and ordering projects.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import { sameRepository } from "@dev-infra/metadata/RepositoryUrl"

/**
 * Keep only projects that fit everything named here. Lists mean *one of these*, except `tags`: all of them.
 * `template` fits with or without its version, as in `standard-project` and `standard-project@0.8.0`.
 *
 * @category models
 */
export interface ProjectFilter {
  readonly status?: ReadonlyArray<Project["status"]>
  readonly template?: ReadonlyArray<string>
  readonly tags?: ReadonlyArray<string>
  readonly organization?: ReadonlyArray<string>
  /** compared in normalised form, so that `git@host:a/b.git` finds `https://host/a/b` */
  readonly repository?: string
  readonly name?: string
  /** the primary folder or any other checkout */
  readonly path?: string
}

/** The fields that projects can be ordered by. @category models */
export const sortFields = ["name", "path", "created", "status", "template", "organization"] as const
/** One of {@link sortFields}. @category models */
export type SortField = (typeof sortFields)[number]

const fitsTemplate = (project: Project, templates: ReadonlyArray<string>): boolean =>
  templates.some((template) => template === project.template || template === `${project.template}@${project.version}`)

/**
 * Whether a project lies in a folder, be it the primary one or another checkout.
 *
 * @category predicates
 */
export const isAt = (project: Project, path: string): boolean =>
  project.path === path || (project.checkouts?.some((checkout) => checkout === path) ?? false)

/**
 * Whether a project fits a filter; an empty filter fits all.
 *
 * @category predicates
 */
export const fits = (project: Project, filter: ProjectFilter): boolean =>
  (filter.status === undefined || filter.status.includes(project.status)) &&
  (filter.template === undefined || fitsTemplate(project, filter.template)) &&
  (filter.tags === undefined || filter.tags.every((tag) => project.tags?.includes(tag) ?? false)) &&
  (filter.organization === undefined || (project.organization !== undefined && filter.organization.includes(project.organization))) &&
  (filter.repository === undefined || (project.repository !== undefined && sameRepository(project.repository, filter.repository))) &&
  (filter.name === undefined || project.name === filter.name) &&
  (filter.path === undefined || isAt(project, filter.path))

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/**
 * The projects in order of a field; those without a value come last, equals by name and then by path. Letters are
 * compared without regard to case, in the same way on every machine (no locale).
 *
 * @category ordering
 */
export const sortBy = (projects: ReadonlyArray<Project>, field: SortField): ReadonlyArray<Project> => {
  // Lists of texts and places rather than rows: 10,000 objects to be sorted cost more than sorting them.
  const names = projects.map((project) => project.name.toLowerCase())
  const values = field === "name" ? names : projects.map((project) => project[field]?.toLowerCase())
  const compareAt = (left: number, right: number): number => {
    const [leftValue, rightValue] = [values[left], values[right]]
    if (leftValue !== rightValue) {
      if (leftValue === undefined) return 1
      if (rightValue === undefined) return -1
      return compareText(leftValue, rightValue)
    }
    return compareText(names[left] ?? "", names[right] ?? "") || compareText(projects[left]?.path ?? "", projects[right]?.path ?? "")
  }
  let isSorted = true
  for (let at = 1; at < projects.length && isSorted; at++) isSorted = compareAt(at - 1, at) <= 0
  if (isSorted) return projects
  const places = Uint32Array.from(projects.keys()).sort(compareAt)
  return Array.from(places, (place) => projects[place]).filter((project) => project !== undefined)
}
