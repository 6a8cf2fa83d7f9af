/**
 * Which files `--watch` looks at.
 *
 * @module
 */
import type { FilePattern } from "@dev-infra/taskfile/Task"
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as Effect from "effect/Effect"
import type { RunFailure } from "./RunFailure.js"
import type { RunOptions, RunServices } from "./RunOptions.js"

/** Sources of one task, rendered. @category models */
export interface WatchedFiles {
  readonly task: string
  /** where the patterns count from, absolute */
  readonly directory: string
  readonly sources: ReadonlyArray<FilePattern>
  readonly useGitignore: boolean
}

/**
 * Sources of the called tasks and of all that they depend on or call.
 *
 * @category running
 */
export const watched = (_graph: TaskGraph, _options: RunOptions): Effect.Effect<ReadonlyArray<WatchedFiles>, RunFailure | TaskfileError, RunServices> => Effect.succeed([])
