/**
 * `--watch`: tasks run again whenever their sources change.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import * as FileWatch from "@dev-infra/task-runner/FileWatch"
import * as FileWatchLive from "@dev-infra/task-runner/FileWatchLive"
import type { RunServices } from "@dev-infra/task-runner/RunOptions"
import * as TaskRunner from "@dev-infra/task-runner/TaskRunner"
import * as WatchedFiles from "@dev-infra/task-runner/WatchedFiles"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import { join, styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import { type Secrets, told } from "./failure.js"
import type { TaskLine } from "./line.js"

/** Milliseconds that belong together, where neither the line nor the Taskfile says. */
const usualInterval = 100

/** Run, and again whenever something changes: what still runs then is ended first. A failure is told and ends nothing; Ctrl-C does. @category commands */
export const run = (line: TaskLine, graph: TaskGraph, options: TaskRunner.RunOptions, secrets: Secrets): Effect.Effect<void, CommandError, CommandServices | RunServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const { stopRequested } = yield* Surroundings
    const { changes } = yield* FileWatch.FileWatch
    const names = options.calls.map(({ task }) => task)
    const files = yield* WatchedFiles.watched(graph, options)
    if (files.length === 0) return yield* new CommandFailed({ what: `nothing to watch: neither ${names.join(" nor ")} nor what they need has sources`, hint: "sources: of a task says which files it is made of" })
    const given = line.number("interval") ?? graph.root.taskfile.interval ?? 0
    const interval = given > 0 ? given : usualInterval
    yield* output.message(styled("green", text`task: Started watching for tasks: ${join(names.map((name) => text`${name}`), ", ")}`))
    const once = told(false, secrets)(Effect.asVoid(TaskRunner.run(graph, options)))
    const all = Stream.concat(Stream.succeed<ReadonlyArray<string>>([]), changes(files, { interval }))
    yield* Stream.runDrain(Stream.flatMap(all, () => Stream.fromEffect(once), { switch: true })).pipe(Effect.raceFirst(stopRequested))
  }).pipe(Effect.provide(FileWatchLive.layer))
