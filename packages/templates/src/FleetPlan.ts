/**
 * One plan for each of many projects. A few are made at a time, each is dropped as soon as it is summed up, and what goes wrong with one
 * project stays with it.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { bare, type FleetOutcome, type FleetUpdate, ofPlan } from "./FleetOutcome.js"
import type { UpdatePlan } from "./UpdatePlan.js"

/** So many projects are worked on at a time: enough to wait for git and the disk meanwhile, few enough for their files to fit in memory. @category constants */
export const defaultConcurrency = 4

/** @category models */
export interface FleetOptions {
  readonly concurrency?: number
}

/**
 * The projects in an order in which those of one version of a template follow each other, so that the version has to be kept in memory only once, and
 * not for long.
 *
 * @category ordering
 */
export const byTemplate = (projects: ReadonlyArray<Project>): ReadonlyArray<Project> => {
  const keys = new Map(projects.map((project) => [project, `${project.template}\n${project.version}\n${project.path}`]))
  const keyOf = (project: Project): string => keys.get(project) ?? ""
  return projects.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : keyOf(left) > keyOf(right) ? 1 : 0))
}

/**
 * Do something with each project, and hear what became of it as soon as it is known. A failure, or a fault of the program itself, is the outcome of that project
 * alone; only an interruption ends the others.
 *
 * @param work what to do; a project that comes from no template ends as {@link bare} `no template`
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as FleetOutcome from "@dev-infra/templates/FleetOutcome"
 * import * as FleetPlan from "@dev-infra/templates/FleetPlan"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const names = (projects: ReadonlyArray<Project>) =>
 *   FleetPlan.each(projects, () => Effect.succeed(FleetOutcome.bare("up to date"))).pipe(
 *     Stream.map(({ project }) => project.name),
 *     Stream.runCollect
 *   )
 * ```
 * @category running
 */
export const each = <E, R>(
  projects: ReadonlyArray<Project>,
  work: (project: Project) => Effect.Effect<FleetUpdate, E, R>,
  options: FleetOptions = {}
): Stream.Stream<FleetOutcome<E>, never, R> =>
  Stream.mapEffect(
    Stream.fromIterable(projects),
    (project) =>
      Effect.flatMap(Effect.exit(work(project)), (exit): Effect.Effect<FleetOutcome<E>> => {
        if (Exit.isSuccess(exit)) return Effect.succeed({ project, ...exit.value })
        if (Cause.isInterruptedOnly(exit.cause)) return Effect.interrupt
        return Effect.succeed({ project, ...bare("failed"), cause: exit.cause })
      }),
    { concurrency: options.concurrency ?? defaultConcurrency, unordered: true }
  )

/**
 * Plan each project, and keep of each plan what a summary needs.
 *
 * @param planOne how one is planned, e.g. `Planning.plan`
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as FleetOutcome from "@dev-infra/templates/FleetOutcome"
 * import * as FleetPlan from "@dev-infra/templates/FleetPlan"
 * import type { UpdatePlan } from "@dev-infra/templates/UpdatePlan"
 * import type * as Effect from "effect/Effect"
 * import * as Effects from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const summary = (projects: ReadonlyArray<Project>, planOne: (project: Project) => Effect.Effect<UpdatePlan, Error>) =>
 *   Effects.map(Stream.runCollect(FleetPlan.plan(projects, planOne)), FleetOutcome.summarise)
 * ```
 * @category running
 */
export const plan = <E, R>(
  projects: ReadonlyArray<Project>,
  planOne: (project: Project) => Effect.Effect<UpdatePlan, E, R>,
  options: FleetOptions = {}
): Stream.Stream<FleetOutcome<E>, never, R> => each(byTemplate(projects), (project) => Effect.map(planOne(project), ofPlan), options)
