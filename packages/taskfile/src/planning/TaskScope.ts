/**
 * What templates of a task may name, in the order in which it comes about: the environment, what is special, the variables of all files, of the include, of the
 * file, of the call, of the task.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import { supported } from "../decode/Version.js"
import { isAbsolute, resolve } from "../graph/Paths.js"
import type { MergedTask, TaskGraph } from "../TaskGraph.js"
import type { Variables } from "../Variable.js"
import { emptyScope, type Placeholders, type Scope } from "./Scope.js"

/** What of a command line and of a computer a plan may know. */
export interface ScopeOptions {
  /** `X=1` of the command line */
  readonly variables?: ReadonlyMap<string, string>
  /** behind `--` */
  readonly arguments?: ReadonlyArray<string>
  /** `.USER_WORKING_DIR` */
  readonly workingDirectory?: string
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly world?: Omit<TemplateWorld, "environment" | "workingDirectory">
}

const nowhere: Omit<TemplateWorld, "environment" | "workingDirectory"> = { now: 0, zone: "UTC", os: "linux", arch: "amd64", cpus: 1, random: () => 0 }

const quoted = (argument: string): string => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`)

/** `X=1` takes the place of the variable of the file, so that those behind it see it. */
const withCommandLine = (graph: TaskGraph, given: ReadonlyMap<string, string>): Variables => {
  const location = { file: graph.root.taskfile.file, line: 1, column: 1 }
  const variables = new Map(graph.variables)
  for (const [name, value] of given) variables.set(name, { name, value: { _tag: "Literal", value }, secret: variables.get(name)?.secret === true, location })
  return variables
}

/** Works out scopes of tasks of one graph. */
export const scopesOf = (graph: TaskGraph, options: ScopeOptions, placeholders: Placeholders) => {
  const environment = options.environment ?? {}
  const userDirectory = options.workingDirectory ?? graph.directory
  const world: TemplateWorld = { ...nowhere, ...options.world, environment, workingDirectory: userDirectory }
  const arguments_ = options.arguments ?? []
  const outside = new Map<string, GoValue>(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
  const special = new Map<string, GoValue>([
    ["ROOT_TASKFILE", graph.root.taskfile.file],
    ["ROOT_DIR", graph.directory],
    ["USER_WORKING_DIR", userDirectory],
    ["TASK_EXE", "task"],
    ["TASK_VERSION", supported],
    ["PATH_LIST_SEPARATOR", ":"],
    ["FILE_PATH_SEPARATOR", "/"]
  ])
  const commandLine = new Map<string, GoValue>([
    ["CLI_ARGS", arguments_.map(quoted).join(" ")],
    ["CLI_ARGS_LIST", arguments_],
    ["CLI_FORCE", false],
    ["CLI_SILENT", false],
    ["CLI_VERBOSE", false],
    ["CLI_OFFLINE", false],
    ["CLI_ASSUME_YES", false]
  ])
  const variables = withCommandLine(graph, options.variables ?? new Map())
  const outer = emptyScope(world, placeholders).with(outside).with(special)

  const directoryIn = (scope: Scope, { directory }: MergedTask): string => {
    const rendered = scope.render(directory.text) ?? directory.text
    return isAbsolute(rendered) ? resolve("/", rendered) : resolve(directory.base, rendered)
  }

  const base = (own: ReadonlyMap<string, GoValue>): Scope =>
    outer
      .with(own)
      .extend(graph.environment)
      .with(commandLine)
      .extend(variables)

  /** Without what is special to a task; shared, because most texts need no more. */
  const shared = base(new Map())

  return {
    shared,
    /** `given` are the variables of the call. */
    of: (task: MergedTask, alias: string | undefined, matches: ReadonlyArray<string>, given: ReadonlyMap<string, GoValue>): { readonly scope: Scope; readonly directory: string } => {
      const own = new Map<string, GoValue>([
        ["TASK", task.name],
        ["ALIAS", alias ?? ""],
        ["TASKFILE", task.node.taskfile.file],
        ["TASKFILE_DIR", task.node.directory],
        ["MATCH", matches]
      ])
      const scope = shared.with(own).extend(task.includeVariables).extend(task.taskfileVariables).with(given)
      const directory = directoryIn(scope, task)
      return { scope: scope.with(new Map([["TASK_DIR", directory]])).extend(task.task.variables), directory }
    }
  }
}
