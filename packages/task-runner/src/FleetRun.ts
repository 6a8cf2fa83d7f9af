/**
 * Runs a plan over repositories: so many at a time, each after what it needs, and every one with an outcome.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import type { FleetNode, FleetPlan, KnownProject } from "./FleetPlan.js"

/**
 * What became of a project. `skipped`: it has no such task, or the task said by itself that it is not for this place. `not run`: something that it needs did not end well, or
 * the run stopped before.
 *
 * @category models
 */
export type FleetState = "ran" | "up to date" | "failed" | "skipped" | "not run"

/** How a project can end well. @category models */
export type GoodState = Exclude<FleetState, "failed" | "not run">

/** A project that ended well in an earlier part of the same run. @category models */
export interface Finished {
  readonly state: GoodState
  /** milliseconds */
  readonly duration: number
}

/** @category models */
export interface FleetOutcome<E> {
  readonly project: KnownProject
  readonly state: FleetState
  /** milliseconds; 0 for what was not run */
  readonly duration: number
  /** why it was skipped or not run, in a few words; empty otherwise */
  readonly reason: string
  /** it was done in an earlier part of the run */
  readonly earlier: boolean
  readonly cause?: Cause.Cause<E>
}

/** @category models */
export interface FleetRunOptions<E, R> {
  /** how many projects at a time, at least 1 */
  readonly jobs: number
  /** go on with others after a failure */
  readonly keepGoing: boolean
  /** by id: those that are not run again */
  readonly finished?: ReadonlyMap<string, Finished>
  readonly onStart?: (project: KnownProject) => Effect.Effect<void, never, R>
  /** hears of each project that was run, as soon as it has ended, one at a time */
  readonly onEnd?: (outcome: FleetOutcome<E>) => Effect.Effect<void, never, R>
}

/** Nobody is told to start any more. */
const end = Symbol("end")

/**
 * Run a plan. A failure of one project, or a fault of the program itself, is the outcome of that project; what needs it is not run. Without `keepGoing` nothing new starts
 * after a failure, and what runs already ends. If it is interrupted, all that runs is.
 *
 * @param runProject runs the task of one project
 * @returns the outcomes: those of the plan in its order, then those without such a task
 * @example
 * ```ts
 * import type * as FleetPlan from "@dev-infra/task-runner/FleetPlan"
 * import * as FleetRun from "@dev-infra/task-runner/FleetRun"
 * import * as Effect from "effect/Effect"
 *
 * export const dryRun = (plan: FleetPlan.FleetPlan<string>) => FleetRun.run(plan, { jobs: 2, keepGoing: true }, () => Effect.succeed("ran" as const))
 * ```
 * @category running
 */
export const run = <T, E, R>(
  plan: FleetPlan<T>,
  options: FleetRunOptions<E, R>,
  runProject: (node: FleetNode<T>) => Effect.Effect<GoodState, E, R>
): Effect.Effect<ReadonlyArray<FleetOutcome<E>>, never, R> =>
  Effect.gen(function* () {
    const { finished = new Map<string, Finished>(), keepGoing, onEnd = () => Effect.void, onStart = () => Effect.void } = options
    const outcomes = new Map<string, FleetOutcome<E>>()
    const missing = new Map<string, number>()
    const dependants = new Map<string, Array<FleetNode<T>>>()
    const ready = yield* Queue.unbounded<FleetNode<T> | typeof end>()
    const telling = yield* Effect.makeSemaphore(1)
    const jobs = Math.max(1, Math.min(Math.floor(options.jobs), plan.nodes.length))
    let left = plan.nodes.length
    /** the name of the first project that failed, where nothing new starts after it */
    let stoppedBy: string | undefined

    for (const node of plan.nodes) {
      missing.set(node.project.id, node.needs.length)
      for (const { project } of node.needs) {
        const list = dependants.get(project)
        if (list === undefined) dependants.set(project, [node])
        else list.push(node)
      }
    }

    const settle = (node: FleetNode<T>, outcome: FleetOutcome<E>) =>
      Effect.suspend(() => {
        outcomes.set(node.project.id, outcome)
        left -= 1
        const freed: Array<FleetNode<T>> = []
        for (const dependant of dependants.get(node.project.id) ?? []) {
          const open = (missing.get(dependant.project.id) ?? 0) - 1
          missing.set(dependant.project.id, open)
          if (open === 0) freed.push(dependant)
        }
        return Effect.zipRight(ready.offerAll(freed), left === 0 ? ready.offerAll(Array.from({ length: jobs }, () => end)) : Effect.void)
      })

    const notRun = ({ needs, project }: FleetNode<T>): FleetOutcome<E> | undefined => {
      const bad = needs.find((need) => isBad(outcomes.get(need.project)?.state))
      const reason =
        bad !== undefined ? `needs ${bad.name}, which ${outcomes.get(bad.project)?.state === "failed" ? "failed" : "was not run"}` : stoppedBy === undefined ? undefined : `stopped after ${stoppedBy} failed`
      return reason === undefined ? undefined : { project, state: "not run", duration: 0, reason, earlier: false }
    }

    const work = (node: FleetNode<T>): Effect.Effect<FleetOutcome<E>, never, R> =>
      Effect.gen(function* () {
        const { project } = node
        const before = finished.get(project.id)
        if (before !== undefined) return { project, ...before, reason: "", earlier: true }
        const held = notRun(node)
        if (held !== undefined) return held
        yield* onStart(project)
        const began = yield* Clock.currentTimeMillis
        const exit = yield* Effect.exit(runProject(node))
        const duration = (yield* Clock.currentTimeMillis) - began
        if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return yield* Effect.interrupt
        const outcome: FleetOutcome<E> = Exit.isSuccess(exit)
          ? { project, state: exit.value, duration, reason: exit.value === "skipped" ? "not for this place" : "", earlier: false }
          : { project, state: "failed", duration, reason: "", earlier: false, cause: exit.cause }
        if (outcome.state === "failed" && !keepGoing) stoppedBy ??= project.name
        yield* telling.withPermits(1)(Effect.uninterruptible(onEnd(outcome)))
        return outcome
      })

    const worker: Effect.Effect<void, never, R> = Effect.flatMap(ready.take, (node) =>
      node === end ? Effect.void : Effect.zipRight(Effect.flatMap(work(node), (outcome) => settle(node, outcome)), Effect.suspend(() => worker))
    )

    yield* ready.offerAll(plan.nodes.filter(({ needs }) => needs.length === 0))
    if (left > 0) yield* Effect.forEach(Array.from({ length: jobs }), () => worker, { concurrency: "unbounded", discard: true })
    return [
      ...plan.nodes.flatMap(({ project }) => outcomes.get(project.id) ?? []),
      ...plan.without.map((project): FleetOutcome<E> => ({ project, state: "skipped", duration: 0, reason: "no such task", earlier: false }))
    ]
  })

const isBad = (state: FleetState | undefined): boolean => state === "failed" || state === "not run"

/** How many projects ended how. @category models */
export type FleetSummary = { readonly [S in FleetState]: number }

/** The states, in the order in which they are told. @category constants */
export const states: ReadonlyArray<FleetState> = ["ran", "up to date", "failed", "skipped", "not run"]

/** @category combinators */
export const summarise = (outcomes: ReadonlyArray<{ readonly state: FleetState }>): FleetSummary => {
  const summary = { ran: 0, "up to date": 0, failed: 0, skipped: 0, "not run": 0 }
  for (const { state } of outcomes) summary[state] += 1
  return summary
}
