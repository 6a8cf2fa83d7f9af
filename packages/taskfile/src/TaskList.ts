/**
 * The tasks of a graph, as a list of them shows.
 *
 * @module
 */
import type { SourceLocation } from "./SourceLocation.js"
import type { TaskGraph, TaskfileOrigin } from "./TaskGraph.js"

/** @category models */
export interface TaskRow {
  /** what is shown: the label, or the name */
  readonly name: string
  /** how it is called */
  readonly task: string
  readonly description: string
  readonly summary: string
  readonly aliases: ReadonlyArray<string>
  readonly location: SourceLocation
  readonly origin: TaskfileOrigin
}

/** `all`: also those without a description. `sort`: `default` is root first, then by name; `alphanumeric` by name; `none` as in the files. @category models */
export interface ListOptions {
  readonly all: boolean
  readonly sort?: "default" | "alphanumeric" | "none"
}

/** Internal tasks are never in it. @category combinators */
export const list = (_graph: TaskGraph, _options: ListOptions): ReadonlyArray<TaskRow> => []

/** What `task --list --json` writes, with `origin` besides. `upToDate` adds `up_to_date` by name. @category combinators */
export const toJson = (graph: TaskGraph, _rows: ReadonlyArray<TaskRow>, _upToDate?: ReadonlyMap<string, boolean>): unknown => ({ tasks: [], location: graph.root.taskfile.file })
