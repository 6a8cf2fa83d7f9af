/**
 * How a run over many projects is shown: its plan, what each project printed, and how each ended.
 *
 * @module
 */
import * as FleetRun from "@dev-infra/task-runner/FleetRun"
import type { FleetNeed, FleetNode } from "@dev-infra/task-runner/FleetPlan"
import type { MergedTask, TaskfileNode } from "@dev-infra/taskfile/TaskGraph"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError, OutputFailed } from "../../CommandError.js"
import { describe } from "../../ErrorReport.js"
import { Output } from "../../Output.js"
import { join, render, type SafeText, styled, text } from "../../SafeText.js"
import type { Plan, ProjectTask } from "./chosen.js"
import * as Review from "./review.js"

/** A project, and what became of it. @category models */
export type Outcome = FleetRun.FleetOutcome<CommandError>

const shortCommit = 7

/** Where a task comes from, beside its file. */
const originOf = ({ origin }: TaskfileNode): string => {
  switch (origin._tag) {
    case "Local":
      return ""
    case "Remote":
      return `${origin.url}${origin.ref === undefined ? "" : `@${origin.ref}`}`
    case "Inherited":
      return `${origin.name} ${origin.ref}${origin.commit === undefined ? " (linked, not pinned)" : ` (${origin.commit.slice(0, shortCommit)})`}`
  }
}

const folderOf = ({ directory: { base, text: path } }: MergedTask): string => (path === "" ? base : path.startsWith("/") || path.includes("{{") ? path : `${base}/${path}`)

const fileOf = ({ node, task }: MergedTask, folder: string): string => {
  const { file } = node.taskfile
  return `${file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file}:${task.location.line}`
}

/** Why a project waits, in words. */
const reasonOf = ({ name, through }: FleetNeed): string => (through.length === 0 ? `depends on ${name}` : `depends on ${[...through, name].join(", which depends on ")}`)

const problemOf = (task: ProjectTask): SafeText | undefined => (task._tag === "Unknown" ? describe(task.failure) : undefined)

const fromText = (task: ProjectTask, folder: string): string => {
  if (task._tag === "Unknown") return ""
  const origin = originOf(task.task.node)
  return `${fileOf(task.task, folder)}${origin === "" ? "" : `, ${origin}`}`
}

const planRow = ({ needs, project, task, wave }: FleetNode<ProjectTask>) => {
  const problem = problemOf(task)
  return [
    String(wave),
    project.name,
    task._tag === "Found" ? task.task.name : "",
    fromText(task, project.path),
    task._tag === "Found" ? folderOf(task.task) : project.path,
    problem === undefined ? needs.map(reasonOf).join("; ") : styled("red", render(problem, false).replace(/\s+/g, " "))
  ]
}

const planColumns = [
  { title: "WAVE", align: "right" },
  { title: "PROJECT", shorten: "text" },
  { title: "TASK", shorten: "text" },
  { title: "FROM", shorten: "text" },
  { title: "FOLDER", shorten: "path" },
  { title: "WHY THEN", shorten: "text" }
] as const

const planJson = (task: string, { nodes, outside, waves, without }: Plan, untrusted: ReadonlyArray<Review.Untrusted>) => ({
  task,
  waves: waves.map((wave) => wave.map(({ project }) => project.id)),
  projects: nodes.map(({ needs, project, task: found, wave }) => {
    const problem = problemOf(found)
    return {
      ...project,
      wave,
      task: found._tag === "Found" ? found.task.name : null,
      from: found._tag === "Found" ? { ...found.task.task.location, origin: found.task.node.origin } : null,
      directory: found._tag === "Found" ? folderOf(found.task) : null,
      needs: needs.map((need) => ({ ...need, reason: reasonOf(need) })),
      trust: found._tag === "Found" ? Review.forScripts(untrusted.find((each) => each.project.id === project.id)) : null,
      ...(problem === undefined ? {} : { problem: render(problem, false) })
    }
  }),
  without_task: without,
  outside: outside.map(({ project, reference, target }) => ({ project, reference, target: target ?? null }))
})

/** A failure in a sentence. @category combinators */
export const sentenceOf = (failure: CommandError): SafeText => describe(failure)

const many = (count: number): string => `${count} project${count === 1 ? "" : "s"}`

/** What is worth knowing of a plan beside its table. */
const remarks = (task: string, { outside, without }: Plan) =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const { project, reference, target } of outside) {
      yield* output.warning(
        target === undefined ? text`${project.name} depends on ${reference}, which is no registered project` : text`${project.name} depends on ${target.name} (${target.path}), which was not chosen and is not run`
      )
    }
    if (without.length > 0) yield* output.message(text`${many(without.length)} without a task ${task} ${without.length === 1 ? "is" : "are"} skipped: ${without.map(({ name }) => name).join(", ")}`)
  })

/** Show a plan; as data for `--plan`, else to whoever is about to start it. @category printing */
export const plan = (task: string, made: Plan, how: { readonly json: boolean; readonly asData: boolean; readonly untrusted: ReadonlyArray<Review.Untrusted> }): Effect.Effect<void, OutputFailed, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    if (how.json) return yield* output.json(planJson(task, made, how.untrusted))
    if (how.asData) yield* output.table({ columns: planColumns, rows: made.nodes.map(planRow) })
    else {
      for (const wave of made.waves) {
        for (const node of wave) {
          const reasons = node.needs.map(reasonOf).join("; ")
          yield* output.message(text`${styled("dim", `${node.wave}.`)} ${node.project.name}  ${styled("dim", fromText(node.task, node.project.path))}${reasons === "" ? text`` : text`  ${styled("dim", reasons)}`}`)
        }
      }
    }
    yield* remarks(task, made)
    for (const each of how.untrusted) yield* output.message(Review.paragraph(each))
    if (how.asData) yield* output.message(text`${many(made.nodes.length)} in ${made.waves.length} wave${made.waves.length === 1 ? "" : "s"}; nothing was started.`)
  })

/** `1.2 s`, `3 min 4 s`. */
const duration = (milliseconds: number): string => {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

const stateText = (state: FleetRun.FleetState): SafeText => styled(state === "ran" ? "green" : state === "failed" ? "red" : state === "not run" ? "yellow" : "dim", state)

/** Why a project failed, in a sentence. */
const failureOf = ({ cause }: Outcome): SafeText | undefined => {
  if (cause === undefined) return undefined
  const failure = Cause.failureOption(cause)
  if (Option.isSome(failure)) return describe(failure.value)
  const defect = Cause.squash(cause)
  return text`this is a defect of dev-infra: ${defect instanceof Error ? defect.message : String(defect)}`
}

/** What stands before the output of a project. @category combinators */
export const heading = (outcome: Outcome): SafeText => text`${styled("bold", outcome.project.name)} ${stateText(outcome.state)} ${styled("dim", duration(outcome.duration))}`

const noteOf = (outcome: Outcome): string => {
  const failure = failureOf(outcome)
  if (failure !== undefined) return render(failure, false).replace(/\s+/g, " ")
  return outcome.earlier ? "in the run before" : outcome.reason
}

/** Where a run keeps what it says. @category models */
export interface RunFacts {
  readonly id: string
  readonly task: string
  readonly folder: string
  readonly logs: ReadonlyMap<string, string>
  /** milliseconds */
  readonly duration: number
}

/** The table, the line that sums it up, and where the logs are; or the same as a document. @category printing */
export const summary = (outcomes: ReadonlyArray<Outcome>, facts: RunFacts, further: ReadonlyArray<SafeText>, json: boolean): Effect.Effect<FleetRun.FleetSummary, OutputFailed, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const counts = FleetRun.summarise(outcomes)
    const sorted = outcomes.toSorted((left, right) => (left.project.name < right.project.name ? -1 : left.project.name > right.project.name ? 1 : 0))
    if (json) {
      yield* output.json({
        run: facts.id,
        task: facts.task,
        projects: sorted.map((outcome) => {
          const failure = failureOf(outcome)
          return {
            ...outcome.project,
            state: outcome.state,
            duration_ms: outcome.duration,
            ...(outcome.reason === "" ? {} : { reason: outcome.reason }),
            ...(outcome.earlier ? { earlier: true } : {}),
            ...(failure === undefined ? {} : { problem: render(failure, false) }),
            log: facts.logs.get(outcome.project.id) ?? null
          }
        }),
        summary: counts,
        logs: facts.folder
      })
    } else {
      yield* output.table({
        columns: [{ title: "PROJECT", shorten: "text" }, { title: "STATE" }, { title: "TIME", align: "right" }, { title: "NOTE", shorten: "text" }],
        rows: sorted.map((outcome) => [outcome.project.name, stateText(outcome.state), outcome.duration === 0 && outcome.state !== "ran" ? "" : duration(outcome.duration), noteOf(outcome)])
      })
    }
    for (const outcome of sorted) {
      const failure = failureOf(outcome)
      if (failure !== undefined) yield* output.warning(text`${outcome.project.name}: ${failure}`)
    }
    const parts = FleetRun.states.map((state) => `${counts[state]} ${state}`)
    yield* output.message(text`${many(outcomes.length)}: ${parts.join(", ")}; ${duration(facts.duration)}`)
    for (const line of further) yield* output.message(line)
    yield* output.message(join([text`logs:`, text`${facts.folder}`], " "))
    return counts
  })
