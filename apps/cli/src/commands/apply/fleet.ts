/**
 * Updates of all projects: here, or as pull requests.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import { Registry } from "@dev-infra/registry/Registry"
import * as FleetApply from "@dev-infra/templates/FleetApply"
import * as FleetPlan from "@dev-infra/templates/FleetPlan"
import { GitHub } from "@dev-infra/templates/GitHub"
import * as PullRequests from "@dev-infra/templates/PullRequests"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import * as ExitCode from "../../ExitCode.js"
import { filterOf } from "../../FilterFlags.js"
import * as FleetPrint from "../../FleetPrint.js"
import * as FleetServices from "../../FleetServices.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Progress } from "../../Progress.js"
import { styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { ApplyInput } from "./command.js"

interface Problem {
  readonly message: string
  readonly hint?: string
}

const hasFilter = (input: ApplyInput): boolean => Object.keys(filterOf(input)).length > 0

/** What does not go together. */
const contradiction = (input: ApplyInput): Problem | undefined => {
  if (Option.isSome(input.project)) return { message: "all projects are updated, so none is named", hint: "--tag, --status, --template and --organization choose among them" }
  if (input.variables.length > 0) return { message: "--var is for one project", hint: "write answers that a version needs under answers: of each .dev-infra.yml" }
  if (input.trust) return { message: "--trust is for one project: what a template would run is to be looked at first" }
  if (input.resume && input.pullRequests) return { message: "--resume is for updates that are made here", hint: "a second run with --pull-requests does nothing twice" }
  if (input.resume) {
    const isChanged = hasFilter(input) || Option.isSome(input.to) || Option.isSome(input.ask) || input.allowDirty || input.onConflict !== "markers"
    return isChanged || input.dryRun ? { message: "--resume goes on in the way in which it was begun, so nothing else is said with it" } : undefined
  }
  if (!input.all) return { message: "--pull-requests goes together with --all" }
  return input.yes || input.dryRun ? undefined : { message: "an update of all projects needs --yes", hint: "dev-infra plan --all shows what it would do" }
}

const chosen = (input: ApplyInput) =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const { problems, projects } = yield* registry.list({ filter: filterOf(input), sort: "name" })
    yield* EntryProblems.warn(problems)
    return projects
  })

/** A report on how far the work is, for whoever hears of one project after the other. */
const counting = (report: (count: number, current: string) => Effect.Effect<void>) => {
  let count = 0
  return ({ project }: { readonly project: Project }) => report(++count, project.name)
}

/** Update them here. */
const here = (input: ApplyInput) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    const projects = yield* chosen(input)
    const to = Option.match(input.to, { onNone: () => ({}), onSome: (version) => ({ to: version }) })
    const options = { ...to, onConflict: input.onConflict, ask: Option.getOrElse(input.ask, () => "skip" as const), allowDirty: input.allowDirty }
    return yield* progress.during({ label: "updating", total: projects.length }, (report) => FleetApply.apply(projects, options, counting(report)))
  })

/** Go on with what was cut off. */
const resumed = Effect.gen(function* () {
  const output = yield* Output
  const progress = yield* Progress
  const registry = yield* Registry
  const { projects } = yield* registry.list()
  const { gone, outcomes } = yield* progress.during({ label: "updating" }, (report) =>
    FleetApply.resume(
      projects,
      (left, run) => output.message(text`Going on with the update that was begun at ${run.started}: ${left.length} of ${run.projects.length} projects are left.`),
      counting(report)
    )
  )
  if (gone.length > 0) yield* output.warning(text`${gone.length} of the projects ${gone.length === 1 ? "is" : "are"} not registered any more`)
  return outcomes
})

/** What it would do, for `--dry-run`. */
const planned = (projects: ReadonlyArray<Project>, input: ApplyInput) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    const outcomes: Array<FleetPrint.Outcome> = []
    yield* progress.during({ label: "planning", total: projects.length }, (report) => {
      const heard = counting(report)
      return Stream.runForEach(FleetPlan.plan(projects, { to: Option.getOrUndefined(input.to) }), (outcome) => Effect.zipRight(Effect.sync(() => void outcomes.push(outcome)), heard(outcome)))
    })
    return outcomes
  })

/** The projects that ask for pull requests; how many do not is told. */
const automatic = (input: ApplyInput) =>
  Effect.gen(function* () {
    const output = yield* Output
    const all = yield* chosen(input)
    const projects = yield* PullRequests.automatic(all)
    const others = all.length - projects.length
    if (others > 0) yield* output.message(text`${others} of ${all.length} projects ${others === 1 ? "has" : "have"} no auto_update: true in ${others === 1 ? "its" : "their"} .dev-infra.yml, and ${others === 1 ? "is" : "are"} left out.`)
    return projects
  })

/** Propose them to their repositories. */
const proposed = (input: ApplyInput) =>
  Effect.gen(function* () {
    const output = yield* Output
    const progress = yield* Progress
    const { environment } = yield* Surroundings
    const projects = yield* automatic(input)
    if (input.dryRun) return yield* planned(projects, input)
    if (projects.length > 0) yield* Effect.flatMap(GitHub, ({ ready }) => ready)
    const options = {
      to: Option.getOrUndefined(input.to),
      onConflict: input.onConflict,
      ask: Option.getOrElse(input.ask, () => "skip" as const),
      environment,
      onWait: (seconds: number) => output.message(text`Waiting for ${seconds} second${seconds === 1 ? "" : "s"}, as GitHub asks for.`)
    }
    const outcomes: Array<FleetPrint.Outcome> = []
    yield* progress.during({ label: "proposing", total: projects.length }, (report) => {
      const heard = counting(report)
      return Stream.runForEach(PullRequests.propose(projects, options), (outcome) => Effect.zipRight(Effect.sync(() => void outcomes.push(outcome)), heard(outcome)))
    })
    return outcomes
  })

const work = (input: ApplyInput) => {
  if (input.resume) return resumed
  if (input.pullRequests) return proposed(input)
  return input.dryRun ? Effect.flatMap(chosen(input), (projects) => planned(projects, input)) : here(input)
}

/** Update all projects that fit the filter, or go on with that. @category commands */
export const apply = (input: ApplyInput): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const problem = contradiction(input)
    if (problem !== undefined) return yield* new UsageError({ command: ["apply"], ...problem })
    const outcomes: ReadonlyArray<FleetPrint.Outcome> = yield* work(input)
    const summary = yield* FleetPrint.print(outcomes, input)
    if (input.dryRun) yield* output.message(text`Nothing was changed.`)
    else if (summary.failed > 0 && !input.pullRequests) {
      yield* output.message(text`${yield* Next.line("apply", "--all", "--resume")}   ${styled("dim", "tries those again that failed")}`)
    }
    return summary.failed > 0 ? ExitCode.failed : ExitCode.done
  }).pipe(Effect.provide(FleetServices.layer))
