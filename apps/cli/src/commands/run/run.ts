import type { Project } from "@dev-infra/metadata/Project"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { KnownProject } from "@dev-infra/task-runner/FleetPlan"
import { FleetRunJournal, logNames, type OpenRun, type RunLog, type RunStart, type UnfinishedRun } from "@dev-infra/task-runner/FleetRunJournal"
import * as FleetRun from "@dev-infra/task-runner/FleetRun"
import { TaskOutput } from "@dev-infra/task-runner/TaskOutput"
import * as TaskOutputLive from "@dev-infra/task-runner/TaskOutputLive"
import { TaskPrompts } from "@dev-infra/task-runner/TaskPrompts"
import * as TaskRunner from "@dev-infra/task-runner/TaskRunner"
import { sha256 } from "@dev-infra/git-repositories/Digest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import * as FleetTaskServices from "../../FleetTaskServices.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Progress } from "../../Progress.js"
import { Prompt } from "../../Prompt.js"
import { styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import * as TaskSettings from "../../TaskSettings.js"
import * as TaskShim from "../../TaskShim.js"
import * as TaskWorld from "../../TaskWorld.js"
import { UsageError } from "../../UsageError.js"
import * as Chosen from "./chosen.js"
import type { RunInput } from "./command.js"
import * as Shown from "./output.js"
import * as Print from "./print.js"
import * as Review from "./review.js"
import * as FleetTrust from "./trust.js"

/** So many hexadecimal digits say that other variables were given; too few to find out which. */
const givenDigits = 4

const givenOf = ({ variables }: Chosen.Words, rest: ReadonlyArray<string>): string =>
  variables.size === 0 && rest.length === 0 ? "" : sha256(JSON.stringify([[...variables].toSorted(), rest])).slice(0, givenDigits)

const stateOf = ({ tasks }: TaskRunner.RunReport): FleetRun.GoodState => {
  const has = (outcome: TaskRunner.RanTask["outcome"]) => tasks.some((task) => task.outcome === outcome)
  if (has("ran") || tasks.length === 0) return "ran"
  return has("upToDate") ? "up to date" : "skipped"
}

/** Nobody answers: many run side by side. */
const noPrompts = TaskPrompts.of({ confirm: () => Effect.succeed("NoTerminal"), ask: () => Effect.succeed(undefined) })

interface Work {
  readonly input: RunInput
  readonly words: Chosen.Words
  readonly task: string
  readonly plan: Chosen.Plan
  readonly run: OpenRun
  readonly finished: UnfinishedRun["finished"]
}

/** What runs the task of one project. */
const runner = ({ input, plan, run, task, words }: Work, shown: Shown.Shown, logs: Map<string, RunLog>) =>
  Effect.gen(function* () {
    const { environment } = yield* Surroundings
    const settings = TaskSettings.read(environment)
    const shim = yield* TaskShim.make({ ...settings, frozen: settings.frozen || input.frozen })
    const world = yield* TaskWorld.world
    const names = logNames(plan.nodes.map(({ project }) => project))
    return ({ project, task: found }: Chosen.Plan["nodes"][number]): Effect.Effect<FleetRun.GoodState, CommandError, FleetTaskServices.FleetTaskServices> =>
      Effect.scoped(
        Effect.gen(function* () {
          if (found._tag === "Unknown") return yield* Effect.fail(found.failure)
          const log = yield* run.log(names.get(project.id) ?? `${project.id}.log`)
          logs.set(project.id, log)
          const live = shown.live(project.name)
          const output = TaskOutputLive.make({
            passThrough: false,
            write: (_stream, bytes) => {
              log.write(bytes)
              live.write(bytes)
            }
          })
          const report = yield* TaskRunner.run(found.graph, {
            ...shim,
            calls: [{ task }],
            variables: words.variables,
            arguments: input.rest,
            workingDirectory: project.path,
            world,
            assumeYes: input.yes
          }).pipe(
            Effect.provideService(TaskOutput, output),
            Effect.provideService(TaskPrompts, noPrompts),
            Effect.ensuring(Effect.sync(live.end))
          )
          const problem = log.problem()
          if (problem !== undefined) return yield* problem
          return stateOf(report)
        })
      )
  })

/** The command that goes on with a run. */
const again = (input: RunInput, task: string) => Next.line("run", task, "--resume", ...(input.keepGoing ? ["--keep-going"] : []))

/** What is known of a run while it goes on. */
interface Course {
  /** milliseconds since 1970 */
  readonly began: number
  /** when each project started, by id */
  readonly starts: Map<string, number>
  readonly ended: Map<string, Print.Outcome>
  /** of projects that run */
  readonly logs: Map<string, RunLog>
  /** of projects that ended */
  readonly paths: Map<string, string>
}

/** How far it came, for whoever interrupted it. */
const interrupted = ({ finished, input, plan, run, task }: Work, { began, ended, logs, paths, starts }: Course, shown: Shown.Shown) =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const outcomes = plan.nodes.map(({ project }): Print.Outcome => {
      const before = finished.get(project.id)
      if (before !== undefined) return { project, state: before.state, duration: before.duration, reason: "", earlier: true }
      const start = starts.get(project.id)
      const cut: Print.Outcome = start === undefined ? { project, state: "not run", duration: 0, reason: "interrupted before it began", earlier: false } : { project, state: "failed", duration: at - start, reason: "interrupted", earlier: false }
      return ended.get(project.id) ?? cut
    })
    for (const outcome of outcomes) {
      const log = logs.get(outcome.project.id)
      if (log === undefined) continue
      paths.set(outcome.project.id, log.path)
      yield* shown.ended(outcome, log)
    }
    const further = [text`${yield* again(input, task)}   ${styled("dim", "goes on with what is left")}`]
    yield* Effect.ignore(Print.summary(outcomes, { id: run.id, task, folder: run.folder, logs: paths, duration: at - began }, further, input.json))
  })

/** Run all of it, and sum it up. */
const perform = (work: Work): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices | FleetTaskServices.FleetTaskServices> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { finished, input, plan, run, task } = work
      const progress = yield* Progress
      const { processors } = yield* Surroundings
      const shown = yield* input.output === "prefixed" ? Shown.prefixed(input.json) : Shown.grouped(input.json)
      const began = yield* Clock.currentTimeMillis
      const course: Course = { began, starts: new Map(), ended: new Map(), logs: new Map(), paths: new Map() }
      const { logs, paths } = course
      const runProject = yield* runner(work, shown, logs)
      let count = 0
      const outcomes = yield* progress.during({ label: "running", total: plan.nodes.length }, (report) =>
        FleetRun.run(
          plan,
          {
            jobs: Option.getOrElse(input.jobs, processors),
            keepGoing: input.keepGoing,
            finished,
            onStart: ({ id, name }: KnownProject) =>
              Effect.gen(function* () {
                course.starts.set(id, yield* Clock.currentTimeMillis)
                yield* report(count, name)
              }),
            onEnd: (outcome: Print.Outcome) =>
              Effect.gen(function* () {
                const { duration, project, state } = outcome
                const log = logs.get(project.id)
                if (log !== undefined) paths.set(project.id, log.path)
                logs.delete(project.id)
                course.ended.set(project.id, outcome)
                yield* shown.ended(outcome, log)
                if (state !== "failed" && state !== "not run") yield* Effect.ignore(run.finish({ id: project.id, state, duration }))
                yield* report(++count, project.name)
              })
          },
          runProject
        )
      ).pipe(Effect.onInterrupt(() => interrupted(work, course, shown)))
      const counts = FleetRun.summarise(outcomes)
      const isDone = counts.failed === 0 && counts["not run"] === 0
      if (isDone) yield* run.end
      const further = isDone ? [] : [text`${yield* again(input, task)}   ${styled("dim", "runs what did not end well again")}`]
      const facts = { id: run.id, task, folder: run.folder, logs: paths, duration: (yield* Clock.currentTimeMillis) - began }
      yield* Print.summary(outcomes, facts, further, input.json)
      return counts.failed > 0 ? ExitCode.failed : ExitCode.done
    })
  )

/** What is wrong with a plan before anything runs, unless the others are to go on without it. */
const refuseUnknown = (input: RunInput, task: string, { nodes }: Chosen.Plan) =>
  Effect.gen(function* () {
    const output = yield* Output
    const unknown = nodes.flatMap(({ project, task: found }) => (found._tag === "Unknown" ? [{ project, failure: found.failure }] : []))
    const [first] = unknown
    if (first === undefined || input.keepGoing) return
    for (const { failure, project } of unknown) yield* output.warning(text`${project.name}: ${Print.sentenceOf(failure)}`)
    return yield* new CommandFailed({
      what: `the task ${task} of ${unknown.length === 1 ? first.project.name : `${unknown.length} projects`} cannot be read, so nothing was started`,
      hint: "mend that, or give --keep-going to run the others"
    })
  })

const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

/** Make a plan, let it be confirmed, and hand it on. */
const planned = (input: RunInput, words: Chosen.Words, task: string, before?: UnfinishedRun) =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const { chosen, known } = yield* Chosen.projectsOf(input, words, before?.start.projects)
    const { plan, suggestion } = yield* Chosen.plan(task, chosen, known)
    if (plan.nodes.length === 0 && chosen.length > 0) {
      return yield* new CommandFailed({
        what: `${words.projects.length > 0 ? "none of these projects" : "no project"} has a task called ${task}`,
        hint: suggestion ?? "dev-infra task --list shows the tasks of the project of this folder"
      })
    }
    if (input.plan) {
      const left = Chosen.without(plan, before?.finished ?? new Map())
      yield* Print.plan(task, left, { json: input.json, asData: true, untrusted: yield* Review.untrusted(left) })
      return { chosen, plan, goesOn: false, code: plan.nodes.some(({ task: found }) => found._tag === "Unknown") ? ExitCode.failed : ExitCode.done }
    }
    if (chosen.length === 0) {
      yield* output.message(text`No project fits.`)
      if (!input.json) return { chosen, plan, goesOn: false, code: ExitCode.done }
    }
    if (!input.json) yield* Print.plan(task, plan, { json: false, asData: false, untrusted: [] })
    yield* refuseUnknown(input, task, plan)
    if (!(yield* FleetTrust.ensure(input, plan))) {
      yield* output.error(text`These tasks are not trusted, so nothing was started.`)
      return { chosen, plan, goesOn: false, code: ExitCode.failed }
    }
    const asks = prompt.isPossible && !input.yes && !input.trust && plan.nodes.length > 0
    const goesOn = !asks || (yield* prompt.confirm({ question: text`Run ${task} in ${plan.nodes.length} project${plan.nodes.length === 1 ? "" : "s"}?`, flag: "--yes", byDefault: true }))
    if (!goesOn) yield* output.message(text`Nothing was run.`)
    return { chosen, plan, goesOn, code: ExitCode.done }
  })

const fresh = (input: RunInput, words: Chosen.Words, task: string) =>
  Effect.gen(function* () {
    const journal = yield* FleetRunJournal
    const { chosen, code, goesOn, plan } = yield* planned(input, words, task)
    if (!goesOn) return code
    const start: RunStart = { started: yield* now, task, projects: chosen.map(({ id }: Project) => id), given: givenOf(words, input.rest) }
    return yield* journal.begin(start, (run) => perform({ input, words, task, plan, run, finished: new Map() }))
  })

const resumed = (input: RunInput, words: Chosen.Words) =>
  Effect.gen(function* () {
    const output = yield* Output
    const journal = yield* FleetRunJournal
    const { logFolder } = yield* DevInfraHome
    const wanted = Option.getOrUndefined(input.task)
    const done = yield* journal.resume(wanted, (run, before) =>
      Effect.gen(function* () {
        const { finished, start } = before
        if (start.given !== givenOf(words, input.rest)) {
          return yield* new UsageError({ command: ["run"], message: `the run of ${start.task} that was begun at ${start.started} had other variables or arguments`, hint: "give the same ones again: they are not kept" })
        }
        yield* output.message(text`Going on with ${start.task}, begun at ${start.started}: ${start.projects.length - finished.size} of ${start.projects.length} projects are left.`)
        const { chosen, code, goesOn, plan } = yield* planned(input, words, start.task, before)
        if (!goesOn) return code
        const gone = start.projects.length - chosen.length
        if (gone > 0) yield* output.warning(text`${gone} of the projects ${gone === 1 ? "is" : "are"} not registered any more`)
        return yield* perform({ input, words, task: start.task, plan, run, finished })
      })
    )
    if (Option.isSome(done)) return done.value
    return yield* new CommandFailed({ what: `there is no run${wanted === undefined ? "" : ` of ${wanted}`} to go on with`, where: `${logFolder}/runs`, why: "the last one came to its end, or there was none" })
  })

/** Run a task in many projects. @category commands */
export const run = (input: RunInput): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const words = Chosen.wordsOf(input.words)
    const problem = Chosen.contradiction(input, words)
    if (problem !== undefined) return yield* problem
    if (input.resume) return yield* resumed(input, words)
    return yield* fresh(input, words, Option.getOrElse(input.task, () => ""))
    // A plan starts nothing, so it needs nobody's trust.
  }).pipe(Effect.provide(FleetTaskServices.layer({ trustAll: input.trust || input.plan, frozen: input.frozen })))
