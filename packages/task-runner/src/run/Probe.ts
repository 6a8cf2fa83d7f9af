/**
 * Commands that answer yes or no: `if`, `status`, preconditions. What they print is not shown.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { SystemFailed } from "../RunFailure.js"
import type { ShellFailure, ShellScript } from "../Shell.js"
import type { CompiledTask } from "./Compile.js"
import { environmentOf } from "./Environment.js"
import type { Failure, RunState } from "./RunState.js"

/** A shell that could not be started, unless it is because there is no such folder: then it is as if the command had failed. */
export const failedToStart = (state: RunState, task: string, failure: ShellFailure): Effect.Effect<number, SystemFailed> =>
  Effect.flatMap(Effect.orElseSucceed(state.files.exists(failure.directory), () => true), (exists) =>
    failure.reason === "Failed" && !exists
      ? Effect.succeed(1)
      : Effect.fail(new SystemFailed({ task, problem: failure.reason === "Missing" ? "there is no bash on this computer" : failure.detail, path: failure.directory }))
  )

const scriptOf = (task: CompiledTask, script: string, environment: { readonly [name: string]: string }): ShellScript => ({
  script,
  directory: task.directory,
  environment,
  set: [],
  shopt: []
})

/** Whether it ended with 0. */
export const probe = (state: RunState, task: CompiledTask, script: string): Effect.Effect<boolean, Failure> =>
  Effect.flatMap(environmentOf(state, task), (environment) =>
    state.shell.run(scriptOf(task, script, environment), { stdin: "none", stdout: "ignore", stderr: "ignore" }).pipe(
      Effect.catchAll((failure) => failedToStart(state, task.name, failure)),
      Effect.map((status) => status === 0)
    )
  )

/** Whether a condition holds: none always does, and one that may not be asked is taken to. */
export const holds = (state: RunState, task: CompiledTask, condition: string | undefined): Effect.Effect<boolean, Failure> =>
  condition === undefined || condition.trim() === "" || state.processes === "none" ? Effect.succeed(true) : probe(state, task, condition)
