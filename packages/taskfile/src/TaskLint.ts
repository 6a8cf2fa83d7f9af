/**
 * What is likely to hurt in a graph that is right.
 *
 * @module
 */
import type { TaskGraph } from "./TaskGraph.js"
import type { TaskfileWarning } from "./Taskfile.js"

/** `environment`: the names that programs have from outside. @category models */
export interface LintOptions {
  readonly environment?: { readonly [name: string]: string | undefined }
}

/** All warnings, those of the files too, in the order of files and lines. @category combinators */
export const lint = (graph: TaskGraph, _options: LintOptions = {}): ReadonlyArray<TaskfileWarning> => graph.warnings
