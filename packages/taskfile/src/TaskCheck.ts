/**
 * Whether everything that a run may reach is there and understood, before anything runs.
 *
 * @module
 */
import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import { parse } from "@dev-infra/go-template/Template"
import * as Either from "effect/Either"
import { snippetAt } from "./decode/Texts.js"
import { callsOf, type StaticCall } from "./planning/Calls.js"
import { findCycle } from "./planning/Cycle.js"
import { type TemplateText, textsOfTask, textsOfVariables } from "./planning/Texts.js"
import type { MergedTask, TaskGraph } from "./TaskGraph.js"
import { TaskCycle, type TaskfileError, TaskfileInvalid, TaskNotFound, Unsupported } from "./TaskfileError.js"
import { find } from "./TaskLookup.js"

/** A task that can be reached. */
interface Reached {
  readonly task: MergedTask
  readonly calls: ReadonlyArray<StaticCall & { readonly to: string }>
}

const checkText = (graph: TaskGraph, { isExpression, location, text }: TemplateText): TaskfileInvalid | Unsupported | undefined => {
  const parsed = parse(isExpression ? `{{${text}}}` : text, taskFunctions)
  if (Either.isRight(parsed)) return undefined
  const { detail, message, reason } = parsed.left
  if (reason === "UnknownFunction") return new Unsupported({ feature: `the template function ${detail}`, location, hint: "docs/taskfile-compatibility.md lists the functions there are" })
  const snippet = snippetAt(graph.nodes.map(({ taskfile }) => taskfile), location)
  return new TaskfileInvalid({ location, problem: `${JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)} is no template: ${message}`, snippet })
}

const firstProblem = (graph: TaskGraph, texts: ReadonlyArray<TemplateText>): TaskfileInvalid | Unsupported | undefined => {
  for (const text of texts) {
    const problem = checkText(graph, text)
    if (problem !== undefined) return problem
  }
  return undefined
}

/**
 * Checks everything that can be reached from what is called: that there are such tasks (`TaskNotFound`, `TaskInternal` for what may not be called by hand,
 * `NameConflict`), that they do not go round in a circle (`TaskCycle`), and that their templates can be read (`Unsupported` names a function that is not there).
 * Calls whose name is a template, and calls behind a condition to what is not there, are left to the run.
 *
 * @category combinators
 * @example
 * ```ts
 * import * as TaskCheck from "@dev-infra/taskfile/TaskCheck"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 *
 * export const canDeploy = (graph: TaskGraph) => TaskCheck.check(graph, [{ task: "deploy" }])
 * ```
 */
export const check = (graph: TaskGraph, calls: ReadonlyArray<{ readonly task: string }>): Either.Either<void, TaskfileError> => {
  const reached = new Map<string, Reached>()
  const waiting: Array<{ readonly id: string; readonly task: MergedTask; readonly isGuarded: boolean }> = []
  const certain = new Set<string>()
  const starts: Array<string> = []

  const idOf = (task: MergedTask, name: string): string => (task.name.includes("*") ? name : task.name)
  const enqueue = (id: string, task: MergedTask, isGuarded: boolean): void => {
    if (isGuarded ? !reached.has(id) : !certain.has(id)) waiting.push({ id, task, isGuarded })
    if (!isGuarded) certain.add(id)
  }

  for (const { task: name } of calls) {
    const found = find(graph, name, { fromCommandLine: true })
    if (Either.isLeft(found)) return Either.left(found.left)
    const id = idOf(found.right.task, name)
    starts.push(id)
    enqueue(id, found.right.task, false)
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { id, isGuarded, task } = next
    const known = reached.get(id)
    const edges: Array<StaticCall & { readonly to: string }> = []
    const isConditional = isGuarded || task.task.condition !== undefined || task.task.platforms.length > 0
    for (const call of callsOf(task)) {
      const isOptional = isConditional || call.call.condition !== undefined || call.call.platforms.length > 0
      const found = find(graph, call.name, { fromCommandLine: false })
      if (Either.isLeft(found)) {
        if (isOptional) continue
        const { left } = found
        return Either.left(left._tag === "TaskNotFound" ? new TaskNotFound({ name: call.name, suggestions: left.suggestions, location: call.call.location }) : left)
      }
      const to = idOf(found.right.task, call.name)
      edges.push({ ...call, to })
      enqueue(to, found.right.task, isOptional)
    }
    reached.set(id, { task, calls: edges })
    if (known !== undefined) continue
    const problem = firstProblem(graph, [...textsOfTask(task.task), ...textsOfVariables(task.includeVariables)])
    if (problem !== undefined) return Either.left(problem)
  }
  if (starts.length > 0) {
    const problem = firstProblem(graph, [...textsOfVariables(graph.environment), ...textsOfVariables(graph.variables)])
    if (problem !== undefined) return Either.left(problem)
  }
  const cycle = findCycle(starts, (id) => (reached.get(id)?.calls ?? []).filter(({ isCertain }) => isCertain))
  if (cycle === undefined) return Either.right(undefined)
  return Either.left(new TaskCycle({ tasks: [...cycle.way], location: cycle.edge.call.location }))
}
