/**
 * What changed between two versions of a Taskfile or of a graph, in what it means: for the decision to trust it, and for who depends on it.
 *
 * @module
 */
import { compareTasks, type DescribedTask, type DescribedVariable } from "./difference/Description.js"
import * as TaskDescription from "./TaskDescription.js"
import type { Taskfile } from "./Taskfile.js"
import type { TaskGraph } from "./TaskGraph.js"

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

type Comparable = TaskGraph | Taskfile | TaskDescription.TaskDescription

const isDescription = (one: Comparable): one is TaskDescription.TaskDescription => !("root" in one || "file" in one)

const nothing: TaskDescription.TaskDescription = { tasks: new Map(), variables: new Map(), environment: new Map(), dotenv: [] }

const described = (one: Comparable | undefined): TaskDescription.TaskDescription => (one === undefined ? nothing : isDescription(one) ? one : TaskDescription.of(one))

type Variables = ReadonlyMap<string, DescribedVariable>

/** Variables or environment of all tasks. */
const compareVariables = (before: Variables, after: Variables, kind: "variable" | "environment"): ReadonlyArray<TaskChange> => {
  const what = kind === "variable" ? "the variable" : "the environment variable"
  const changes: Array<TaskChange> = []
  for (const [name, { isSecret, isShell, text }] of after) {
    const old = before.get(name)
    if (old?.text === text) continue
    changes.push({
      kind,
      task: "",
      text: `${what} ${name} is ${old === undefined ? "new" : "changed"}${isShell ? " and runs a command" : ""}`,
      lines: [...(old === undefined ? [] : [`- ${old.text}`]), `+ ${text}`],
      isRisky: isShell || kind === "environment"
    })
    if (isSecret && old?.isSecret !== true) changes.push({ kind: "secret", task: "", text: `${what} ${name} is secret`, lines: [], isRisky: true })
  }
  for (const [name, { text }] of before) {
    if (!after.has(name)) changes.push({ kind, task: "", text: `${what} ${name} is gone`, lines: [`- ${text}`], isRisky: false })
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
 * that reach the network and did not. `before` is absent at a first decision: everything is then new. A description that was kept does for the files it was made of.
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
export const difference = (before: Comparable | undefined, after: Comparable): TaskDifference => {
  const earlierOnes = described(before)
  const laterOnes = described(after)
  const old = earlierOnes.tasks
  const now = laterOnes.tasks
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
  changes.push(...compareVariables(earlierOnes.variables, laterOnes.variables, "variable"), ...compareVariables(earlierOnes.environment, laterOnes.environment, "environment"))
  const files = [...earlierOnes.dotenv.filter((file) => !laterOnes.dotenv.includes(file)).map((file) => `- ${file}`), ...laterOnes.dotenv.filter((file) => !earlierOnes.dotenv.includes(file)).map((file) => `+ ${file}`)]
  if (files.length > 0) changes.push({ kind: "environment", task: "", text: "the environment comes from other files", lines: files, isRisky: files.some((line) => line.startsWith("+")) })
  return { changes }
}

