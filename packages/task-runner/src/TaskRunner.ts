/**
 * Runs tasks.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as Effect from "effect/Effect"
import type { RunFailure } from "./RunFailure.js"
import type { RunOptions, RunReport, RunServices } from "./RunOptions.js"

export type { RanTask, RunCall, RunOptions, RunReport, RunServices } from "./RunOptions.js"

/**
 * Run tasks with all they depend on.
 *
 * @category running
 */
export const run = (_graph: TaskGraph, _options: RunOptions): Effect.Effect<RunReport, RunFailure | TaskfileError, RunServices> => Effect.succeed({ tasks: [] })
