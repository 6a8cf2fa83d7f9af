/**
 * From calls to nodes, edges and waves.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import * as Either from "effect/Either"
import type { ShellCommand, TaskCall } from "../Task.js"
import type { FoundTask, TaskGraph } from "../TaskGraph.js"
import { TaskCycle, type TaskfileError, TaskNotFound } from "../TaskfileError.js"
import { resolve } from "../graph/Paths.js"
import { find } from "../TaskLookup.js"
import type { PlanEdge, PlannedCall, PlannedCommand, PlanNode, TaskPlan, UnknownCall } from "../TaskPlan.js"
import { roundsOf } from "./Loops.js"
import { planned, type Scope } from "./Scope.js"
import { scopesOf, type ScopeOptions } from "./TaskScope.js"
import { wavesOf } from "./Waves.js"

/** A task that calls itself with other variables each time is followed so often. */
const mostRecursion = 20
/** More nodes than this are a plan that nobody reads. */
const mostNodes = 100_000

const textOf = (value: GoValue): string =>
  typeof value === "string" ? value : value === null ? "" : JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner instanceof Map ? Object.fromEntries(inner) : inner))

interface Waiting {
  readonly id: string
  readonly found: FoundTask
  readonly given: ReadonlyMap<string, GoValue>
  readonly parent: Waiting | undefined
}

const idOf = (name: string, given: ReadonlyMap<string, GoValue>): string =>
  given.size === 0 ? name : `${name}(${[...given].map(([key, value]) => `${key}=${textOf(value)}`).sort().join(", ")})`

/** How often a task called itself on the way here, with other variables each time; without variables it is only reached once. */
const recursionOf = (waiting: Waiting): number => {
  if (waiting.given.size === 0) return 0
  let count = 0
  let steps = 0
  for (let at = waiting.parent; at !== undefined && steps < 2000; at = at.parent, steps += 1) if (at.found.task === waiting.found.task) count += 1
  return count
}

/** Plans; what is called was checked before. */
export const planGraph = (graph: TaskGraph, calls: ReadonlyArray<PlannedCall>, options: ScopeOptions): Either.Either<TaskPlan, TaskfileError> => {
  const scopes = scopesOf(graph, options, planned)
  const nodes = new Map<string, PlanNode>()
  const edges: Array<PlanEdge> = []
  const waiting: Array<Waiting> = []
  const reached = new Set<string>()
  const globalNames = [...graph.environment.keys()]
  let failure: TaskfileError | undefined

  const enqueue = (found: FoundTask, name: string, given: ReadonlyMap<string, GoValue>, parent: Waiting | undefined): string => {
    const id = idOf(found.task.name.includes("*") ? name : found.task.name, given)
    if (!reached.has(id)) {
      reached.add(id)
      waiting.push({ id, found, given, parent })
    }
    return id
  }

  const follow = (from: Waiting, call: TaskCall, reason: PlanEdge["reason"], scope: () => Scope, round: ReadonlyMap<string, GoValue>, isConditional: boolean): UnknownCall | undefined => {
    const inner = () => (round.size === 0 ? scope() : scope().with(round))
    const written = call.task.includes("{{") ? (inner().render(call.task) ?? call.task) : call.task
    // Which task it is shows only when it runs.
    if (written.includes("‹") || written.includes("{{")) return { task: from.found.task.resolve(written), reason, isConditional, location: call.location }
    const name = from.found.task.resolve(written)
    const found = find(graph, name, { fromCommandLine: false })
    if (Either.isLeft(found)) {
      if (isConditional) return undefined
      const { left } = found
      failure ??= left._tag === "TaskNotFound" ? new TaskNotFound({ name, suggestions: left.suggestions, location: call.location }) : left
      return undefined
    }
    const given = new Map<string, GoValue>()
    if (call.variables.size > 0) {
      const extended = inner().extend(call.variables)
      for (const key of call.variables.keys()) given.set(key, extended.value(key) ?? null)
    }
    edges.push({ from: from.id, to: enqueue(found.right, name, given, from), reason, isConditional, location: call.location })
    return undefined
  }

  const shellText = (command: ShellCommand, scope: () => Scope, round: ReadonlyMap<string, GoValue>): PlannedCommand => {
    const render = (text: string): string => (text.includes("{{") ? ((round.size === 0 ? scope() : scope().with(round)).render(text) ?? text) : text)
    return { text: render(command.command), deferred: command.deferred, condition: command.condition, location: command.location }
  }

  const visit = (here: Waiting): void => {
    const { found, given, id } = here
    const { task } = found
    // Most tasks of a large plan have no template in them, and then nothing of this is made.
    let made: ReturnType<typeof scopes.of> | undefined
    const own = () => (made ??= scopes.of(task, found.alias, found.matches, given))
    const scope = (): Scope => own().scope
    const isDeep = recursionOf(here) >= mostRecursion
    const isConditional = task.task.condition !== undefined || task.task.platforms.length > 0
    const guarded = (command: TaskCall): boolean => isConditional || command.condition !== undefined || command.platforms.length > 0
    const commands: Array<PlannedCommand> = []
    const unknownCalls: Array<UnknownCall> = []
    const call = (command: TaskCall, reason: PlanEdge["reason"]): void => {
      if (isDeep) return
      for (const round of roundsOf(command.loop, scope)) {
        const unknown = follow(here, command, reason, scope, round, guarded(command))
        if (unknown === undefined) continue
        unknownCalls.push(unknown)
        commands.push({ text: `calls ${unknown.task} (known when it runs)`, deferred: command.deferred, condition: command.condition, location: command.location })
      }
    }
    for (const dependency of task.task.dependencies) call(dependency, "dependency")
    for (const command of task.task.commands) {
      if (command._tag === "Call") call(command, "call")
      else for (const round of roundsOf(command.loop, scope)) commands.push(shellText(command, scope, round))
    }
    nodes.set(id, {
      id,
      task: task.name,
      variables: new Map([...given].map(([name, value]) => [name, textOf(value)] as const)),
      directory: task.directory.text.includes("{{") ? own().directory : resolve(task.directory.base, task.directory.text),
      commands,
      unknownCalls,
      environment: [...new Set([...globalNames, ...task.task.environment.keys()])].sort(),
      origin: task.node.origin,
      location: task.task.location
    })
  }

  for (const { task: name, variables } of calls) {
    const found = find(graph, name, { fromCommandLine: true })
    if (Either.isLeft(found)) return Either.left(found.left)
    enqueue(found.right, name, variables ?? new Map(), undefined)
  }
  for (let at = 0; at < waiting.length && failure === undefined; at += 1) {
    const here = waiting[at]
    if (here === undefined) break
    if (at > mostNodes) return Either.left(new TaskCycle({ tasks: [here.found.task.name, here.found.task.name], location: here.found.task.task.location }))
    visit(here)
  }
  if (failure !== undefined) return Either.left(failure)
  return Either.right({ nodes: [...nodes.values()], edges, waves: wavesOf([...nodes.keys()], edges) })
}
