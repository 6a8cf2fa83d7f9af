/**
 * `dev-infra task` on a Taskfile: what only reads it is here, what runs it is loaded when it is needed.
 *
 * @module
 */
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import type * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import type { TaskfileWarning } from "@dev-infra/taskfile/Taskfile"
import { IncludeUnavailable } from "@dev-infra/taskfile/TaskfileError"
import { lint, type LintOptions } from "@dev-infra/taskfile/TaskLint"
import * as TaskList from "@dev-infra/taskfile/TaskList"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { existsSync } from "node:fs"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { GlobalFlags } from "../../GlobalFlags.js"
import { usesColor } from "../../Output.js"
import { join, render, type SafeText, styled, text } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import { place, suggested } from "../../TaskErrorText.js"
import * as TaskServices from "../../TaskServices.js"
import * as TaskSettings from "../../TaskSettings.js"
import { secretsOf, type Secrets, told } from "./failure.js"
import * as keep from "./keep.js"
import type { TaskLine } from "./line.js"
import * as load from "./load.js"
import * as print from "./list.js"

/** Which Taskfile the line means. */
const entryOf = (line: TaskLine, workingFolder: string, homeFolder: string | undefined): Effect.Effect<TaskGraph.Entry, CommandFailed | IncludeUnavailable> => {
  const file = line.text("taskfile")
  const folder = line.text("dir")
  if (file !== undefined && (file === "-" || file.includes("://"))) {
    return Effect.fail(new CommandFailed({ what: `--taskfile ${file} is not supported`, why: "a Taskfile is a file of this computer", hint: "include it from one, or --engine task" }))
  }
  if (file !== undefined && file !== "") {
    return Effect.succeed({ _tag: "File", file: resolvePath(workingFolder, file), ...(folder === undefined || folder === "" ? {} : { directory: resolvePath(workingFolder, folder) }) })
  }
  if (!line.has("global")) {
    const start = resolvePath(workingFolder, folder ?? ".")
    // Else the search would go on above it.
    if (folder !== undefined && !existsSync(start)) return Effect.fail(new IncludeUnavailable({ location: { file: start, line: 1, column: 1 }, namespace: "", target: `the folder ${start}`, reason: "NotFound" }))
    return Effect.succeed({ _tag: "Search", folder: start })
  }
  return homeFolder === undefined ? Effect.fail(new CommandFailed({ what: "--global needs a home folder, and HOME says none" })) : Effect.succeed({ _tag: "Search", folder: homeFolder })
}

const warningText = ({ location, message, suggestion }: TaskfileWarning): SafeText =>
  text`${styled("yellow", "warning:")} ${place(location)}: ${message}${suggestion === undefined ? text`` : text`; ${suggested(suggestion)}`}`

/** What is odd in the files, unless the `task` that started this one has said it; for who looks closely also what is likely to hurt. */
const warningsOf = (graph: TaskGraph.TaskGraph, settings: TaskSettings.TaskSettings, closely: boolean, environment: LintOptions["environment"]): ReadonlyArray<SafeText> => {
  if (settings.warned.includes(graph.contentHash)) return []
  const warnings = closely ? lint(graph, environment === undefined ? {} : { environment }) : graph.warnings
  const shown = warnings.slice(0, 20).map(warningText)
  return warnings.length > shown.length ? [...shown, text`${styled("yellow", "warning:")} and ${warnings.length - shown.length} more`] : shown
}

/** Written as one, so that what is kept for the next time is what was shown. */
const lines = (all: ReadonlyArray<SafeText>): SafeText => (all.length === 0 ? text`` : text`${join(all, "\n")}\n`)

interface Listed {
  readonly stdout: SafeText
  readonly exitCode: ExitCode.ExitCode
  /** nothing in it comes from elsewhere than the Taskfiles */
  readonly canBeKept: boolean
}

const isSort = (word: string | undefined): word is "default" | "alphanumeric" | "none" => word === "default" || word === "alphanumeric" || word === "none"

/** `--list` and `--list-all` */
const listOf = (line: TaskLine, graph: TaskGraph.TaskGraph): Effect.Effect<Listed, CommandError, CommandServices | TaskfileSources> =>
  Effect.gen(function* () {
    const { workingFolder } = yield* Surroundings
    const all = line.has("list-all")
    const sort = line.text("sort")
    const rows = TaskList.list(graph, { all, ...(isSort(sort) ? { sort } : {}), ...(yield* TaskServices.known(line)) })
    const exitCode = rows.length === 0 ? ExitCode.failed : ExitCode.done
    if (line.has("json")) {
      const asks = line.has("no-status") ? [] : rows.filter(({ task }) => hasChecks(graph, task))
      const upToDate = new Map<string, boolean>(line.has("no-status") ? [] : rows.map(({ task }) => [task, false]))
      for (const { task } of asks) upToDate.delete(task)
      if (asks.length > 0) {
        const { upToDateOf } = yield* Effect.promise(() => import("./execute.js"))
        for (const [task, known] of yield* upToDateOf(line, graph, asks.map(({ task }) => task))) upToDate.set(task, known)
      }
      const document = TaskList.toJson(graph, rows, upToDate)
      const tasks = typeof document === "object" && document !== null && "tasks" in document && Array.isArray(document.tasks) ? document.tasks : []
      const shown = line.has("nested") ? print.nested(graph, rows, tasks) : document
      return { stdout: print.json(shown), exitCode, canBeKept: asks.length === 0 }
    }
    if (line.has("silent")) return { stdout: lines(print.names(rows)), exitCode: ExitCode.done, canBeKept: true }
    if (rows.length === 0) return { stdout: lines([print.nothing(all)]), exitCode, canBeKept: true }
    return { stdout: lines([print.heading, ...print.lines(rows, workingFolder === graph.directory ? workingFolder : graph.directory)]), exitCode, canBeKept: true }
  })

const hasChecks = (graph: TaskGraph.TaskGraph, name: string): boolean => {
  const task = graph.tasks.get(name)?.task
  return task !== undefined && (task.sources.length > 0 || task.generates.length > 0 || task.status.length > 0)
}

/** Nothing of what is read is run then, so that nobody needs to have approved it. */
const onlyLooks = (line: TaskLine): boolean => (["list", "list-all", "plan", "summary"] as const).some((name) => line.has(name)) && !line.has("evaluate")

/** Where Taskfiles may come from, as this line says it or that of the `task` that started this one. */
const sourcesOptions = (line: TaskLine, settings: TaskSettings.TaskSettings) => {
  const hosts = (line.text("trusted-hosts") ?? "").split(",").map((host) => host.trim()).filter((host) => host !== "")
  return { insecure: line.has("insecure"), trustedHosts: hosts, frozen: line.has("frozen") || settings.frozen, trustAll: line.has("trust") || settings.trust || onlyLooks(line) }
}

/** Do what the line says with the Taskfile that it means. @category commands */
export const run = (line: TaskLine, words: ReadonlyArray<string>): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> => {
  const secrets: Secrets = new Set()
  return Effect.gen(function* () {
    const surroundings = yield* Surroundings
    const streams = yield* StandardStreams
    const flags = yield* GlobalFlags
    const isList = line.has("list") || line.has("list-all")
    const settings = TaskSettings.read(surroundings.environment)
    if (line.has("experiments")) {
      const wins = surroundings.environment["TASK_X_ENV_PRECEDENCE"] === "1"
      yield* streams.stdout.write(`* ENV_PRECEDENCE:         ${wins ? "on" : "off"}\n* GENTLE_FORCE:           on\n* REMOTE_TASKFILES:       on\n`)
      return ExitCode.done
    }
    const entry = yield* entryOf(line, surroundings.workingFolder, surroundings.homeFolder)
    const inner = yield* TaskfileSources
    const keeper = isList ? keep.make(inner, words, surroundings, streams) : undefined
    if (line.has("clear-cache") || line.has("download")) {
      const download = yield* Effect.promise(() => import("./download.js"))
      return yield* line.has("clear-cache") ? download.clear : download.run(line, entry)
    }
    const graph = yield* Effect.provideService(load.graph(entry, !onlyLooks(line) && !line.has("frozen") && !settings.frozen), TaskfileSources, keeper?.sources ?? inner)
    for (const secret of secretsOf(graph)) secrets.add(secret)
    const color = (terminal: { readonly isTerminal: boolean }) => usesColor(flags.color, surroundings.environment, terminal.isTerminal)
    const stderr = render(lines(warningsOf(graph, settings, line.has("verbose") || line.has("plan"), surroundings.environment)), color(streams.stderr))
    if (stderr !== "") yield* streams.stderr.write(stderr)
    if (isList) {
      const listed = yield* listOf(line, graph)
      const stdout = render(listed.stdout, color(streams.stdout))
      yield* streams.stdout.write(stdout)
      // What hurts depends on the whole environment.
      if (listed.canBeKept && keeper !== undefined && !line.has("verbose")) yield* keeper.keep(graph, { stdout, stderr, exitCode: listed.exitCode })
      return listed.exitCode
    }
    const execute = yield* Effect.promise(() => import("./execute.js"))
    return yield* execute.run(line, graph, {
      warned: [...settings.warned, graph.contentHash],
      frozen: line.has("frozen") || settings.frozen,
      trust: line.has("trust") || settings.trust
    }, secrets)
  }).pipe(
    Effect.provide(Layer.unwrapEffect(Effect.map(Surroundings, ({ environment }) => TaskServices.readingWith(sourcesOptions(line, TaskSettings.read(environment)))))),
    told(line.has("exit-code"), secrets)
  )
}
