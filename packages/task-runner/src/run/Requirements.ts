/**
 * Variables that a task must be given, and the values that they may have.
 *
 * @module
 */
import type { Requirement } from "@dev-infra/taskfile/Task"
import * as Effect from "effect/Effect"
import { TextFailed, VariableNotAllowed, VariablesMissing } from "../RunFailure.js"
import { type Definition, lookUp, type Scope } from "../variables/Scope.js"
import { type Frame, fullName, scopeOf } from "./Frame.js"
import { fixed } from "./GlobalLayers.js"
import { evaluate, valuesOf } from "./Rendering.js"
import type { Failure, RunState } from "./RunState.js"
import { isUnknown } from "./Unknown.js"

/** Values that a required variable may have. */
const allowedFor = (state: RunState, task: string, scope: Scope, { allowed, location }: Requirement): Effect.Effect<ReadonlyArray<string> | undefined, Failure> => {
  if (allowed === undefined || !("expression" in allowed)) return Effect.succeed(allowed)
  return Effect.flatMap(evaluate(state, task, scope, allowed.expression, location), (value) =>
    isUnknown(value) && state.processes === "none" ? Effect.succeed(undefined) : Array.isArray(value)
      ? Effect.succeed(value.map((item) => state.texts.print(item)))
      : Effect.fail(new TextFailed({ task, problem: "the allowed values must be a list", text: allowed.expression, location }))
  )
}

/** What is asked for is asked once in a run. */
const answered = (state: RunState, task: string, scope: Scope, requirement: Requirement): Effect.Effect<string | undefined, Failure> =>
  state.asking.withPermits(1)(
    Effect.gen(function* () {
      const known = state.given.get(requirement.name)
      if (known !== undefined) return known
      const value = yield* state.prompts.ask(task, requirement.name, yield* allowedFor(state, task, scope, requirement))
      if (value !== undefined) state.given.set(requirement.name, value)
      return value
    })
  )

/** The call with all that it must have: what is missing is asked for, if there is somebody to ask. */
export const withRequired = (state: RunState, frame: Frame, scope: Scope): Effect.Effect<{ readonly frame: Frame; readonly scope: Scope }, Failure> =>
  Effect.gen(function* () {
    const { location, requires } = frame.merged.task
    const missing = requires.filter(({ name }) => lookUp(scope, name) === undefined)
    if (missing.length === 0) return { frame, scope }
    const task = fullName(frame)
    const definitions = new Map<string, Definition>(frame.definitions)
    const left: Array<{ readonly name: string; readonly allowed?: ReadonlyArray<string> }> = []
    for (const requirement of missing) {
      const value = state.options.interactive === true && state.processes === "all" ? yield* answered(state, task, scope, requirement) : undefined
      if (value !== undefined) definitions.set(requirement.name, fixed(requirement.name, value, false))
      else {
        const { allowed, name } = requirement
        left.push(allowed === undefined || "expression" in allowed ? { name } : { name, allowed })
      }
    }
    if (left.length > 0) return yield* new VariablesMissing({ task, missing: left, location })
    const complete = { ...frame, definitions }
    return { frame: complete, scope: scopeOf(state, complete) }
  })

/** That each has a value that it may have. */
export const checkAllowed = (state: RunState, frame: Frame, scope: Scope): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const task = fullName(frame)
    for (const requirement of frame.merged.task.requires) {
      const allowed = yield* allowedFor(state, task, scope, requirement)
      if (allowed === undefined) continue
      const { location, name } = requirement
      const value = state.texts.print((yield* valuesOf(state, task, scope, [name])).get(name) ?? "")
      if (allowed.includes(value) || (state.processes === "none" && isUnknown(value))) continue
      const isSecret = lookUp(scope, name)?.definition.secret === true
      return yield* new VariableNotAllowed({ task, name, value: isSecret ? "*****" : value, allowed, location })
    }
  })
