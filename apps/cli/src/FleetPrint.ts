/**
 * What became of many projects, for people and for programs.
 *
 * @module
 */
import { type FleetOutcome, type FleetState, type FleetSummary, type ProposedPull, states, summarise } from "@dev-infra/templates/FleetOutcome"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError, OutputFailed } from "./CommandError.js"
import { describe } from "./ErrorReport.js"
import { type Cell, Output } from "./Output.js"
import { join, render, type SafeText, styled, text } from "./SafeText.js"

/** A project and what became of it. @category models */
export type Outcome = FleetOutcome<CommandError>

/** Why a project failed, in a sentence. */
const reasonOf = ({ cause }: Outcome): SafeText | undefined => {
  if (cause === undefined) return undefined
  const failure = Cause.failureOption(cause)
  if (Option.isSome(failure)) return describe(failure.value)
  const defect = Cause.squash(cause)
  return text`this is a defect of dev-infra: ${defect instanceof Error ? defect.message : String(defect)}`
}

const stateText = (state: FleetState): SafeText => {
  switch (state) {
    case "clean":
      return styled("green", state)
    case "conflicts":
    case "failed":
      return styled("red", state)
    case "missing":
      return styled("yellow", state)
    default:
      return styled("dim", state)
  }
}

const pullText = ({ action, url }: ProposedPull): SafeText => (url === undefined ? text`${action}` : text`${action}: ${url}`)

const noteOf = (outcome: Outcome): Cell => {
  const reason = reasonOf(outcome)
  if (reason !== undefined) return render(reason, false).replace(/\s+/g, " ")
  const conflicts = outcome.conflicts.length === 0 ? [] : [text`conflicts in ${outcome.conflicts.join(", ")}`]
  return join([...(outcome.pull === undefined ? [] : [pullText(outcome.pull)]), ...conflicts], ", ")
}

/** A project that was looked at with success has versions, and a number for each kind of change. */
const rowOf = (outcome: Outcome): ReadonlyArray<Cell> => {
  const { counts, from, project, state, to } = outcome
  const changes = Object.entries(counts).filter(([kind]) => kind !== "local" && kind !== "never" && kind !== "customised" && kind !== "kept-deleted")
  return [project.name, stateText(state), from?.version ?? "", to?.version ?? "", changes.map(([kind, count]) => `${count} ${kind}`).join(", "), noteOf(outcome)]
}

const columns = [
  { title: "NAME", shorten: "text" },
  { title: "STATE" },
  { title: "FROM" },
  { title: "TO" },
  { title: "CHANGES", shorten: "text" },
  { title: "NOTE", shorten: "text" }
] as const

/** By name, as lists are; those of one name by their paths. */
const sorted = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<Outcome> => {
  const keyOf = ({ project }: Outcome): string => `${project.name.toLowerCase()}\n${project.path}`
  return outcomes.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : keyOf(left) > keyOf(right) ? 1 : 0))
}

const many = (count: number): string => `${count} project${count === 1 ? "" : "s"}`

/** `12 projects: 9 up to date, 1 clean, 1 conflicts, 1 failed`; the first four are always named. */
const summaryText = (count: number, summary: FleetSummary): SafeText => {
  const always: ReadonlySet<FleetState> = new Set(["up to date", "clean", "conflicts", "failed"])
  const parts = states.flatMap((state) => (always.has(state) || summary[state] > 0 ? [`${summary[state]} ${state}`] : []))
  return text`${many(count)}: ${parts.join(", ")}`
}

const forScripts = (outcome: Outcome) => {
  const { conflicts, counts, from, project, pull, state, template, to, warnings } = outcome
  const reason = reasonOf(outcome)
  return {
    id: project.id,
    name: project.name,
    path: project.path,
    state,
    template: template ?? project.template,
    from: from ?? null,
    to: to ?? null,
    counts,
    conflicts,
    warnings,
    ...(pull === undefined ? {} : { pull_request: { action: pull.action, url: pull.url ?? null } }),
    ...(reason === undefined ? {} : { problem: render(reason, false) })
  }
}

/**
 * Print the one table and the one line that sum up what was done, or the same as a document.
 *
 * @category printing
 */
export const print = (outcomes: ReadonlyArray<Outcome>, { json }: { readonly json: boolean }): Effect.Effect<FleetSummary, OutputFailed, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const summary = summarise(outcomes)
    const all = sorted(outcomes)
    if (json) yield* output.json({ projects: all.map(forScripts), summary })
    // What somebody has to read is what is not as it should be, or was done.
    else yield* output.table({ columns, rows: all.filter(({ state }) => !output.isTerminal || (state !== "up to date" && state !== "no template")).map(rowOf) })
    for (const outcome of all) {
      const reason = reasonOf(outcome)
      if (reason !== undefined) yield* output.warning(text`${outcome.project.name}: ${reason}`)
      for (const warning of outcome.warnings) yield* output.warning(text`${outcome.project.name}: ${warning}`)
      if (outcome.state === "missing") yield* output.warning(text`${outcome.project.name}: ${outcome.project.path} is missing`)
    }
    yield* output.message(summaryText(outcomes.length, summary))
    return summary
  })
