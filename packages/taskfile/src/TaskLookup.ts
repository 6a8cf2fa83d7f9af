/**
 * Which task a name means.
 *
 * @module
 */
import * as Either from "effect/Either"
import { nearest } from "./decode/Nearest.js"
import { wildcards } from "./graph/Wildcards.js"
import type { FoundTask, MergedTask, TaskGraph } from "./TaskGraph.js"
import { NameConflict, TaskInternal, TaskNotFound } from "./TaskfileError.js"

/** @category models */
export interface FindOptions {
  /** internal tasks are then refused */
  readonly fromCommandLine: boolean
}

interface Index {
  readonly byAlias: ReadonlyMap<string, ReadonlyArray<MergedTask>>
  readonly patterns: ReadonlyArray<MergedTask>
}

const indexes = new WeakMap<TaskGraph, Index>()

/** Made once for each graph. */
const indexOf = (graph: TaskGraph): Index => {
  const known = indexes.get(graph)
  if (known !== undefined) return known
  const byAlias = new Map<string, Array<MergedTask>>()
  const patterns: Array<MergedTask> = []
  for (const task of graph.tasks.values()) {
    if (task.name.includes("*")) patterns.push(task)
    for (const alias of new Set(task.aliases)) {
      const others = byAlias.get(alias)
      if (others === undefined) byAlias.set(alias, [task])
      else others.push(task)
    }
  }
  const index = { byAlias, patterns }
  indexes.set(graph, index)
  return index
}

/**
 * The task that a name means: that of the very name, or of the alias, or the first in the order of the files whose name with `*` fits. It fails with
 * `TaskNotFound`, with what was probably meant; with `NameConflict` where an alias means two; with `TaskInternal` for what only other tasks may call.
 *
 * @category combinators
 * @example
 * ```ts
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 * import * as TaskLookup from "@dev-infra/taskfile/TaskLookup"
 *
 * export const deploy = (graph: TaskGraph) => TaskLookup.find(graph, "infra:deploy", { fromCommandLine: true })
 * ```
 */
export const find = (graph: TaskGraph, name: string, options: FindOptions): Either.Either<FoundTask, TaskNotFound | TaskInternal | NameConflict> => {
  const allowed = (found: FoundTask): Either.Either<FoundTask, TaskInternal> =>
    options.fromCommandLine && found.task.internal ? Either.left(new TaskInternal({ name })) : Either.right(found)
  const exact = graph.tasks.get(name)
  if (exact !== undefined) return allowed({ task: exact, matches: [], alias: undefined })
  const index = indexOf(graph)
  const [aliased, ...others] = index.byAlias.get(name) ?? []
  if (aliased !== undefined && others.length > 0) return Either.left(new NameConflict({ name, locations: [aliased, ...others].map(({ task }) => task.location) }))
  if (aliased !== undefined) return allowed({ task: aliased, matches: [], alias: name })
  for (const task of index.patterns) {
    const matches = wildcards(task.name, name)
    if (matches !== undefined) return allowed({ task, matches, alias: undefined })
  }
  const candidates = [...graph.tasks.values()].filter(({ internal }) => !(internal && options.fromCommandLine)).flatMap(({ aliases, name: own }) => [own, ...aliases])
  return Either.left(new TaskNotFound({ name, suggestions: [...nearest(name, new Set(candidates))] }))
}
