/**
 * A task with its texts rendered, ready to run.
 *
 * @module
 */
import type { GoMap } from "@dev-infra/go-template/GoValue"
import type { Command, FilePattern, Method, Task, TaskCall } from "@dev-infra/taskfile/Task"
import * as Effect from "effect/Effect"
import type { Fingerprinted } from "../Fingerprints.js"
import { SystemFailed } from "../RunFailure.js"
import type { Definitions, Scope } from "../variables/Scope.js"
import { isTemplate } from "../variables/Texts.js"
import { allCells, force } from "../variables/Values.js"
import { type Frame, fullName, givenBy, scopeOf } from "./Frame.js"
import { type LoopPlace, rounds } from "./Loops.js"
import { findingFor, folderOf, render, renderShown, type RenderingOptions } from "./Rendering.js"
import type { Failure, RunState } from "./RunState.js"

/** A command of the shell, or a call, rendered. */
export type RenderedStep =
  | { readonly _tag: "Shell"; readonly script: string; readonly shown: string; readonly condition: string | undefined }
  | { readonly _tag: "Call"; readonly name: string; readonly definitions: Definitions; readonly condition: string | undefined }

/** One round of a command. `step` is missing if it is rendered only when its turn comes: deferred, or a variable that it needs could not be found yet. */
export interface Round {
  readonly extra: GoMap | undefined
  readonly step: RenderedStep | undefined
}

/** All of a task that is known before it runs. */
export interface CompiledTask {
  readonly frame: Frame
  readonly scope: Scope
  /** its label, or its full name */
  readonly name: string
  readonly prefix: string
  readonly directory: string
  readonly sources: ReadonlyArray<FilePattern>
  readonly generates: ReadonlyArray<FilePattern>
  readonly condition: string | undefined
  readonly status: ReadonlyArray<string>
  readonly preconditions: ReadonlyArray<{ readonly command: string; readonly message: string | undefined }>
  readonly prompts: ReadonlyArray<string>
  readonly dependencies: ReadonlyArray<{ readonly call: TaskCall; readonly step: RenderedStep }>
  /** undefined: what it is repeated over could not be found yet */
  readonly commands: ReadonlyArray<{ readonly command: Command; readonly rounds: ReadonlyArray<Round> | undefined }>
}

const renderPatterns = (state: RunState, task: string, scope: Scope, patterns: ReadonlyArray<FilePattern>, frame: Frame): Effect.Effect<ReadonlyArray<FilePattern>, Failure> =>
  patterns.length === 0
    ? Effect.succeed(patterns)
    : Effect.forEach(patterns, ({ excluded, pattern }) =>
        Effect.map(render(state, task, scope, pattern, frame.merged.task.location), (rendered) => ({ excluded, pattern: rendered }))
      )

const methodOf = (state: RunState, frame: Frame): Method => frame.merged.task.method ?? state.graph.root.taskfile.method ?? "checksum"

/** What its files are compared by; undefined if it has none, or does not want to be compared. */
export const fingerprinted = (state: RunState, task: Pick<CompiledTask, "frame" | "name" | "directory" | "sources" | "generates">): Fingerprinted | undefined => {
  const method = methodOf(state, task.frame)
  return task.sources.length === 0 || method === "none"
    ? undefined
    : {
        name: task.name,
        task: fullName(task.frame),
        method,
        directory: task.directory,
        sources: task.sources,
        generates: task.generates,
        useGitignore: usesGitignore(state, task.frame),
        folder: state.options.fingerprintFolder ?? `${state.graph.directory === "/" ? "" : state.graph.directory}/.task`
      }
}

const usesGitignore = (state: RunState, { merged }: Frame): boolean => merged.useGitignore ?? state.graph.root.taskfile.useGitignore ?? false

const placeOf = (state: RunState, task: Pick<CompiledTask, "frame" | "name" | "directory" | "sources" | "generates" | "scope">): LoopPlace => ({
  task: task.name,
  scope: task.scope,
  directory: task.directory,
  sources: task.sources,
  generates: task.generates,
  useGitignore: usesGitignore(state, task.frame)
})

const fingerprintNames = /\b(?:CHECKSUM|TIMESTAMP)\b/u

/** CHECKSUM or TIMESTAMP, for texts that speak of it. */
const withFingerprint = (
  state: RunState,
  task: Pick<CompiledTask, "frame" | "name" | "directory" | "sources" | "generates">,
  texts: ReadonlyArray<string>,
  extra: GoMap | undefined
): Effect.Effect<GoMap | undefined, Failure> => {
  if (!texts.some((text) => fingerprintNames.test(text))) return Effect.succeed(extra)
  const compared = fingerprinted(state, task)
  if (compared === undefined) return Effect.succeed(extra)
  return state.fingerprints.check(compared, { isDry: true }).pipe(
    Effect.mapBoth({
      onFailure: ({ detail, path }) => new SystemFailed({ task: task.name, problem: detail, path }),
      onSuccess: ({ value }) => {
        if (value === undefined) return extra
        return compared.method === "checksum"
          ? new Map([...(extra ?? []), ["CHECKSUM", value]])
          : new Map([...(extra ?? []), ["TIMESTAMP", { _tag: "Time" as const, epoch: Number(value), zone: state.world.zone }]])
      }
    })
  )
}

/** A command of one round. */
export const renderStep = (state: RunState, task: Pick<CompiledTask, "frame" | "name" | "directory" | "sources" | "generates" | "scope">, command: Command, options: RenderingOptions): Effect.Effect<RenderedStep, Failure> =>
  Effect.gen(function* () {
    const { name, scope } = task
    const text = command._tag === "Shell" ? command.command : command.task
    const extra = yield* withFingerprint(state, task, [text, command.condition ?? ""], options.extra)
    const inner = { ...options, extra }
    const condition = command.condition === undefined ? undefined : yield* render(state, name, scope, command.condition, command.location, inner)
    const rendered = yield* render(state, name, scope, text, command.location, inner)
    return command._tag === "Shell"
      ? { _tag: "Shell", script: rendered, shown: renderShown(state, scope, text, rendered, extra), condition }
      : { _tag: "Call", name: rendered, definitions: yield* givenBy(state, name, scope, command.variables, inner), condition }
  })

/** All rounds of a command, each rendered unless it is deferred. */
export const roundsOf = (
  state: RunState,
  task: Pick<CompiledTask, "frame" | "name" | "directory" | "sources" | "generates" | "scope">,
  command: Command,
  tentative: boolean
): Effect.Effect<ReadonlyArray<Round>, Failure> => {
  const one = (extra: GoMap | undefined): Effect.Effect<Round, Failure> => {
    if (command.deferred) return Effect.succeed({ extra, step: undefined })
    const rendered = renderStep(state, task, command, { extra, tentative })
    return tentative ? Effect.map(orLater(rendered), (step) => ({ extra, step })) : Effect.map(rendered, (step) => ({ extra, step }))
  }
  if (command.loop === undefined) return Effect.map(one(undefined), (round) => [round])
  return Effect.flatMap(rounds(state, placeOf(state, task), command.loop, command.location, { tentative }), (extras) => Effect.forEach(extras, one))
}

/** A command of a variable that fails is no failure yet: what it is for may never run, or it works once the dependencies ran. */
const orLater = <A>(effect: Effect.Effect<A, Failure>): Effect.Effect<A | undefined, Failure> =>
  Effect.catchAll(effect, (failure) => (failure._tag === "VariableFailed" ? Effect.succeed(undefined) : Effect.fail(failure)))

const hasTemplate = (text: string | undefined): boolean => text !== undefined && isTemplate(text)

const isPlainStep = (command: Command): boolean =>
  command.loop === undefined && !hasTemplate(command.condition) && (command._tag === "Shell" ? !isTemplate(command.command) : !isTemplate(command.task) && command.variables.size === 0)

const plain = new WeakMap<Task, boolean>()

/** No text of it is a template: it is the same each time. */
const isPlain = (task: Task): boolean => {
  const known = plain.get(task)
  if (known !== undefined) return known
  const isIt =
    ![task.label, task.prefix, task.condition, ...task.status, ...task.prompts].some(hasTemplate) &&
    ![...task.sources, ...task.generates].some(({ pattern }) => isTemplate(pattern)) &&
    !task.preconditions.some(({ command, message }) => isTemplate(command) || hasTemplate(message)) &&
    task.dependencies.every(isPlainStep) &&
    task.commands.every(isPlainStep)
  plain.set(task, isIt)
  return isIt
}

const none: Definitions = new Map()

const plainStep = (command: Command): RenderedStep =>
  command._tag === "Shell"
    ? { _tag: "Shell", script: command.command, shown: command.command, condition: command.condition }
    : { _tag: "Call", name: command.task, definitions: none, condition: command.condition }

/** As `compile`, where there is nothing to render. */
const compilePlain = (state: RunState, frame: Frame, scope: Scope): CompiledTask => {
  const { directory, task } = frame.merged
  const full = fullName(frame)
  return {
    frame,
    scope,
    name: task.label === undefined || task.label === "" ? full : task.label,
    prefix: task.prefix === undefined || task.prefix === "" ? full : task.prefix,
    directory: folderOf(state, directory, directory.text),
    sources: task.sources,
    generates: task.generates,
    condition: task.condition,
    status: task.status,
    preconditions: task.preconditions,
    prompts: task.prompts,
    dependencies: task.dependencies.map((call) => ({ call, step: plainStep(call) })),
    commands: task.commands.map((command) => ({ command, rounds: [{ extra: undefined, step: command.deferred ? undefined : plainStep(command) }] }))
  }
}

/** Render what is needed of a task. Commands of variables are run for that, once each; with `eager` those of all variables in sight. */
export const compile = (state: RunState, frame: Frame, given: Scope | undefined): Effect.Effect<CompiledTask, Failure> => {
  const { directory, task } = frame.merged
  const scope = given ?? scopeOf(state, frame)
  if (state.options.eager !== true && !isTemplate(directory.text) && isPlain(task)) return Effect.sync(() => compilePlain(state, frame, scope))
  return compileTemplates(state, frame, scope)
}

const compileTemplates = (state: RunState, frame: Frame, scope: Scope): Effect.Effect<CompiledTask, Failure> =>
  Effect.gen(function* () {
    const { task } = frame.merged
    const full = fullName(frame)
    if (state.options.eager === true) yield* force(findingFor(state, full, false), allCells(scope))
    const text = (template: string) => render(state, full, scope, template, task.location)
    const name = task.label === undefined ? full : (yield* text(task.label)) || full
    const directory = folderOf(state, frame.merged.directory, yield* text(frame.merged.directory.text))
    const prefix = task.prefix === undefined ? full : (yield* text(task.prefix)) || full
    const sources = yield* renderPatterns(state, full, scope, task.sources, frame)
    const generates = yield* renderPatterns(state, full, scope, task.generates, frame)
    const bare = { frame, scope, name, directory, sources, generates }
    const condition = task.condition === undefined ? undefined : yield* text(task.condition)
    const extra = yield* withFingerprint(state, bare, task.status, undefined)
    const status = task.status.length === 0 ? task.status : yield* Effect.forEach(task.status, (command) => render(state, full, scope, command, task.location, { extra }))
    const preconditions: Array<{ readonly command: string; readonly message: string | undefined }> = []
    for (const { command, location, message } of task.preconditions) {
      preconditions.push({
        command: yield* render(state, full, scope, command, location),
        message: message === undefined ? undefined : yield* render(state, full, scope, message, location)
      })
    }
    const prompts = task.prompts.length === 0 ? task.prompts : yield* Effect.forEach(task.prompts, text)
    const dependencies: Array<{ readonly call: TaskCall; readonly step: RenderedStep }> = []
    for (const call of task.dependencies) {
      for (const { step } of yield* roundsOf(state, bare, call, false)) if (step !== undefined) dependencies.push({ call, step })
    }
    const commands: Array<{ readonly command: Command; readonly rounds: ReadonlyArray<Round> | undefined }> = []
    for (const command of task.commands) commands.push({ command, rounds: yield* orLater(roundsOf(state, bare, command, true)) })
    return { ...bare, prefix, condition, status, preconditions, prompts, dependencies, commands }
  })
