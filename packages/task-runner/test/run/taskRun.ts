/** Runs Taskfiles in memory: a shell that only notes what it is asked, and everything that is said. */
import { layerNoop } from "@effect/platform/FileSystem"
import * as Fingerprints from "@dev-infra/task-runner/Fingerprints"
import type { RunFailure } from "@dev-infra/task-runner/RunFailure"
import type { RunOptions, RunReport } from "@dev-infra/task-runner/RunOptions"
import * as Shell from "@dev-infra/task-runner/Shell"
import * as TaskOutput from "@dev-infra/task-runner/TaskOutput"
import * as TaskPrompts from "@dev-infra/task-runner/TaskPrompts"
import * as TaskRunner from "@dev-infra/task-runner/TaskRunner"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** What a script does; what is not said of it: it ends with 0 and prints nothing. */
export type Answer = (script: Shell.ShellScript) => Effect.Effect<Shell.ScriptedResult, Shell.ShellFailure> | Shell.ScriptedResult | undefined

export interface World {
  readonly scripts: Array<Shell.ShellScript>
  readonly lines: Array<string>
  readonly folders: Array<string>
  readonly checked: Array<string>
  readonly layer: Layer.Layer<TaskRunner.RunServices>
}

export const location = (path: string): { readonly file: string; readonly line: number; readonly column: number } => ({ file: path, line: 1, column: 1 })

/** Taskfiles and dotenv files by absolute path. */
export const sourcesOf = (files: { readonly [path: string]: string }): Layer.Layer<TaskfileSources> => {
  const text = (path: string): string | undefined => (Object.hasOwn(files, path) ? files[path] : undefined)
  return Layer.succeed(TaskfileSources, {
    find: (folder) => Effect.succeed(Option.map(Option.fromNullable(text(`${folder}/Taskfile.yml`)), () => `${folder}/Taskfile.yml`)),
    read: (target) => {
      const path = text(target) === undefined ? `${target}/Taskfile.yml` : target
      const found = text(path)
      return found === undefined
        ? Effect.fail({ reason: "NotFound" as const })
        : Effect.succeed({ file: path, text: found, origin: { _tag: "Local" as const }, directory: path.slice(0, path.lastIndexOf("/")) })
    },
    inherited: () => Effect.succeed([]),
    dotenv: (path) => Effect.succeed(Option.fromNullable(text(path)))
  })
}

export const worldOf = (files: { readonly [path: string]: string }, answer: Answer = () => undefined, answers: TaskPrompts.ScriptedAnswers = {}, upToDate: (name: string) => boolean = () => false): World => {
  const scripts: Array<Shell.ShellScript> = []
  const lines: Array<string> = []
  const folders: Array<string> = []
  const checked: Array<string> = []
  const shell = Shell.layerMemory((script) =>
    Effect.suspend(() => {
      scripts.push(script)
      const result = answer(script)
      return result === undefined ? Effect.succeed({}) : Effect.isEffect(result) ? result : Effect.succeed(result)
    })
  )
  const output = TaskOutput.layerMemory((_stream, text) => void lines.push(...text.replace(/\n$/u, "").split("\n")))
  const fingerprints = Layer.succeed(Fingerprints.Fingerprints, {
    expand: (directory, patterns) => Effect.succeed(patterns.filter(({ excluded }) => !excluded).map(({ pattern }) => `${directory}/${pattern}`)),
    check: ({ name }, { isDry }) => Effect.sync(() => {
      checked.push(isDry ? `look ${name}` : `check ${name}`)
      return { isUpToDate: upToDate(name), value: "abc123" }
    }),
    forget: ({ name }) => Effect.sync(() => void checked.push(`forget ${name}`)),
    succeed: ({ name }) => Effect.sync(() => void checked.push(`succeed ${name}`))
  })
  const fileSystem = layerNoop({ makeDirectory: (path) => Effect.sync(() => void folders.push(path)), exists: () => Effect.succeed(true) })
  return { scripts, lines, folders, checked, layer: Layer.mergeAll(shell, output, fingerprints, TaskPrompts.layerMemory(answers), sourcesOf(files), fileSystem) }
}

export const environment = { HOME: "/home/me", PATH: "/usr/bin", FROM_SYSTEM: "system" }

export const machine = { now: 0, zone: "UTC", os: "linux", arch: "amd64", cpus: 2, random: () => 0.5 }

export const optionsFor = (calls: ReadonlyArray<string>, more: Partial<RunOptions> = {}): RunOptions => ({
  calls: calls.map((task) => ({ task })),
  variables: new Map(),
  arguments: [],
  workingDirectory: "/work/project",
  environment,
  world: machine,
  executable: "task",
  shimFolder: undefined,
  version: "3.53.0",
  ...more
})

export interface Ran {
  readonly world: World
  readonly result: Either.Either<RunReport, RunFailure | TaskfileError>
  /** the commands that ran, in order */
  readonly commands: ReadonlyArray<string>
  readonly lines: ReadonlyArray<string>
  /** the tasks, and what became of them */
  readonly outcomes: { readonly [name: string]: string }
}

export const graphOf = (files: { readonly [path: string]: string }) =>
  TaskGraph.load({ _tag: "Search", folder: "/work/project" }, { environment, world: machine }).pipe(Effect.provide(sourcesOf(files)))

/** Run tasks of a Taskfile; `files` are besides it. */
export const runTasks = (
  taskfile: string,
  calls: ReadonlyArray<string>,
  more: { readonly options?: Partial<RunOptions>; readonly files?: { readonly [path: string]: string }; readonly answer?: Answer; readonly answers?: TaskPrompts.ScriptedAnswers; readonly upToDate?: (name: string) => boolean } = {}
): Effect.Effect<Ran, unknown> =>
  Effect.gen(function* () {
    const files = { "/work/project/Taskfile.yml": `version: "3"\n${taskfile}`, ...more.files }
    const graph = yield* graphOf(files)
    const world = worldOf(files, more.answer, more.answers, more.upToDate)
    const result = yield* Effect.either(Effect.provide(TaskRunner.run(graph, optionsFor(calls, more.options)), world.layer))
    return {
      world,
      result,
      commands: world.scripts.map(({ script }) => script.trim()),
      lines: world.lines,
      outcomes: Either.isRight(result) ? Object.fromEntries(result.right.tasks.map(({ name, outcome }) => [name, outcome])) : {}
    }
  })

/** The tag of the failure, or nothing. */
export const failureTag = ({ result }: Ran): string | undefined => (Either.isLeft(result) ? result.left._tag : undefined)
