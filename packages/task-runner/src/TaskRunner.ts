/**
 * Runs tasks.
 *
 * @module
 */
import * as TaskCheck from "@dev-infra/taskfile/TaskCheck"
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as Effect from "effect/Effect"
import { framesOf } from "./run/Calls.js"
import { makeState } from "./run/MakeState.js"
import { inParallel, runTask } from "./run/RunTask.js"
import type { RunFailure } from "./RunFailure.js"
import type { RunOptions, RunReport, RunServices } from "./RunOptions.js"

export type { RanTask, RunCall, RunOptions, RunReport, RunServices } from "./RunOptions.js"

/**
 * Run tasks with all they depend on. Whether everything they may reach is there is found before anything runs.
 *
 * When it is interrupted, commands that run are ended, and what tasks put off (`defer`) still runs, for half a minute at most.
 *
 * @example
 * ```ts
 * import * as TaskRunner from "@dev-infra/task-runner/TaskRunner"
 * import type { RunOptions } from "@dev-infra/task-runner/RunOptions"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 * import * as Effect from "effect/Effect"
 *
 * export const build = (graph: TaskGraph, options: RunOptions) =>
 *   TaskRunner.run(graph, { ...options, calls: [{ task: "build" }] }).pipe(
 *     Effect.map(({ tasks }) => tasks.filter(({ outcome }) => outcome === "ran").map(({ name }) => name)),
 *     Effect.catchTag("TaskCommandFailed", ({ status, via }) => Effect.logError(`${via.join(" > ")} ended with ${status}`))
 *   )
 * ```
 * @category running
 */
export const run = (graph: TaskGraph, options: RunOptions): Effect.Effect<RunReport, RunFailure | TaskfileError, RunServices> =>
  Effect.gen(function* () {
    yield* TaskCheck.check(graph, options.calls)
    const state = yield* makeState(graph, options, options.dry === true ? (options.evaluate === true ? "questions" : "none") : "all")
    const frames = yield* framesOf(state)
    const effects = frames.map((frame) => runTask(state, frame))
    yield* options.parallel === true ? inParallel(effects, options.failFast === true) : Effect.forEach(effects, (effect) => effect, { discard: true })
    return { tasks: state.ran.map(({ duration, name, outcome }) => ({ duration, name, outcome })) }
  })
