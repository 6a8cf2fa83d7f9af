/**
 * The environment of a task's commands.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import * as Effect from "effect/Effect"
import type { Definitions } from "../variables/Scope.js"
import { answer, exported } from "./Answers.js"
import type { CompiledTask } from "./Compile.js"
import { readDotenvs, fixed } from "./GlobalLayers.js"
import { evaluate, folderOf, render, renderValue } from "./Rendering.js"
import type { Failure, RunState } from "./RunState.js"
import { hide } from "./Secrets.js"

/** Names and values, as a program gets them. */
export interface ProcessEnvironment {
  readonly [name: string]: string
}

const resolved = new WeakMap<CompiledTask, ProcessEnvironment>()
const same = new WeakMap<RunState, ProcessEnvironment>()

/** Nothing in it depends on the task. */
const isPlain = (state: RunState, definitions: Definitions): boolean =>
  [...definitions.values()].every(
    (definition) =>
      !definition.secret &&
      (definition._tag === "Fixed" || (definition._tag === undefined && definition.value._tag === "Literal" && !state.texts.needsOfValue(definition.value.value).all && state.texts.needsOfValue(definition.value.value).names.size === 0))
  )

/** A path of the Taskfile that replaces the computer's begins with the folder of the shim, too. */
const withShim = (folder: string | undefined, environment: ProcessEnvironment): ProcessEnvironment =>
  folder === undefined || !Object.hasOwn(environment, "PATH") ? environment : { ...environment, PATH: `${folder}:${environment["PATH"] ?? ""}` }

const resolve = (state: RunState, task: CompiledTask): Effect.Effect<ProcessEnvironment, Failure> =>
  Effect.gen(function* () {
    const definitions = new Map(state.environmentDefinitions)
    const { dotenv, environment } = task.frame.merged.task
    if (dotenv.length > 0) {
      const paths = yield* Effect.forEach(dotenv, (path) => render(state, task.name, task.scope, path, task.frame.merged.task.location))
      for (const [name, value] of yield* readDotenvs(state, paths, task.directory, task.name)) definitions.set(name, fixed(name, value, false))
    }
    for (const [name, variable] of environment) definitions.set(name, variable)
    const values = new Map<string, GoValue>()
    for (const [name, definition] of definitions) {
      const value = yield* valueOf(state, task, definition, values)
      if (definition.secret) yield* hide(state, [state.texts.print(value)])
      values.set(name, value)
    }
    return { ...state.environment, ...withShim(state.options.shimFolder, exported(state, values)) }
  })

const valueOf = (state: RunState, task: CompiledTask, definition: Definitions extends ReadonlyMap<string, infer D> ? D : never, before: ReadonlyMap<string, GoValue>): Effect.Effect<GoValue, Failure> => {
  const { name, scope } = task
  if (definition._tag === "Fixed") return Effect.succeed(definition.fixed)
  if (definition._tag !== undefined) return Effect.succeed("")
  const { directory, location, value } = definition
  switch (value._tag) {
    case "Literal":
      return renderValue(state, name, scope, value.value, location)
    case "Reference":
      return evaluate(state, name, scope, value.expression, location)
    case "Shell":
      return Effect.gen(function* () {
        const command = yield* render(state, name, scope, value.command, location)
        const folder = directory === undefined ? task.directory : folderOf(state, directory, yield* render(state, name, scope, directory.text, location))
        return yield* answer(state, name, { name: definition.name, command, directory: folder, environment: before, location }, false)
      })
  }
}

/** All that a program of the task gets: the computer's, and what the Taskfiles add. */
export const environmentOf = (state: RunState, task: CompiledTask): Effect.Effect<ProcessEnvironment, Failure> => {
  const known = resolved.get(task)
  if (known !== undefined) return Effect.succeed(known)
  const { dotenv, environment } = task.frame.merged.task
  const isShared = dotenv.length === 0 && environment.size === 0 && (state.environmentDefinitions.size === 0 || isPlain(state, state.environmentDefinitions))
  const shared = isShared ? same.get(state) : undefined
  if (shared !== undefined) return Effect.succeed(shared)
  if (isShared && state.environmentDefinitions.size === 0) return Effect.succeed(state.environment)
  return Effect.tap(resolve(state, task), (made) =>
    Effect.sync(() => {
      resolved.set(task, made)
      if (isShared) same.set(state, made)
    })
  )
}
