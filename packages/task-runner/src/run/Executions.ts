/**
 * Tasks that run once, or once for what they are given: whoever comes later waits for the first, and shares its failure.
 *
 * @module
 */
import { TaskCycle } from "@dev-infra/taskfile/TaskfileError"
import type { GoValue } from "@dev-infra/go-template/GoValue"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Definitions } from "../variables/Scope.js"
import type { CompiledTask } from "./Compile.js"
import { wasInterrupted } from "./Endings.js"
import { environmentOf } from "./Environment.js"
import { type Frame, fullName, wayTo } from "./Frame.js"
import { valuesOf } from "./Rendering.js"
import type { Abandoned, Execution, Failure, RunState } from "./RunState.js"

const plain = (value: unknown): unknown => {
  if (typeof value === "bigint") return `${value}n`
  if (value instanceof Map) return [...value].map(([key, item]) => [key, plain(item)])
  return Array.isArray(value) ? value.map(plain) : value
}

const plainDefinitions = (definitions: Definitions): unknown =>
  [...definitions].map(([name, definition]) => [name, definition._tag === "Command" ? definition.command : definition._tag === "Fixed" ? plain(definition.fixed) : ""])

const modeOf = (state: RunState, { merged }: Frame): "always" | "once" | "when_changed" => merged.task.run ?? state.graph.root.taskfile.run ?? "always"

/** What runs with the same key are the same run; undefined: each is its own. */
export const keyOf = (state: RunState, task: CompiledTask): Effect.Effect<string | undefined, Failure> => {
  const { frame } = task
  const place = `${frame.merged.node.taskfile.file}:${frame.merged.task.name}`
  switch (modeOf(state, frame)) {
    case "always":
      return Effect.succeed(undefined)
    case "once":
      return Effect.succeed(place)
    case "when_changed":
      return Effect.gen(function* () {
        const names = [...frame.definitions.keys(), ...frame.merged.task.variables.keys()]
        const values: ReadonlyMap<string, GoValue> = names.length === 0 ? new Map() : yield* valuesOf(state, task.name, task.scope, names)
        const environment = state.processes === "none" ? {} : yield* environmentOf(state, task)
        const steps = task.commands.map(({ rounds }) => rounds?.map(({ extra, step }) => [plain(extra), step === undefined || step._tag === "Shell" ? step : [step.name, plainDefinitions(step.definitions)]]))
        const calls = task.dependencies.map(({ step }) => (step._tag === "Call" ? [step.name, plainDefinitions(step.definitions)] : []))
        return JSON.stringify([place, task.name, task.directory, plain(values), Object.entries(environment), steps, calls, task.status, task.preconditions, task.sources, task.generates])
      })
  }
}

const reaches = (from: Execution, to: Execution): boolean => {
  const seen = new Set<Execution>()
  const stack = [from]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at === to) return true
    if (seen.has(at)) continue
    seen.add(at)
    stack.push(...at.waitsFor)
  }
  return false
}

/** Whether somebody runs it, or ran it. */
export const isKnown = (state: RunState, key: string | undefined): boolean => key !== undefined && state.executions.has(key)

/** Run, or wait for who runs it. */
export const shared = (
  state: RunState,
  frame: Frame,
  key: string,
  execute: Effect.Effect<void, Failure>
): Effect.Effect<void, Failure> =>
  Effect.suspend(() => {
    const outer = frame.execution
    const running = state.executions.get(key)
    if (running !== undefined) {
      if (outer !== undefined && reaches(running, outer)) {
        return Effect.fail(new TaskCycle({ tasks: [...wayTo(frame), fullName(frame)], location: frame.merged.task.location }))
      }
      outer?.waitsFor.add(running)
      return Effect.catchAll(Deferred.await(running.done), (failure) => (failure._tag === "Abandoned" ? shared(state, frame, key, execute) : Effect.fail(failure))).pipe(
        Effect.ensuring(Effect.sync(() => outer?.waitsFor.delete(running)))
      )
    }
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Deferred.make<void, Failure | Abandoned>(), (done) => {
        const execution: Execution = { done, waitsFor: new Set() }
        state.executions.set(key, execution)
        outer?.waitsFor.add(execution)
        frame.execution = execution
        return Effect.onExit(restore(execute), (exit) => {
          outer?.waitsFor.delete(execution)
          if (!wasInterrupted(exit)) return Deferred.done(done, exit)
          state.executions.delete(key)
          return Deferred.fail(done, { _tag: "Abandoned" })
        })
      })
    )
  })
