/**
 * What became of each project when all of them were planned or updated: a small value, so that thousands of them take no memory worth mentioning.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import type * as Cause from "effect/Cause"
import type { TemplateVersion } from "./TemplateSnapshot.js"
import { pending, type UpdatePlan } from "./UpdatePlan.js"

/**
 * How a project stands.
 *
 * - `up to date`: nothing to do
 * - `clean`: an update that fits, to be made or made
 * - `conflicts`: an update of which some files do not fit
 * - `failed`: it could not be planned or updated
 * - `no template`: it comes from none, so there is nothing to compare with
 * - `missing`: its folder is not there
 *
 * @category models
 */
export type FleetState = "up to date" | "clean" | "conflicts" | "failed" | "no template" | "missing"

/** The states in the order in which a summary names them. @category constants */
export const states: ReadonlyArray<FleetState> = ["up to date", "clean", "conflicts", "failed", "no template", "missing"]

/** How many files there are of each `FileClass`; those of which there are none are absent. @category models */
export type ClassCounts = { readonly [fileClass: string]: number }

/**
 * What became of a pull request: `declined` is one that somebody closed without taking it, `left alone` one whose branch somebody else changed.
 *
 * @category models
 */
export interface ProposedPull {
  readonly action: "opened" | "updated" | "unchanged" | "declined" | "left alone"
  readonly url?: string
}

/** What is kept of a plan. @category models */
export interface FleetUpdate {
  readonly state: FleetState
  readonly template?: string
  readonly from?: TemplateVersion
  readonly to?: TemplateVersion
  readonly counts: ClassCounts
  /** the files that do not fit, by path */
  readonly conflicts: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<string>
  readonly pull?: ProposedPull
}

/** One project, and what became of it; `cause` says why where it failed. @category models */
export interface FleetOutcome<E> extends FleetUpdate {
  readonly project: Project
  readonly cause?: Cause.Cause<E>
}

/** Nothing to tell but the state. @category constructors */
export const bare = (state: FleetState): FleetUpdate => ({ state, counts: {}, conflicts: [], warnings: [] })

/** Whether a plan changes something: a file, or the version that is recorded. @category guards */
export const changesSomething = (plan: UpdatePlan): boolean =>
  plan.files.some((file) => pending.has(file.class)) || plan.from.version !== plan.to.version || plan.from.commit !== plan.to.commit

/** What is kept of a plan: no contents of files. @category constructors */
export const ofPlan = (plan: UpdatePlan): FleetUpdate => {
  const counts: { [fileClass: string]: number } = {}
  for (const file of plan.files) counts[file.class] = (counts[file.class] ?? 0) + 1
  const conflicts = plan.files.flatMap((file) => (file.class === "conflict" ? [file.path] : []))
  const isPending = plan.files.some((file) => pending.has(file.class))
  return {
    state: conflicts.length > 0 ? "conflicts" : isPending ? "clean" : "up to date",
    template: plan.template,
    from: plan.from,
    to: plan.to,
    counts,
    conflicts,
    warnings: plan.warnings
  }
}

/** How many projects there are of each state. @category models */
export type FleetSummary = Readonly<Record<FleetState, number>>

/** Count outcomes by their states. @category constructors */
export const summarise = (outcomes: Iterable<Pick<FleetUpdate, "state">>): FleetSummary => {
  const summary: Record<FleetState, number> = { "up to date": 0, clean: 0, conflicts: 0, failed: 0, "no template": 0, missing: 0 }
  for (const { state } of outcomes) summary[state] += 1
  return summary
}
