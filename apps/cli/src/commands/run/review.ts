/**
 * What somebody must know before they trust the tasks of a project: what they are, or what changed since they were trusted last. Starts nothing.
 *
 * @module
 */
import * as ProjectTrust from "@dev-infra/inheritance/ProjectTrust"
import { type Decision, Trust } from "@dev-infra/inheritance/Trust"
import * as TrustedTasks from "@dev-infra/inheritance/TrustedTasks"
import * as CallSites from "@dev-infra/taskfile/CallSites"
import type { MergedTask, TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import * as TaskDescription from "@dev-infra/taskfile/TaskDescription"
import { difference, type TaskChange } from "@dev-infra/taskfile/TaskDifference"
import type { KnownProject } from "@dev-infra/task-runner/FleetPlan"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as InheritancePrint from "../../InheritancePrint.js"
import { join, type SafeText, styled, text } from "../../SafeText.js"
import type { Plan } from "./chosen.js"

/** A project whose tasks are not trusted as they are now. @category models */
export interface Untrusted {
  readonly project: KnownProject
  readonly decision: Decision
  readonly tasks: TaskDescription.TaskDescription
  /** when some content of it was trusted last; undefined: never */
  readonly since: string | undefined
  /** the changes are since then; else they are all that the run reaches */
  readonly isCompared: boolean
  readonly changes: ReadonlyArray<TaskChange>
  /** so many tasks are not among the changes, because this run does not reach them */
  readonly unreached: number
}

/** The names of the tasks that a task calls, directly or not; all, if that depends on a template. */
const reachedFrom = (graph: TaskGraph, start: MergedTask): ReadonlySet<string> => {
  const callees = new Map<string, Array<string>>()
  for (const [name, callers] of CallSites.of(graph)) {
    for (const { caller } of callers) {
      const others = callees.get(caller)
      if (others === undefined) callees.set(caller, [name])
      else others.push(name)
    }
  }
  const found = new Set([start.name])
  // It grows while it is walked.
  for (const name of found) {
    for (const callee of callees.get(name) ?? []) {
      if (callee.includes("{{")) return new Set(graph.tasks.keys())
      found.add(callee)
    }
  }
  return found
}

/** At a first decision nothing is new: it is what there is. */
const asItIs = (change: TaskChange): TaskChange => (change.kind === "added" ? { ...change, text: `the task ${change.task}` } : change)

/** What is not trusted, in the order of the plan. @category reading */
export const untrusted = ({ nodes }: Pick<Plan, "nodes">) =>
  Effect.gen(function* () {
    const trust = yield* Trust
    const found: Array<Untrusted> = []
    for (const { project, task } of nodes) {
      if (task._tag === "Unknown") continue
      const decision = ProjectTrust.ofProject(project.path, task.graph.contentHash)
      if (yield* trust.isTrusted(decision.subject, decision.hash)) continue
      const tasks = TaskDescription.of(task.graph)
      const last = Option.getOrUndefined(yield* trust.last(decision.subject))
      const kept = Option.getOrUndefined(yield* TrustedTasks.recall(decision.subject))
      if (kept !== undefined && (yield* trust.isTrusted(kept.subject, kept.hash))) {
        found.push({ project, decision, tasks, since: kept.at, isCompared: true, changes: difference(kept.tasks, tasks).changes, unreached: 0 })
        continue
      }
      const reached = reachedFrom(task.graph, task.task)
      const changes = difference(undefined, tasks).changes.filter((change) => change.task === "" || reached.has(change.task)).map(asItIs)
      const unreached = [...tasks.tasks.keys()].filter((name) => !reached.has(name)).length
      found.push({ project, decision, tasks, since: last?.at, isCompared: false, changes, unreached })
    }
    return found
  })

const headingOf = ({ isCompared, since }: Untrusted): SafeText =>
  since === undefined
    ? text`not trusted yet; what would run:`
    : isCompared
      ? text`changed since ${since.slice(0, 10)}, when it was trusted last:`
      : text`changed since ${since.slice(0, 10)}, when it was trusted last; what it was then is not known any more, so this is what would run:`

/** All of it, on several lines. @category printing */
export const paragraph = (one: Untrusted): SafeText => {
  const { changes, project, unreached } = one
  return join(
    [
      text`${styled("bold", project.name)} (${project.path}): ${headingOf(one)}`,
      ...InheritancePrint.changeLines(changes),
      ...(changes.length === 0 ? [text`  no command, call or variable of a task; something else in its files`] : []),
      ...(unreached === 0 ? [] : [text`  and ${unreached} ${unreached === 1 ? "task" : "tasks"} that this run does not reach, which ${unreached === 1 ? "is" : "are"} trusted with it`])
    ],
    "\n"
  )
}

/** For scripts: of a project that is trusted, or not; undefined: it is. @category printing */
export const forScripts = (one: Untrusted | undefined) =>
  one === undefined
    ? { state: "trusted" }
    : { state: one.since === undefined ? "new" : "changed", hash: one.decision.hash, since: one.since ?? null, compared: one.isCompared, changes: one.changes.map(InheritancePrint.changeForScripts), unreached: one.unreached }
