/**
 * Which files `--watch` looks at.
 *
 * @module
 */
import type { FilePattern } from "@dev-infra/taskfile/Task"
import type { MergedTask, TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as Effect from "effect/Effect"
import { framesOf } from "./run/Calls.js"
import { compile } from "./run/Compile.js"
import { callFrom, type Frame } from "./run/Frame.js"
import { makeState } from "./run/MakeState.js"
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
 * Sources of the called tasks and of all that they depend on or call, each once. Commands of variables are run if a pattern needs them; nothing else is.
 *
 * @example
 * ```ts
 * import type { RunOptions } from "@dev-infra/task-runner/RunOptions"
 * import * as WatchedFiles from "@dev-infra/task-runner/WatchedFiles"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 * import * as Effect from "effect/Effect"
 *
 * export const folders = (graph: TaskGraph, options: RunOptions) => Effect.map(WatchedFiles.watched(graph, options), (files) => new Set(files.map(({ directory }) => directory)))
 * ```
 * @category running
 */
export const watched = (graph: TaskGraph, options: RunOptions): Effect.Effect<ReadonlyArray<WatchedFiles>, RunFailure | TaskfileError, RunServices> =>
  Effect.gen(function* () {
    const state = yield* makeState(graph, options, "questions")
    const found = new Map<string, WatchedFiles>()
    const stack: Array<Frame> = [...(yield* framesOf(state))]
    const seen = new Map<MergedTask, number>()
    for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
      const times = seen.get(frame.merged) ?? 0
      // A task that calls itself with other variables each time would never end.
      if (times >= 100) continue
      seen.set(frame.merged, times + 1)
      const task = yield* compile(state, frame, undefined)
      if (task.sources.length > 0) {
        const files: WatchedFiles = {
          task: task.name,
          directory: task.directory,
          sources: task.sources,
          useGitignore: frame.merged.useGitignore ?? graph.root.taskfile.useGitignore ?? false
        }
        found.set(JSON.stringify(files), files)
      }
      const steps = [...task.dependencies.map(({ call, step }) => ({ command: call, step })), ...task.commands.flatMap(({ command, rounds }) => (rounds ?? []).map(({ step }) => ({ command, step })))]
      for (const { command, step } of steps) if (command._tag === "Call" && step?._tag === "Call") stack.push(yield* callFrom(state, frame, command, step.name, step.definitions))
    }
    return [...found.values()]
  })
