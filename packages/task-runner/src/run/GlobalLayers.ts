/**
 * The variables that every task sees: those of the environment, of the run, and of all files.
 *
 * @module
 */
import * as Dotenv from "@dev-infra/taskfile/Dotenv"
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { TextFailed, SystemFailed } from "../RunFailure.js"
import { isAbsolute, join } from "../variables/Paths.js"
import { quoteArguments } from "../variables/ShellQuote.js"
import { type Definition, type Definitions, environmentScope, overlay } from "../variables/Scope.js"
import { mentions } from "../variables/Values.js"
import { render } from "./Rendering.js"
import type { Bare, Failure, RunState } from "./RunState.js"

/** A value that is known. */
export const fixed = (name: string, value: string | boolean | ReadonlyArray<string>, special: boolean): Definition => ({ _tag: "Fixed", name, fixed: value, secret: false, special })

const named = (definitions: ReadonlyArray<Definition>): Map<string, Definition> => new Map(definitions.map((definition) => [definition.name, definition]))

/** Names that mean something else in each task. */
const namesOfTask: ReadonlySet<string> = new Set(["TASK", "TASK_DIR", "TASKFILE", "TASKFILE_DIR", "ALIAS"])

const specials = ({ graph, options }: Bare): Definitions =>
  named([
    fixed("TASK_EXE", options.executable, true),
    fixed("ROOT_TASKFILE", graph.root.taskfile.file, true),
    fixed("ROOT_DIR", graph.directory, true),
    fixed("USER_WORKING_DIR", options.workingDirectory, true),
    fixed("TASK_VERSION", options.version ?? "", true),
    fixed("PATH_LIST_SEPARATOR", ":", true),
    fixed("FILE_PATH_SEPARATOR", "/", true),
    ...[...namesOfTask].map((name) => fixed(name, "", true))
  ])

/** A name that the files call secret is secret whatever gives it a value. */
export const isSecretName = (graph: TaskGraph, name: string): boolean => graph.variables.get(name)?.secret === true || graph.environment.get(name)?.secret === true

/** What the command line says first, then the files, then `X=1`, which takes the place of a variable of the files. */
const variablesOf = ({ graph, options }: Bare): Definitions => {
  const definitions = named([
    fixed("CLI_ARGS", quoteArguments(options.arguments), true),
    fixed("CLI_ARGS_LIST", options.arguments, true),
    fixed("CLI_FORCE", options.force === true || options.forceAll === true, true),
    fixed("CLI_SILENT", options.silent === true, true),
    fixed("CLI_VERBOSE", options.verbose === true, true),
    fixed("CLI_OFFLINE", options.offline === true, true),
    fixed("CLI_ASSUME_YES", options.assumeYes === true, true)
  ])
  for (const [name, variable] of graph.variables) definitions.set(name, variable)
  for (const [name, value] of options.variables) definitions.set(name, { _tag: "Fixed", name, fixed: value, secret: isSecretName(graph, name) })
  return definitions
}

/** Which of the definitions depend, by whatever they name, on what is of the task. Each sees only those before it, so one pass is enough. */
const ofTask = (bare: Bare, layers: ReadonlyArray<readonly ["environment" | "variables", Definitions]>) => {
  const found = { environment: new Set<string>(), variables: new Set<string>() }
  const tainted = new Set(namesOfTask)
  for (const [layer, definitions] of layers) {
    for (const [name, definition] of definitions) {
      const needs = mentions(bare.texts, definition)
      const isTainted = needs.all || [...needs.names].some((needed) => tainted.has(needed))
      if (!isTainted) {
        tainted.delete(name)
        continue
      }
      found[layer].add(name)
      tainted.add(name)
    }
  }
  return found
}

const layersOver = (bare: Bare, environmentDefinitions: Definitions): Omit<RunState, keyof Bare> => {
  const lowest = overlay(environmentScope(bare.options.environment), specials(bare), { ofTask: false })
  const environmentLayer = overlay(lowest, environmentDefinitions, { ofTask: false })
  const variableDefinitions = variablesOf(bare)
  const variableLayer = overlay(environmentLayer, variableDefinitions, { ofTask: false })
  let depending: ReturnType<typeof ofTask> | undefined
  return {
    lowest,
    environmentDefinitions,
    environmentLayer,
    variableDefinitions,
    variableLayer,
    isOfTask: (layer, name) => {
      depending ??= ofTask(bare, [
        ["environment", environmentDefinitions],
        ["variables", variableDefinitions]
      ])
      return depending[layer].has(name)
    }
  }
}

/** What a dotenv file says; nothing if there is none. */
const readDotenv = (state: Bare, path: string, task: string): Effect.Effect<ReadonlyMap<string, string>, Failure> =>
  Effect.gen(function* () {
    const text = yield* Effect.mapError(state.sources.dotenv(path), ({ detail, reason }) => new SystemFailed({ task, path, problem: detail ?? reason }))
    if (Option.isNone(text)) return new Map()
    const parsed = Dotenv.parse(text.value)
    return Either.isRight(parsed)
      ? parsed.right
      : yield* new TextFailed({ task, problem: parsed.left.problem, text: "", location: { file: path, line: parsed.left.line, column: 1 } })
  })

/** The first file that gives a name wins. */
export const readDotenvs = (state: Bare, paths: ReadonlyArray<string>, directory: string, task: string): Effect.Effect<ReadonlyMap<string, string>, Failure> =>
  Effect.gen(function* () {
    const values = new Map<string, string>()
    for (const path of paths) {
      if (path === "") continue
      for (const [name, value] of yield* readDotenv(state, isAbsolute(path) ? path : join(directory, path), task)) if (!values.has(name)) values.set(name, value)
    }
    return values
  })

/** Layers for everything; files of `dotenv:` are read, by paths that may speak of the variables of the Taskfiles. */
export const globalLayers = (bare: Bare): Effect.Effect<Omit<RunState, keyof Bare>, Failure> =>
  Effect.gen(function* () {
    const { graph } = bare
    const without = layersOver(bare, graph.environment)
    if (graph.dotenv.length === 0) return without
    const state: RunState = { ...bare, ...without }
    const location: SourceLocation = { file: graph.root.taskfile.file, line: 1, column: 1 }
    const paths: Array<string> = []
    for (const text of graph.dotenv) paths.push(yield* render(state, "", without.variableLayer, text, location))
    const values = yield* readDotenvs(bare, paths, graph.directory, "")
    const definitions = new Map<string, Definition>(graph.environment)
    for (const [name, value] of values) if (!definitions.has(name)) definitions.set(name, fixed(name, value, false))
    return layersOver(bare, definitions)
  })
