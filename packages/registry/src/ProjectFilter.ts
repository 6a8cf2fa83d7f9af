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
  const rows = projects.map((project) => {
    const value = project[field]
    return { project, value: value === undefined ? undefined : value.toLowerCase(), name: project.name.toLowerCase() }
  })
  rows.sort((left, right) => {
    if (left.value !== right.value) {
      if (left.value === undefined) return 1
      if (right.value === undefined) return -1
      return compareText(left.value, right.value)
    }
    return compareText(left.name, right.name) || compareText(left.project.path, right.project.path)
  })
  return rows.map((row) => row.project)
}
