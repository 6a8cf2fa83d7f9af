/**
 * Who calls a task.
 *
 * @module
 */
import * as Either from "effect/Either"
import { shellCallsOf } from "./planning/ShellCalls.js"
import type { SourceLocation } from "./SourceLocation.js"
import type { Task } from "./Task.js"
import type { CallSite, MergedTask, TaskGraph } from "./TaskGraph.js"
import { find } from "./TaskLookup.js"
import type { Variables } from "./Variable.js"

/** A call: of a dependency, of a command `task:`, or of the program `task` within a command of the shell. @category models */
export interface TaskCaller extends CallSite {
  /** the name as the whole graph knows it; a template is as it is written */
  readonly task: string
  readonly kind: "dependency" | "call" | "shell"
  /** of a call in the shell: the folder or file that it names, if it is not this graph */
  readonly elsewhere: string | undefined
}

interface ShellText {
  readonly text: string
  readonly location: SourceLocation
}

const shellOf = (variables: Variables): ReadonlyArray<ShellText> =>
  [...variables.values()].flatMap(({ location, value }) => (value._tag === "Shell" ? [{ text: value.command, location }] : []))

const shellTexts = (task: Task): ReadonlyArray<ShellText> => [
  ...task.commands.flatMap((command) => [
    ...(command._tag === "Shell" ? [{ text: command.command, location: command.location }] : []),
    ...(command.condition === undefined ? [] : [{ text: command.condition, location: command.location }])
  ]),
  ...[...task.status, ...(task.condition === undefined ? [] : [task.condition])].map((text) => ({ text, location: task.location })),
  ...task.preconditions.map(({ command, location }) => ({ text: command, location })),
  ...shellOf(task.variables),
  ...shellOf(task.environment)
]

/**
 * Every call in a graph, by the name of the task that is called: its own name, also where an alias is written. Tasks that are not there are in it under the name
 * that is called.
 *
 * @category combinators
 * @example
 * ```ts
 * import * as CallSites from "@dev-infra/taskfile/CallSites"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 *
 * export const callersOfTest = (graph: TaskGraph) => CallSites.of(graph).get("infra:cloudflare:test") ?? []
 * ```
 */
export const of = (graph: TaskGraph): ReadonlyMap<string, ReadonlyArray<TaskCaller>> => {
  const found = new Map<string, Array<TaskCaller>>()
  const names = new Map<string, string>()
  const canonical = (name: string): string => {
    const known = names.get(name)
    if (known !== undefined) return known
    const own = graph.tasks.has(name) || name.includes("{{") ? name : Either.match(find(graph, name, { fromCommandLine: false }), { onLeft: () => name, onRight: ({ task }) => task.name })
    names.set(name, own)
    return own
  }
  const add = (key: string, caller: TaskCaller): void => {
    const others = found.get(key)
    if (others === undefined) found.set(key, [caller])
    else others.push(caller)
  }
  const addCalls = ({ name: caller, resolve, task }: MergedTask): void => {
    for (const call of task.dependencies) {
      const name = canonical(resolve(call.task))
      add(name, { caller, location: call.location, task: name, kind: "dependency", elsewhere: undefined })
    }
    for (const command of task.commands) {
      if (command._tag !== "Call") continue
      const name = canonical(resolve(command.task))
      add(name, { caller, location: command.location, task: name, kind: "call", elsewhere: undefined })
    }
  }
  const addShell = (caller: string, { location, text }: ShellText): void => {
    for (const { elsewhere, task } of shellCallsOf(text)) {
      const written = task.replace(/^:/, "")
      const name = elsewhere === undefined ? canonical(written) : written
      add(name, { caller, location, task: name, kind: "shell", elsewhere })
    }
  }
  for (const merged of graph.tasks.values()) {
    addCalls(merged)
    for (const text of shellTexts(merged.task)) addShell(merged.name, text)
  }
  for (const text of [...shellOf(graph.variables), ...shellOf(graph.environment)]) addShell("", text)
  return found
}
