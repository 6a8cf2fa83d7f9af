/**
 * One call of a task, and what its names stand for.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { TaskCall } from "@dev-infra/taskfile/Task"
import type { FoundTask, MergedTask } from "@dev-infra/taskfile/TaskGraph"
import { TaskNotFound } from "@dev-infra/taskfile/TaskfileError"
import * as TaskLookup from "@dev-infra/taskfile/TaskLookup"
import type { Variables } from "@dev-infra/taskfile/Variable"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type Definition, type Definitions, overlay, lazily, type Scope, sharedOverlay } from "../variables/Scope.js"
import { fixed, isSecretName } from "./GlobalLayers.js"
import { evaluate, render, renderValue, type RenderingOptions } from "./Rendering.js"
import type { Execution, Failure, RunState } from "./RunState.js"
import { hide } from "./Secrets.js"

/** A call of a task. */
export interface Frame {
  readonly merged: MergedTask
  /** the name by which it was called */
  readonly called: string
  readonly matches: ReadonlyArray<string>
  /** what the call gives it */
  readonly definitions: Definitions
  readonly silent: boolean
  /** called by the user, not by a task */
  readonly direct: boolean
  readonly parent: Frame | undefined
  /** the execution that waits for this one, if others may join it */
  execution: Execution | undefined
}

/** Full name, with what stood for `*` in its place. */
export const fullName = ({ matches, merged }: Frame): string => {
  let at = 0
  return matches.length === 0 ? merged.name : merged.name.replaceAll("*", (star) => matches[at++] ?? star)
}

/** From the task that the user called to this one. */
export const wayTo = (frame: Frame): ReadonlyArray<string> => {
  const names: Array<string> = []
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) names.push(fullName(at))
  return names.toReversed()
}

const none: Definitions = new Map()

const specialsOf = ({ called, merged }: Frame): Definitions => {
  const directory: Definition = { _tag: "Directory", name: "TASK_DIR", directory: merged.directory, secret: false, location: merged.task.location }
  return new Map<string, Definition>([
    ["TASK", fixed("TASK", merged.name, true)],
    ["TASK_DIR", directory],
    ["TASKFILE", fixed("TASKFILE", merged.node.taskfile.file, true)],
    ["TASKFILE_DIR", fixed("TASKFILE_DIR", merged.node.directory, true)],
    ["ALIAS", fixed("ALIAS", called, true)]
  ])
}

/** All layers for one call, the first of which is the lowest: what the computer says, then what all see, what includes give, the caller, and the task itself. */
export const scopeOf = (state: RunState, frame: Frame): Scope => lazily(() => layersOf(state, frame))

const layersOf = (state: RunState, frame: Frame): Scope => {
  const { merged } = frame
  let top: Scope | undefined
  const specials = overlay(state.lowest, specialsOf(frame), { ofTask: true, seen: () => top ?? state.variableLayer })
  let scope = sharedOverlay(specials, state.environmentLayer, state.environmentDefinitions, (name) => state.isOfTask("environment", name))
  scope = sharedOverlay(scope, state.variableLayer, state.variableDefinitions, (name) => state.isOfTask("variables", name))
  const add = (definitions: Definitions, inTask: boolean) => {
    if (definitions.size > 0) scope = overlay(scope, definitions, { ofTask: true, ...(inTask ? { directory: merged.directory } : {}) })
  }
  add(merged.includeVariables, false)
  add(merged.taskfileVariables, true)
  add(frame.matches.length === 0 ? none : new Map<string, Definition>([["MATCH", { _tag: "Fixed", name: "MATCH", fixed: frame.matches, secret: false, special: true }]]), false)
  add(frame.definitions, false)
  top = scope
  add(merged.task.variables, true)
  return scope
}

/** Variables of a call, rendered where it is written; what a command says is asked when it is needed. */
export const givenBy = (
  state: RunState,
  task: string,
  scope: Scope,
  variables: Variables,
  options: RenderingOptions
): Effect.Effect<Definitions, Failure> =>
  variables.size === 0
    ? Effect.succeed(none)
    : Effect.gen(function* () {
        const definitions = new Map<string, Definition>()
        for (const [name, { location, secret: isStated, value }] of variables) {
          const secret = isStated || isSecretName(state.graph, name)
          if (value._tag === "Shell") {
            definitions.set(name, { _tag: "Command", name, command: yield* render(state, task, scope, value.command, location, options), secret, location })
            continue
          }
          const known: GoValue =
            value._tag === "Reference" ? yield* evaluate(state, task, scope, value.expression, location, options) : yield* renderValue(state, task, scope, value.value, location, options)
          if (secret) yield* hide(state, typeof known === "string" ? [known] : [])
          definitions.set(name, { _tag: "Fixed", name, fixed: known ?? "", secret })
        }
        return definitions
      })

/** What a name means within a task. */
export const find = (state: RunState, name: string, location: SourceLocation | undefined, fromCommandLine: boolean): Effect.Effect<FoundTask, Failure> =>
  Either.mapLeft(TaskLookup.find(state.graph, name, { fromCommandLine }), (failure) =>
    failure._tag === "TaskNotFound" && location !== undefined ? new TaskNotFound({ name: failure.name, suggestions: failure.suggestions, location }) : failure
  )

/** The call that a task makes. */
export const callFrom = (state: RunState, caller: Frame, call: TaskCall, name: string, definitions: Definitions): Effect.Effect<Frame, Failure> => {
  const resolved = caller.merged.resolve(name)
  return Effect.map(find(state, resolved, call.location, false), ({ matches, task }) => ({
    merged: task,
    called: resolved,
    matches,
    definitions,
    silent: call.silent === true,
    direct: false,
    parent: caller,
    execution: caller.execution
  }))
}
