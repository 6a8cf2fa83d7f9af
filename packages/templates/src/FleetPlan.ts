/**
 * One plan for each of many projects. A few are made at a time, each is dropped as soon as it is summed up, and what goes wrong with one
 * project stays with it.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { bare, type FleetOutcome, type FleetUpdate, ofPlan } from "./FleetOutcome.js"
import * as Planning from "./Planning.js"
import type { ProjectFolder } from "./ProjectFolder.js"
import type { TemplateSources } from "./TemplateSources.js"
import type { TextMerge } from "./TextMerge.js"

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
 * @param work what to do
 * @example
 * ```ts
 * import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
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

/** What planning takes. @category models */
export type PlanServices = LocalFiles | MetadataFile | ProjectFolder | TemplateSources | TextMerge

const isNoTemplate = (error: unknown): error is Planning.NoTemplate => error instanceof Planning.NoTemplate

/**
 * Do something with a project whose folder is there, and which comes from a template. Others end as `missing` or `no template`.
 *
 * @category running
 */
export const withTemplate = <E, R>(project: Project, work: Effect.Effect<FleetUpdate, E, R>): Effect.Effect<FleetUpdate, Exclude<E, Planning.NoTemplate>, LocalFiles | R> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    if (files.existing([project.path])[0] !== true) return bare("missing")
    // What is excluded is what is caught; the compiler cannot tell for an E that it does not know.
    return yield* Effect.catchIf(work, isNoTemplate, () => Effect.succeed(bare("no template"))) as Effect.Effect<FleetUpdate, Exclude<E, Planning.NoTemplate>, R>
  })

/** What to plan. @category models */
export interface FleetPlanOptions<E = never, R = never> extends FleetOptions {
  /** done for each project before it is planned, such as ending an update that was cut off; if that fails, the project does */
  readonly before?: (project: Project) => Effect.Effect<void, E, R>
  /** a version; undefined: the newest that the source of each project offers */
  readonly to?: string | undefined
}

/** Why a project could not be planned. @category errors */
export type FleetPlanFailure = Exclude<Planning.PlanFailure, Planning.NoTemplate>

/**
 * Plan each project, and keep of each plan what a summary needs. Offline, and nothing is written.
 *
 * @example
 * ```ts
 * import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
 * import * as FleetOutcome from "@dev-infra/templates/FleetOutcome"
 * import * as FleetPlan from "@dev-infra/templates/FleetPlan"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const summary = (projects: ReadonlyArray<Project>) => Effect.map(Stream.runCollect(FleetPlan.plan(projects)), FleetOutcome.summarise)
 * ```
 * @category running
 */
export const plan = <E = never, R = never>(
  projects: ReadonlyArray<Project>,
  { before, to, ...options }: FleetPlanOptions<E, R> = {}
): Stream.Stream<FleetOutcome<FleetPlanFailure | Exclude<E, Planning.NoTemplate>>, never, PlanServices | R> =>
  each(
    byTemplate(projects),
    (project) => {
      const planned = Effect.map(Planning.plan(project, to === undefined ? {} : { to }), ofPlan)
      return withTemplate(project, before === undefined ? planned : Effect.zipRight(before(project), planned))
    },
    options
  )
