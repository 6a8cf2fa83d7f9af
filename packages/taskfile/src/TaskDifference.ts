/**
 * What changed between two versions of a Taskfile or of a graph, in what it means.
 *
 * @module
 */
import type { Taskfile } from "./Taskfile.js"
import type { TaskGraph } from "./TaskGraph.js"

/** A change. `isRisky`: it runs something new, or sees something new. @category models */
export interface TaskChange {
  readonly kind: "added" | "removed" | "renamed" | "changed" | "variable" | "environment" | "secret" | "network"
  /** the task, or empty for what belongs to the whole file */
  readonly task: string
  /** one line, in plain words */
  readonly text: string
  /** of `renamed`: the name before */
  readonly before?: string
  /** lines of commands, as a difference: `-` and `+` */
  readonly lines: ReadonlyArray<string>
  readonly isRisky: boolean
}

/** @category models */
export interface TaskDifference {
  readonly changes: ReadonlyArray<TaskChange>
}

/** `before` is absent at the first decision. @category combinators */
export const difference = (_before: TaskGraph | Taskfile | undefined, _after: TaskGraph | Taskfile): TaskDifference => ({ changes: [] })
