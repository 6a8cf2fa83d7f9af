/**
 * What the user calls.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Definition } from "../variables/Scope.js"
import { find, type Frame } from "./Frame.js"
import { fixed } from "./GlobalLayers.js"
import type { Failure, RunState } from "./RunState.js"

/** All of them, before any runs: a name that means nothing, or a task that only tasks may call, stops everything. */
export const framesOf = (state: RunState): Effect.Effect<ReadonlyArray<Frame>, Failure> =>
  Effect.forEach(state.options.calls, ({ task, variables }) =>
    Effect.map(find(state, task, undefined, true), ({ matches, task: merged }) => ({
      merged,
      called: task,
      matches,
      definitions: new Map<string, Definition>([...(variables ?? [])].map(([name, value]) => [name, fixed(name, value, false)])),
      silent: false,
      direct: true,
      parent: undefined,
      execution: undefined
    }))
  )
