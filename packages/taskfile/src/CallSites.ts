/**
 * Who calls a task.
 *
 * @module
 */
import type { CallSite, TaskGraph } from "./TaskGraph.js"

/** A call: of a dependency, of a command `task:`, or of the program `task` within a command of the shell. @category models */
export interface TaskCaller extends CallSite {
  /** as it is written, with `ns:` as the whole graph knows it */
  readonly task: string
  readonly kind: "dependency" | "call" | "shell"
}

/** Every call in a graph, by the name that is called. @category combinators */
export const of = (_graph: TaskGraph): ReadonlyMap<string, ReadonlyArray<TaskCaller>> => new Map()
