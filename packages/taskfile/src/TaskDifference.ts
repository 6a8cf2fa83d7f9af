/**
 * What changed between two versions of a Taskfile or of a graph, in what it means: for the decision to trust it, and for who depends on it.
 *
 * @module
 */
import { compareTasks, type DescribedTask, describeTask, variableText } from "./difference/Description.js"
import type { Taskfile } from "./Taskfile.js"
import type { TaskGraph } from "./TaskGraph.js"
import type { Variables } from "./Variable.js"

/**
 * A change. `isRisky`: something runs that did not, or something is seen that was not. `network`: a command reaches out, or runs what it fetched.
 *
 * @category models
 */
export interface TaskChange {
  readonly kind: "added" | "removed" | "renamed" | "changed" | "variable" | "environment" | "secret" | "network"
  /** the task, or empty for what belongs to all of them */
  readonly task: string
  /** one line, in plain words */
  readonly text: string
  /** of `renamed`: the name before */
  readonly before?: string
  /** lines of commands, each after `- ` or `+ ` */
  readonly lines: ReadonlyArray<string>
  readonly isRisky: boolean
}

/** @category models */
export interface TaskDifference {
  readonly changes: ReadonlyArray<TaskChange>
}

const isGraph = (one: TaskGraph | Taskfile): one is TaskGraph => "contentHash" in one

const described = (one: TaskGraph | Taskfile | undefined): ReadonlyMap<string, DescribedTask> => {
  const found = new Map<string, DescribedTask>()
  if (one === undefined) return found
  if (isGraph(one)) for (const { internal, name, task } of one.tasks.values()) found.set(name, describeTask({ ...task, internal }))
  else for (const task of one.tasks.values()) found.set(task.name, describeTask(task))
  return found
}

const none: Variables = new Map<string, never>()

/** Variables or environment of all tasks. */
const compareVariables = (before: Variables, after: Variables, kind: "variable" | "environment"): ReadonlyArray<TaskChange> => {
  const what = kind === "variable" ? "the variable" : "the environment variable"
  const changes: Array<TaskChange> = []
  for (const [name, variable] of after) {
    const old = before.get(name)
    const text = variableText(variable)
    if (old !== undefined && variableText(old) === text) continue
    const isShell = variable.value._tag === "Shell"
    changes.push({
      kind,
      task: "",
      text: `${what} ${name} is ${old === undefined ? "new" : "changed"}${isShell ? " and runs a command" : ""}`,
      lines: [...(old === undefined ? [] : [`- ${variableText(old)}`]), `+ ${text}`],
      isRisky: isShell || kind === "environment"
    })
    if (variable.secret && old?.secret !== true) changes.push({ kind: "secret", task: "", text: `${what} ${name} is secret`, lines: [], isRisky: true })
  }
  for (const [name, variable] of before) {
    if (!after.has(name)) changes.push({ kind, task: "", text: `${what} ${name} is gone`, lines: [`- ${variableText(variable)}`], isRisky: false })
  }
  return changes
}

/** Tasks that went and tasks that came with the very same content are one task with a new name. */
const renames = (gone: ReadonlyArray<readonly [string, DescribedTask]>, come: ReadonlyArray<readonly [string, DescribedTask]>): ReadonlyMap<string, string> => {
  const byContent = new Map<string, Array<string>>()
  for (const [name, { content }] of gone) if (content !== "") byContent.set(content, [...(byContent.get(content) ?? []), name])
  const found = new Map<string, string>()
  for (const [name, { content }] of come) {
    const before = byContent.get(content)?.shift()
    if (before !== undefined) found.set(name, before)
  }
  return found
}

/**
 * What changed: tasks that came, went and got another name; commands, calls, variables and environment that are others; secrets that are used now; and commands
 * that reach the network and did not. `before` is absent at a first decision: everything is then new.
 *
 * @category combinators
 * @example
 * ```ts
 * import * as TaskDifference from "@dev-infra/taskfile/TaskDifference"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 *
 * export const risks = (trusted: TaskGraph, offered: TaskGraph) => TaskDifference.difference(trusted, offered).changes.filter(({ isRisky }) => isRisky)
 * ```
 */
export const difference = (before: TaskGraph | Taskfile | undefined, after: TaskGraph | Taskfile): TaskDifference => {
  const old = described(before)
  const now = described(after)
  const gone = [...old].filter(([name]) => !now.has(name))
  const come = [...now].filter(([name]) => !old.has(name))
  const renamed = renames(gone, come)
  const used = new Set(renamed.values())
  const changes: Array<TaskChange> = []
  for (const [name, task] of now) {
    const known = old.get(name)
    const earlier = renamed.get(name)
    if (known !== undefined) changes.push(...compareTasks(name, known, task))
    else if (earlier !== undefined) changes.push({ kind: "renamed", task: name, text: `the task ${earlier} is now ${name}`, before: earlier, lines: [], isRisky: false })
    else {
      changes.push({ kind: "added", task: name, text: `the task ${name} is new`, lines: task.lines.map((line) => `+ ${line}`), isRisky: task.lines.length > 0 })
      changes.push(...compareTasks(name, undefined, task))
    }
  }
  for (const [name, task] of gone) {
    if (!used.has(name)) changes.push({ kind: "removed", task: name, text: `the task ${name} is gone`, lines: task.lines.map((line) => `- ${line}`), isRisky: false })
  }
  changes.push(...compareVariables(before?.variables ?? none, after.variables, "variable"), ...compareVariables(before?.environment ?? none, after.environment, "environment"))
  return { changes }
}

