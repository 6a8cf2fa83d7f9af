/**
 * Updating many projects from their templates. Each is planned and updated by itself, all or nothing; how far the whole has come is written down, so that a run
 * that was interrupted, or in which some projects failed, can go on.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { Project } from "@dev-infra/metadata/Project"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Application from "./Application.js"
import { type FleetBusy, FleetJournal, type FleetRun, type FinishedProject, type JournalFailure, type UnfinishedRun } from "./FleetJournal.js"
import { changesSomething, type FleetOutcome, type FleetUpdate, ofPlan } from "./FleetOutcome.js"
import { byTemplate, each, type FleetOptions, type PlanServices, withTemplate } from "./FleetPlan.js"
import * as Planning from "./Planning.js"
import type { UsedTemplates } from "./UsedTemplates.js"

/** There is no run that could go on: the last one came to its end. @category errors */
export class NothingToResume extends Schema.TaggedError<NothingToResume>("@dev-infra/templates/NothingToResume")("NothingToResume", {}) {
  override get message(): string {
    return "no update of many projects was interrupted"
  }
}

/** What is done to each project. @category models */
export type UpdateOptions = Pick<FleetRun, "to" | "onConflict" | "ask" | "allowDirty">

/** Why a project was not updated. @category errors */
export type UpdateFailure = Exclude<Planning.PlanFailure, Planning.NoTemplate> | Application.ApplyFailure

/** Why nothing, or not all, could be done. @category errors */
export type RunFailure = FleetBusy | FileFailure | JournalFailure

/** What updating takes. @category models */
export type UpdateServices = PlanServices | Application.ChangeServices | Application.CheckServices | UsedTemplates

/** Hears of each project as soon as something became of it. @category models */
export type Listener<R> = (outcome: FleetOutcome<UpdateFailure>) => Effect.Effect<void, never, R>

/**
 * Update one project. What an earlier update left in the middle is finished or rolled back first.
 *
 * @category running
 */
export const updateOne = (project: Project, { to, ...options }: UpdateOptions): Effect.Effect<FleetUpdate, UpdateFailure, UpdateServices> =>
  withTemplate(
    project,
    Effect.gen(function* () {
      yield* Application.recover(project.path)
      const plan = yield* Planning.plan(project, to === undefined ? {} : { to })
      const planned = ofPlan(plan)
      if (!changesSomething(plan)) return planned
      const applied = yield* Application.apply(plan, options)
      const conflicts = [...applied.marked, ...applied.kept]
      return {
        ...planned,
        state: conflicts.length > 0 ? "conflicts" : applied.changed ? "clean" : "up to date",
        counts: applied.counts,
        conflicts,
        warnings: [...planned.warnings, ...registryWarnings(applied), ...applied.skipped.map((path) => `${path} was skipped: its rule says to ask`)]
      }
    })
  )

/** The project's own file says it all the same, so that this is no failure. */
const registryWarnings = ({ registry }: Application.Applied): ReadonlyArray<string> =>
  registry?._tag === "Failed" ? [`the list of projects could not be told (${registry.problem.message}); dev-infra refresh takes it from the project`] : []

const finishedOf = ({ cause: _cause, project, ...update }: FleetOutcome<UpdateFailure>): FinishedProject => ({ ...update, id: project.id })

const outcomeOf = (project: Project, { id: _id, ...update }: FinishedProject): FleetOutcome<UpdateFailure> => ({ ...update, project })

/** The work on those that are left. What became of a project is written down before anybody hears of it. */
const work = <R>(projects: ReadonlyArray<Project>, run: FleetRun, listen: Listener<R>, options: FleetOptions) =>
  Effect.gen(function* () {
    const journal = yield* FleetJournal
    const outcomes: Array<FleetOutcome<UpdateFailure>> = []
    yield* Stream.runForEach(
      each(byTemplate(projects), (project) => updateOne(project, run), options),
      (outcome) =>
        Effect.gen(function* () {
          yield* journal.finish(finishedOf(outcome))
          outcomes.push(outcome)
          yield* listen(outcome)
        })
    )
    return outcomes
  })

/** A run in which nothing failed is over; another one stays, so that the failed projects can be tried again. */
const conclude = (outcomes: ReadonlyArray<FleetOutcome<UpdateFailure>>) =>
  Effect.flatMap(FleetJournal, (journal) => (outcomes.some(({ state }) => state === "failed") ? Effect.void : journal.end))

/**
 * Update projects. One that fails does not keep others from being updated.
 *
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as FleetApply from "@dev-infra/templates/FleetApply"
 * import * as FleetOutcome from "@dev-infra/templates/FleetOutcome"
 * import * as Effect from "effect/Effect"
 *
 * export const summary = (projects: ReadonlyArray<Project>) =>
 *   FleetApply.apply(projects, { onConflict: "markers", ask: "skip", allowDirty: false }, ({ project, state }) => Effect.log(`${project.name}: ${state}`)).pipe(
 *     Effect.map(FleetOutcome.summarise)
 *   )
 * ```
 * @category running
 */
export const apply = <R>(
  projects: ReadonlyArray<Project>,
  options: UpdateOptions,
  listen: Listener<R>,
  fleet: FleetOptions = {}
): Effect.Effect<ReadonlyArray<FleetOutcome<UpdateFailure>>, RunFailure, FleetJournal | UpdateServices | R> =>
  Effect.gen(function* () {
    const journal = yield* FleetJournal
    const started = DateTime.formatIso(yield* DateTime.now)
    const run: FleetRun = { ...options, started, projects: projects.map(({ id }) => id) }
    return yield* journal.exclusively(
      Effect.gen(function* () {
        yield* journal.begin(run)
        const outcomes = yield* work(projects, run, listen, fleet)
        yield* conclude(outcomes)
        return outcomes
      })
    )
  })

/** What came of going on. @category models */
export interface Resumed {
  readonly run: FleetRun
  /** all projects of the run, those of before too */
  readonly outcomes: ReadonlyArray<FleetOutcome<UpdateFailure>>
  /** projects of the run that are not known any more */
  readonly gone: ReadonlyArray<string>
}

/** What is left of a run: its projects that were not reached, and those that failed. */
const leftOf = ({ finished, run }: UnfinishedRun, known: ReadonlyMap<string, Project>) => {
  const isDone = (id: string): boolean => finished.has(id) && finished.get(id)?.state !== "failed"
  const those = run.projects.flatMap((id) => known.get(id) ?? [])
  return {
    todo: those.filter(({ id }) => !isDone(id)),
    done: those.flatMap((project) => {
      const before = finished.get(project.id)
      return before === undefined || !isDone(project.id) ? [] : [outcomeOf(project, before)]
    }),
    gone: run.projects.filter((id) => !known.has(id))
  }
}

/**
 * Go on with the run that was interrupted, in the way in which it was begun: with the projects that it did not reach, and those that failed.
 *
 * @param all the projects that are known now
 * @param begin hears how many projects are left, before the first of them
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as FleetApply from "@dev-infra/templates/FleetApply"
 * import * as Effect from "effect/Effect"
 *
 * export const goOn = (all: ReadonlyArray<Project>) => FleetApply.resume(all, () => Effect.void, () => Effect.void)
 * ```
 * @category running
 */
export const resume = <R, R2>(
  all: ReadonlyArray<Project>,
  begin: (left: ReadonlyArray<Project>, run: FleetRun) => Effect.Effect<void, never, R2>,
  listen: Listener<R>,
  fleet: FleetOptions = {}
): Effect.Effect<Resumed, NothingToResume | RunFailure, FleetJournal | UpdateServices | R | R2> =>
  Effect.gen(function* () {
    const journal = yield* FleetJournal
    return yield* journal.exclusively(
      Effect.gen(function* () {
        const unfinished = yield* Effect.flatMap(journal.unfinished, Option.match({ onNone: () => Effect.fail(new NothingToResume()), onSome: Effect.succeed }))
        const { done, gone, todo } = leftOf(unfinished, new Map(all.map((project) => [project.id, project])))
        yield* begin(todo, unfinished.run)
        const outcomes = yield* work(todo, unfinished.run, listen, fleet)
        yield* conclude(outcomes)
        return { run: unfinished.run, outcomes: [...done, ...outcomes], gone }
      })
    )
  })
