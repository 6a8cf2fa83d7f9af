/**
 * What `--summary` shows of a task.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as Effect from "effect/Effect"
import type { RunFailure } from "./RunFailure.js"
import type { RunOptions, RunServices } from "./RunOptions.js"

/**
 * The text of `--summary` for the called tasks. Nothing is started.
 *
 * @category running
 */
export const summary = (_graph: TaskGraph, _options: RunOptions): Effect.Effect<string, RunFailure | TaskfileError, RunServices> => Effect.succeed("")
