/**
 * Whether tasks are up to date, without running them.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as Effect from "effect/Effect"
import type { RunFailure } from "./RunFailure.js"
import type { RunCall, RunOptions, RunServices } from "./RunOptions.js"

/** @category models */
export interface TaskStatus {
  /** its label, or its full name */
  readonly name: string
  readonly isUpToDate: boolean
}

/**
 * `--status`: of each called task, in order, whether it is up to date. Runs the commands of `status:`, nothing else of them; notes nothing.
 *
 * @category running
 */
export const status = (_graph: TaskGraph, _options: RunOptions): Effect.Effect<ReadonlyArray<TaskStatus>, RunFailure | TaskfileError, RunServices> => Effect.succeed([])

/**
 * Whether one task is up to date. Without `processes` nothing is started, and undefined means that it cannot be said so.
 *
 * @category running
 */
export const isUpToDate = (
  _graph: TaskGraph,
  _call: RunCall,
  _options: RunOptions,
  _how: { readonly processes: boolean }
): Effect.Effect<boolean | undefined, RunFailure | TaskfileError, RunServices> => Effect.succeed(undefined)
