/**
 * Whether tasks are up to date, without running them.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as Effect from "effect/Effect"
import { framesOf } from "./run/Calls.js"
import { compile } from "./run/Compile.js"
import { makeState } from "./run/MakeState.js"
import type { RunState } from "./run/RunState.js"
import { isUnknown } from "./run/Unknown.js"
import { isUpToDateTask } from "./run/UpToDate.js"
import type { RunFailure } from "./RunFailure.js"
import type { RunCall, RunOptions, RunServices } from "./RunOptions.js"
import { isTemplate } from "./variables/Texts.js"

/** @category models */
export interface TaskStatus {
  /** its label, or its full name */
  readonly name: string
  readonly isUpToDate: boolean
}

/** Whether one of them depends on what only a command could tell. */
const isOpen = (texts: ReadonlyArray<string>): boolean => texts.some((text) => isUnknown(text) || isTemplate(text))

const statuses = (state: RunState): Effect.Effect<ReadonlyArray<{ readonly name: string; readonly isUpToDate: boolean | undefined }>, RunFailure | TaskfileError> =>
  Effect.gen(function* () {
    const found: Array<{ readonly name: string; readonly isUpToDate: boolean | undefined }> = []
    for (const frame of yield* framesOf(state)) {
      const task = yield* compile(state, frame, undefined)
      const isLeftOpen = state.processes === "none" && isOpen([task.directory, task.name, ...[...task.sources, ...task.generates].map(({ pattern }) => pattern)])
      found.push({ name: task.name, isUpToDate: isLeftOpen ? undefined : yield* isUpToDateTask(state, task, { isDry: true }) })
    }
    return found
  })

/**
 * `--status`: of each called task, in order, whether it is up to date. Runs the commands of `status:`, nothing else of them; notes nothing.
 *
 * @example
 * ```ts
 * import type { RunOptions } from "@dev-infra/task-runner/RunOptions"
 * import * as TaskStatus from "@dev-infra/task-runner/TaskStatus"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 * import * as Effect from "effect/Effect"
 *
 * export const stale = (graph: TaskGraph, options: RunOptions) =>
 *   Effect.map(TaskStatus.status(graph, options), (tasks) => tasks.filter(({ isUpToDate }) => !isUpToDate))
 * ```
 * @category running
 */
export const status = (graph: TaskGraph, options: RunOptions): Effect.Effect<ReadonlyArray<TaskStatus>, RunFailure | TaskfileError, RunServices> =>
  Effect.flatMap(makeState(graph, options, "questions"), (state) =>
    Effect.map(statuses(state), (found) => found.map(({ isUpToDate: isIt, name }) => ({ name, isUpToDate: isIt === true })))
  )

/**
 * Whether one task is up to date. Without `processes` nothing is started, and undefined means that it cannot be said so.
 *
 * @example
 * ```ts
 * import type { RunOptions } from "@dev-infra/task-runner/RunOptions"
 * import * as TaskStatus from "@dev-infra/task-runner/TaskStatus"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 *
 * export const isBuilt = (graph: TaskGraph, options: RunOptions) => TaskStatus.isUpToDate(graph, { task: "build" }, options, { processes: false })
 * ```
 * @category running
 */
export const isUpToDate = (
  graph: TaskGraph,
  call: RunCall,
  options: RunOptions,
  { processes }: { readonly processes: boolean }
): Effect.Effect<boolean | undefined, RunFailure | TaskfileError, RunServices> =>
  Effect.flatMap(makeState(graph, { ...options, calls: [call] }, processes ? "questions" : "none"), (state) => Effect.map(statuses(state), ([found]) => found?.isUpToDate))
