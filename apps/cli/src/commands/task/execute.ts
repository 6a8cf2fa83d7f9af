/**
 * What runs tasks, or finds out by the runner what they would do.
 *
 * @module
 */
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import type { OutputStyle } from "@dev-infra/taskfile/Taskfile"
import type { MergedTask, TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import * as TaskCheck from "@dev-infra/taskfile/TaskCheck"
import { TaskNotFound } from "@dev-infra/taskfile/TaskfileError"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as TaskList from "@dev-infra/taskfile/TaskList"
import * as TaskLookup from "@dev-infra/taskfile/TaskLookup"
import { TaskOutput } from "@dev-infra/task-runner/TaskOutput"
import * as TaskRunner from "@dev-infra/task-runner/TaskRunner"
import * as TaskStatus from "@dev-infra/task-runner/TaskStatus"
import * as TaskSummary from "@dev-infra/task-runner/TaskSummary"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { GlobalFlags } from "../../GlobalFlags.js"
import { Output, usesColor } from "../../Output.js"
import { join, text } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import * as TaskRunServices from "../../TaskRunServices.js"
import type { TaskSettings } from "../../TaskSettings.js"
import * as TaskServices from "../../TaskServices.js"
import * as TaskShim from "../../TaskShim.js"
import { taskVersion, world } from "../../TaskWorld.js"
import type { Secrets } from "./failure.js"
import type { TaskLine } from "./line.js"
import * as print from "./list.js"
import * as signals from "./signals.js"

const styleOf = (line: TaskLine): OutputStyle | undefined => {
  switch (line.text("output")) {
    case "interleaved":
      return { _tag: "Interleaved" }
    case "group":
      return { _tag: "Group", begin: line.text("output-group-begin"), end: line.text("output-group-end"), errorOnly: line.has("output-group-error-only") }
    case "prefixed":
      return { _tag: "Prefixed" }
    default:
      return undefined
  }
}

/** What the runner is asked. */
const optionsOf = (line: TaskLine, graph: TaskGraph, names: ReadonlyArray<string>, settings: TaskSettings): Effect.Effect<TaskRunner.RunOptions, never, Surroundings> =>
  Effect.gen(function* () {
    const { environment, workingFolder } = yield* Surroundings
    const shim = yield* TaskShim.make(settings)
    const style = styleOf(line)
    return {
      ...shim,
      calls: names.map((task) => ({ task })),
      variables: line.variables,
      arguments: line.arguments,
      workingDirectory: workingFolder,
      world: yield* world,
      version: taskVersion,
      parallel: line.has("parallel"),
      concurrency: Math.max(0, line.number("concurrency") ?? 0),
      force: line.has("force"),
      forceAll: line.has("force-all"),
      failFast: line.has("failfast"),
      dry: line.has("dry"),
      evaluate: line.has("evaluate"),
      eager: line.has("eager"),
      environmentOfTaskfileWins: environment["TASK_X_ENV_PRECEDENCE"] === "1",
      silent: line.has("silent"),
      verbose: line.has("verbose"),
      assumeYes: line.has("yes"),
      interactive: line.has("interactive"),
      offline: line.has("offline"),
      ...(style === undefined ? {} : { output: style }),
      ...fingerprintsIn(environment["TASK_TEMP_DIR"], graph.directory)
    }
  })

/** Where `task` keeps what it saw of sources, if it is told to: a relative folder lies in that of the Taskfile, in an absolute one each project has its own. */
const fingerprintsIn = (named: string | undefined, folder: string): { readonly fingerprintFolder?: string } => {
  if (named === undefined || named === "") return {}
  return { fingerprintFolder: named.startsWith("/") ? `${named.replace(/\/+$/, "")}/${folder.slice(folder.lastIndexOf("/") + 1)}` : resolvePath(folder, named) }
}

/** The runner with the terminal: its output in colour where the terminal has it. */
const withRunner = <A, E, R>(effect: Effect.Effect<A, E, R>, secrets: Secrets) =>
  Effect.gen(function* () {
    const { stderr } = yield* StandardStreams
    const { environment } = yield* Surroundings
    const { color } = yield* GlobalFlags
    // What is masked in output is masked in the report of a failure as well.
    const noting = Effect.updateService(effect, TaskOutput, (output) => ({
      ...output,
      mask: (values: Iterable<string>) =>
        Effect.suspend(() => {
          const all = [...values]
          for (const value of all) secrets.add(value)
          return output.mask(all)
        })
    }))
    return yield* Effect.provide(noting, TaskRunServices.layer({ color: usesColor(color, environment, stderr.isTerminal) }))
  })

/** Which of some tasks are up to date, as far as that can be said; without `--evaluate` no process is started for it. @category commands */
export const upToDateOf = (
  line: TaskLine,
  graph: TaskGraph,
  names: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, boolean>, CommandError, CommandServices | TaskfileSources> =>
  Effect.gen(function* () {
    const known = new Map<string, boolean>()
    const options = yield* optionsOf(line, graph, [], { warned: [], frozen: false, trust: false })
    for (const task of names) {
      // A task that cannot be checked is in the list all the same.
      const found = yield* Effect.orElseSucceed(TaskStatus.isUpToDate(graph, { task }, options, { processes: line.has("evaluate") }), () => undefined)
      if (found !== undefined) known.set(task, found)
    }
    return known
  }).pipe((effect) => withRunner(effect, new Set()))

/** The same name in a namespace comes first, then what is spelled alike. */
const suggestionsFor = (graph: TaskGraph, { name, suggestions }: TaskNotFound): ReadonlyArray<string> => {
  const inNamespaces = [...graph.tasks.values()].filter((task) => !task.internal && task.name.endsWith(`:${name}`)).map((task) => task.name)
  return [...new Set([...inNamespaces, ...suggestions])].slice(0, 3)
}

/** The tasks that are meant: all there, none internal. Where one is not there, those that are are shown. */
const find = (line: TaskLine, graph: TaskGraph, names: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<MergedTask>, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const found: Array<MergedTask> = []
    for (const name of names) {
      const task = TaskLookup.find(graph, name, { fromCommandLine: true })
      if (Either.isRight(task)) {
        found.push(task.right.task)
        continue
      }
      if (task.left._tag === "TaskNotFound") {
        const output = yield* Output
        const rows = TaskList.list(graph, { all: false, ...(yield* TaskServices.known(line)) })
        yield* output.line(rows.length === 0 ? print.nothing(false) : join([print.heading, ...print.lines(rows, graph.directory)], "\n"))
        return yield* new TaskNotFound({ name, suggestions: line.has("disable-fuzzy") ? [] : suggestionsFor(graph, task.left) })
      }
      return yield* task.left
    }
    return found
  })

const status = (graph: TaskGraph, options: TaskRunner.RunOptions) =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const { isUpToDate, name } of yield* TaskStatus.status(graph, options)) {
      if (isUpToDate) continue
      yield* output.error(text`task: Task "${name}" is not up-to-date`)
      return ExitCode.failed
    }
    return ExitCode.done
  })

/** Run what the line names, or show what it would do. @category commands */
export const run = (line: TaskLine, graph: TaskGraph, settings: TaskSettings, secrets: Secrets): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices | TaskfileSources> =>
  Effect.gen(function* () {
    const names = line.names.length === 0 ? ["default"] : line.names
    const tasks = yield* find(line, graph, names)
    const options = yield* optionsOf(line, graph, names, settings)
    if (line.has("plan")) {
      const plan = yield* Effect.promise(() => import("./plan.js"))
      return yield* plan.show(line, graph, options.calls)
    }
    if (line.has("summary")) {
      const { stdout } = yield* StandardStreams
      const shown = yield* withRunner(TaskSummary.summary(graph, options), secrets)
      return yield* stdout.write(shown.endsWith("\n") ? shown : `${shown}\n`)
    }
    yield* TaskCheck.check(graph, options.calls)
    if (line.has("status")) return yield* withRunner(status(graph, options), secrets)
    if (line.has("watch") || tasks.some(({ task }) => task.watch)) {
      const watch = yield* Effect.promise(() => import("./watch.js"))
      return yield* withRunner(watch.run(line, graph, options, secrets), secrets)
    }
    return yield* withRunner(signals.during(Effect.asVoid(TaskRunner.run(graph, options))), secrets)
  })
