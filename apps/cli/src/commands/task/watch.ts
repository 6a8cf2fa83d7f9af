/**
 * `--watch`: tasks run again whenever their sources change.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { RunOptions } from "@dev-infra/task-runner/RunOptions"
import * as Effect from "effect/Effect"
import { CommandFailed } from "../../CommandError.js"
import type { TaskLine } from "./line.js"

/** Run, and again whenever something changes, until it is interrupted. @category commands */
export const run = (_line: TaskLine, _graph: TaskGraph, _options: RunOptions): Effect.Effect<void, CommandFailed> =>
  Effect.fail(new CommandFailed({ what: "--watch is not there yet", hint: "--engine task" }))
