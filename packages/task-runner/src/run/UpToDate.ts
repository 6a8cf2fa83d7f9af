/**
 * Whether a task has to run at all.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { SystemFailed } from "../RunFailure.js"
import { type CompiledTask, fingerprinted } from "./Compile.js"
import { probe } from "./Probe.js"
import type { Failure, RunState } from "./RunState.js"
import { sayMore } from "./Say.js"

/** By all its commands of `status:` and by its sources; one that has neither never is. Undefined: only a command could say, and none may be run. */
export const isUpToDateTask = (state: RunState, task: CompiledTask, options: { readonly isDry: boolean }): Effect.Effect<boolean | undefined, Failure> =>
  Effect.gen(function* () {
    const compared = fingerprinted(state, task)
    const hasStatus = task.status.length > 0
    const bySources =
      compared === undefined
        ? task.sources.length === 0 && hasStatus
        : yield* state.fingerprints.check(compared, options).pipe(
            Effect.mapBoth({ onSuccess: ({ isUpToDate }) => isUpToDate, onFailure: ({ detail, path }) => new SystemFailed({ task: task.name, problem: detail, path }) })
          )
    if (!hasStatus) return bySources
    if (state.processes === "none") return bySources ? undefined : false
    for (const command of task.status) {
      if (yield* probe(state, task, command)) continue
      yield* sayMore(state, () => `task: status command ${command} exited non-zero`)
      return false
    }
    return bySources
  })
