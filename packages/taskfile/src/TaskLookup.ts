/**
 * Which task a name means.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { FoundTask, TaskGraph } from "./TaskGraph.js"
import { type NameConflict, type TaskInternal, TaskNotFound } from "./TaskfileError.js"

/** @category models */
export interface FindOptions {
  /** internal tasks are then refused */
  readonly fromCommandLine: boolean
}

/**
 * The task that a name means: that of the very name, or of the alias, or the first in the order of the files whose name with `*` fits.
 *
 * @category combinators
 */
export const find = (_graph: TaskGraph, name: string, _options: FindOptions): Either.Either<FoundTask, TaskNotFound | TaskInternal | NameConflict> =>
  Either.left(new TaskNotFound({ name, suggestions: [] }))
