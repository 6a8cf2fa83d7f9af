/**
 * The commands of a task, one after another, and at its end those that were put off.
 *
 * @module
 */
import type { GoMap } from "@dev-infra/go-template/GoValue"
import type { Command, ShellCommand, TaskCall } from "@dev-infra/taskfile/Task"
import type { OutputStyle } from "@dev-infra/taskfile/Taskfile"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { CommandFailed, CommandTimedOut } from "../RunFailure.js"
import type { OutputRequest } from "../TaskOutput.js"
import { type CompiledTask, fingerprinted, renderStep, type RenderedStep, roundsOf } from "./Compile.js"
import { failureOf, wasInterrupted } from "./Endings.js"
import { environmentOf } from "./Environment.js"
import { callFrom, type Frame, wayTo } from "./Frame.js"
import { fits } from "./Platforms.js"
import { failedToStart, holds } from "./Probe.js"
import { render } from "./Rendering.js"
import type { Failure, RunState } from "./RunState.js"
import { nameText, say, sayMore } from "./Say.js"
import type { Slot } from "./Slots.js"
import { isUnknown } from "./Unknown.js"

type RunTask = (state: RunState, frame: Frame) => Effect.Effect<void, Failure>

/** What is put off may take so long altogether when the run is broken off. */
const deferredWhenInterrupted = Duration.seconds(30)

/** The exit status that a failure stands for: of the command, or 124 for one that took too long. */
const statusOf = (failure: Failure): number | undefined => (failure._tag === "TaskCommandFailed" ? failure.status : failure._tag === "CommandTimedOut" ? 124 : undefined)

const isEchoed = (state: RunState, task: CompiledTask, command: Command): boolean => {
  const { merged, silent } = task.frame
  if (state.options.verbose === true) return true
  return !silent && command.silent !== true && (merged.silent ?? merged.task.silent) !== true && state.graph.root.taskfile.silent !== true && state.options.silent !== true
}

const union = (...lists: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => (lists.every((list) => list.length === 0) ? [] : [...new Set(lists.flat())])

const interleaved: OutputStyle = { _tag: "Interleaved" }

const requestOf = (state: RunState, task: CompiledTask): Effect.Effect<OutputRequest, Failure> => {
  const { interactive, location } = task.frame.merged.task
  const style = state.options.output ?? state.graph.output ?? interleaved
  const request = { task: task.name, prefix: task.prefix, style, interactive, begin: undefined, end: undefined }
  if (style._tag !== "Group") return Effect.succeed(request)
  const text = (template: string | undefined) => (template === undefined ? Effect.succeed(undefined) : render(state, task.name, task.scope, template, location))
  return Effect.zipWith(text(style.begin), text(style.end), (begin, end) => ({ ...request, begin, end }))
}

const runShell = (state: RunState, task: CompiledTask, command: ShellCommand, script: string, shown: string): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    if (isEchoed(state, task, command)) yield* say(state, `task: [${nameText(task.name)}] ${shown}`)
    if (state.options.dry === true) return
    const environment = yield* environmentOf(state, task)
    const request = yield* requestOf(state, task)
    const { task: stated } = task.frame.merged
    const root = state.graph.root.taskfile
    const status = yield* Effect.scoped(
      Effect.gen(function* () {
        const { finished, streams } = yield* state.output.open(request)
        const ended = yield* state.shell
          .run(
            { script, directory: task.directory, environment, set: union(root.set, stated.set, command.set), shopt: union(root.shopt, stated.shopt, command.shopt) },
            streams
          )
          .pipe(Effect.catchAll((failure) => failedToStart(state, task.name, failure)))
        yield* finished(ended !== 0)
        return ended
      })
    )
    if (status !== 0) return yield* new CommandFailed({ task: task.name, status, location: command.location, via: wayTo(task.frame) })
  })

/** Which task it is could only be said by a command, and none may be run. */
export const isOpen = (state: RunState, name: string): boolean => state.processes === "none" && isUnknown(name)

const runCall = (state: RunState, task: CompiledTask, call: TaskCall, step: RenderedStep & { readonly _tag: "Call" }, slot: Slot, runTask: RunTask): Effect.Effect<void, Failure> =>
  isOpen(state, step.name)
    ? say(state, `task: [${nameText(task.name)}] calls ${nameText(step.name)}, which is known when it runs`)
    : Effect.flatMap(callFrom(state, task.frame, call, step.name, step.definitions), (frame) => slot.aside(runTask(state, frame)))

const withTimeout = (task: CompiledTask, command: Command, effect: Effect.Effect<void, Failure>): Effect.Effect<void, Failure> => {
  const milliseconds = command.timeout
  return milliseconds === undefined
    ? effect
    : Effect.timeoutFail(effect, {
        duration: Duration.millis(milliseconds),
        onTimeout: () => new CommandTimedOut({ task: task.name, milliseconds, location: command.location, via: wayTo(task.frame) })
      })
}

/** One round of one command. */
const runStep = (state: RunState, task: CompiledTask, command: Command, step: RenderedStep, slot: Slot, runTask: RunTask, ignored?: (status: number) => void): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    if (!fits(state, command.platforms)) {
      return yield* sayMore(state, () => `task: [${nameText(task.name)}] ${step._tag === "Shell" ? step.shown : step.name} not for current platform - ignored`)
    }
    if (step.condition !== undefined && !(yield* holds(state, task, step.condition))) return yield* sayMore(state, () => `task: [${nameText(task.name)}] if condition not met - skipped`)
    const running =
      command._tag === "Shell" && step._tag === "Shell"
        ? runShell(state, task, command, step.script, step.shown)
        : command._tag === "Call" && step._tag === "Call"
          ? runCall(state, task, command, step, slot, runTask)
          : Effect.void
    yield* Effect.catchAll(withTimeout(task, command, running), (failure) => {
      const status = statusOf(failure)
      if (!command.ignoreError || status === undefined) return Effect.fail(failure)
      ignored?.(status)
      return sayMore(state, () => `task: [${nameText(task.name)}] command error ignored: exit status ${status}`)
    })
  })

/** What was put off: it is rendered only now, and its failure is nobody's. */
const runDeferred = (state: RunState, task: CompiledTask, command: Command, extra: GoMap | undefined, status: number | undefined, slot: Slot, runTask: RunTask): Effect.Effect<void> =>
  Effect.gen(function* () {
    const names = status === undefined ? extra : new Map([...(extra ?? []), ["EXIT_CODE", String(status)]])
    const step = yield* renderStep(state, task, command, { extra: names })
    yield* runStep(state, task, command, step, slot, runTask)
  }).pipe(Effect.catchAll((failure) => sayMore(state, () => `task: ignored error in deferred cmd: ${failure.message === "" ? failure._tag : failure.message}`)))

/** To its end even if this is interrupted, by a fiber of its own, in which commands can still be ended when they take too long. */
const detached = (effect: Effect.Effect<void>): Effect.Effect<void> => Effect.flatMap(Effect.forkDaemon(Effect.interruptible(effect)), Fiber.join)

/** All commands in order; then those put off, the last one first, whatever happened. They know the status of what failed, also if that was ignored. */
export const runCommands = (state: RunState, task: CompiledTask, slot: Slot, runTask: RunTask): Effect.Effect<void, Failure> => {
  const { task: stated } = task.frame.merged
  const putOff: Array<{ readonly command: Command; readonly extra: GoMap | undefined }> = []
  let lastIgnored: number | undefined
  const ignored = (status: number) => {
    lastIgnored = status
  }
  const inOrder = Effect.gen(function* () {
    for (const { command, rounds } of task.commands) {
      for (const { extra, step } of rounds ?? (yield* roundsOf(state, task, command, false))) {
        if (command.deferred) {
          putOff.push({ command, extra })
          continue
        }
        const rendered = step ?? (yield* renderStep(state, task, command, { extra }))
        const running = runStep(state, task, command, rendered, slot, runTask, ignored)
        yield* Effect.catchAll(running, (failure) => Effect.zipRight(forget(state, task), stated.ignoreError ? ignoring(failure) : Effect.fail(failure)))
      }
    }
  })
  const ignoring = (failure: Failure): Effect.Effect<void, Failure> => {
    const status = statusOf(failure)
    if (status === undefined) return Effect.fail(failure)
    ignored(status)
    return sayMore(state, () => `task: task error ignored: exit status ${status}`)
  }
  if (!stated.commands.some(({ deferred }) => deferred)) return Effect.onInterrupt(inOrder, () => forget(state, task))
  return Effect.onExit(inOrder, (exit) => {
    const failure = failureOf(exit)
    const status = failure === undefined ? lastIgnored : statusOf(failure)
    const all = Effect.forEach(putOff.toReversed(), ({ command, extra }) => runDeferred(state, task, command, extra, status, slot, runTask), { discard: true })
    return wasInterrupted(exit)
      ? Effect.zipRight(forget(state, task), Effect.ignore(Effect.timeout(Effect.interruptible(all), deferredWhenInterrupted)))
      : detached(all)
  })
}

/** What was noted before the commands ran is not true. */
const forget = (state: RunState, task: CompiledTask): Effect.Effect<void> => {
  const compared = state.options.dry === true ? undefined : fingerprinted(state, task)
  return compared === undefined ? Effect.void : state.fingerprints.forget(compared)
}
