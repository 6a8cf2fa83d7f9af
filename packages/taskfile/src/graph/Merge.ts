/**
 * Many files become one set of tasks.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { Task } from "../Task.js"
import type { OutputStyle, TaskfileWarning } from "../Taskfile.js"
import type { MergedTask, TaskfileNode } from "../TaskGraph.js"
import { NameConflict, TaskfileInvalid } from "../TaskfileError.js"
import type { Variable, Variables } from "../Variable.js"
import type { Edge, Vertex } from "./Read.js"

/** Includes of includes may double tasks with every level; this is where it ends. */
const mostTasks = 100_000

type Failure = NameConflict | TaskfileInvalid

/** A task on its way up. */
interface Rising {
  readonly task: Task
  readonly node: TaskfileNode
  readonly aliases: ReadonlyArray<string>
  /** from the file outwards: the namespace of each include, or none where it is flattened */
  readonly levels: ReadonlyArray<string | undefined>
  readonly directory: string | undefined
  readonly internal: boolean
  readonly includeVariables: Variables
  readonly taskfileVariables: Variables
}

interface Merged {
  readonly tasks: Map<string, Rising>
  readonly variables: ReadonlyMap<string, Variable>
  readonly environment: ReadonlyMap<string, Variable>
  readonly output: OutputStyle | undefined
}

/** What became of all files. */
export interface MergedFiles {
  readonly tasks: ReadonlyMap<string, MergedTask>
  readonly variables: Variables
  readonly environment: Variables
  readonly output: OutputStyle | undefined
  readonly warnings: ReadonlyArray<TaskfileWarning>
}

const none: Variables = new Map()

/** The name of a task of an included file in the file that includes it; a leading `:` means that very file. */
const outward = (name: string, namespace: string | undefined): string => (namespace === undefined ? name : name.startsWith(":") ? name.slice(1) : `${namespace}:${name}`)

const isExcluded = (excludes: ReadonlyArray<string>, name: string): boolean =>
  excludes.some((pattern) => pattern === name || (pattern.endsWith(":*") && name.startsWith(pattern.slice(0, -1))))

const sameValue = (left: Variable, right: Variable): boolean => {
  const text = ({ value }: Variable): string => JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner instanceof Map ? [...inner.entries()] : inner))
  return text(left) === text(right)
}

/** An include that is no text gives variables the folder in which their commands run. */
const located = (variable: Variable, edge: Edge): Variable => (edge.directory === undefined ? variable : { ...variable, directory: { base: edge.directory, text: "" } })

/** Those of an include stand before; where both have a name, the outer one counts, as in `task`. */
const given = (outer: Variables, inner: Variables): Variables => (outer.size === 0 ? inner : inner.size === 0 ? outer : new Map([...outer, ...[...inner].filter(([name]) => !outer.has(name))]))

/** Merges from the innermost file outwards. */
export const mergeFiles = (root: Vertex, rootDirectory: string): Either.Either<MergedFiles, Failure> => {
  const done = new Map<Vertex, Merged>()
  const warnings: Array<TaskfileWarning> = []
  let failure: Failure | undefined
  let count = 0

  const overwrite = (mine: Map<string, Variable>, theirs: ReadonlyMap<string, Variable>, edge: Edge, what: string): void => {
    for (const [name, variable] of theirs) {
      const before = mine.get(name)
      if (before !== undefined && !sameValue(before, variable)) {
        warnings.push({
          code: "VAR001",
          location: before.location,
          message: `the ${what} ${name} of ${edge.include.namespace} overwrites yours, for all tasks`,
          suggestion: `rename one of the two, or write {{.${name} | default …}} there and give it with vars of the include`
        })
      }
      mine.set(name, located(variable, edge))
    }
  }

  const rise = (inner: Rising, name: string, edge: Edge, snapshot: Variables): Rising => {
    const { aliases, flatten, internal, namespace, variables } = edge.include
    const level = flatten ? undefined : namespace
    return {
      ...inner,
      aliases: flatten ? inner.aliases : [...inner.aliases.map((alias) => outward(alias, namespace)), ...aliases.flatMap((other) => [name, ...inner.aliases].map((one) => outward(one, other)))],
      levels: [...inner.levels, level],
      directory: inner.directory ?? edge.directory,
      internal: inner.internal || internal,
      includeVariables: edge.isMap ? given(variables, inner.includeVariables) : inner.includeVariables,
      taskfileVariables: edge.isMap ? snapshot : inner.taskfileVariables
    }
  }

  /** The task `default` of a namespace answers to the name of the namespace, if nobody else does. */
  const nameDefault = (tasks: Map<string, Rising>, edge: Edge): void => {
    const { aliases, flatten, namespace } = edge.include
    const name = `${namespace}:default`
    const found = tasks.get(name)
    if (flatten || found === undefined || tasks.has(namespace)) return
    tasks.set(name, { ...found, aliases: [...found.aliases, namespace, ...aliases] })
  }

  const absorb = (tasks: Map<string, Rising>, edge: Edge, inner: Merged, snapshot: Variables): void => {
    for (const [name, rising] of inner.tasks) {
      if (isExcluded(edge.include.excludes, name)) continue
      const outer = edge.include.flatten ? name : outward(name, edge.include.namespace)
      const before = tasks.get(outer)
      if (before !== undefined) failure ??= new NameConflict({ name: outer, locations: [before.task.location, rising.task.location] })
      count += 1
      if (count > mostTasks) {
        failure ??= new TaskfileInvalid({ location: edge.include.location, problem: `includes of includes make more than ${mostTasks} tasks`, snippet: "", suggestion: "include each file once" })
      }
      if (failure !== undefined) return
      tasks.set(outer, rise(rising, name, edge, snapshot))
    }
    nameDefault(tasks, edge)
  }

  const merge = (vertex: Vertex): Merged => {
    const seen = done.get(vertex)
    if (seen !== undefined) return seen
    const { taskfile } = vertex.node
    const tasks = new Map<string, Rising>()
    for (const [name, task] of taskfile.tasks) {
      tasks.set(name, { task, node: vertex.node, aliases: task.aliases, levels: [], directory: undefined, internal: task.internal, includeVariables: none, taskfileVariables: none })
    }
    const variables = new Map(taskfile.variables)
    const environment = new Map(taskfile.environment)
    let { output } = taskfile
    for (const edge of vertex.edges) {
      if (failure !== undefined) break
      const inner = merge(edge.vertex)
      overwrite(variables, inner.variables, edge, "variable")
      overwrite(environment, inner.environment, edge, "environment variable")
      output = inner.output ?? output
      absorb(tasks, edge, inner, edge.isMap ? new Map(variables) : none)
    }
    const merged = { tasks, variables, environment, output }
    done.set(vertex, merged)
    return merged
  }

  const { environment, output, tasks, variables } = merge(root)
  if (failure !== undefined) return Either.left(failure)

  const finished = new Map<string, MergedTask>()
  const resolveFrom = (levels: ReadonlyArray<string | undefined>) => (written: string): string => {
    let name = written
    for (const level of levels) name = outward(name, level)
    // A task of the root itself may be called with a leading colon too, however deep the file is.
    if (written.startsWith(":") && !finished.has(name) && finished.has(written.slice(1))) return written.slice(1)
    return name
  }
  for (const [name, rising] of tasks) {
    const { task } = rising
    finished.set(name, {
      name,
      aliases: rising.aliases,
      namespace: rising.levels.flatMap((level) => (level === undefined ? [] : [level])).reverse(),
      task,
      resolve: resolveFrom(rising.levels),
      node: rising.node,
      directory: { base: rising.directory ?? rootDirectory, text: task.directory ?? "" },
      internal: rising.internal,
      silent: task.silent ?? rising.node.taskfile.silent,
      useGitignore: task.useGitignore ?? rising.node.taskfile.useGitignore,
      includeVariables: rising.includeVariables,
      taskfileVariables: rising.taskfileVariables
    })
  }
  return Either.right({ tasks: finished, variables, environment, output, warnings })
}
