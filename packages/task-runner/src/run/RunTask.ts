/**
 * One task from beginning to end.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { PreconditionFailed, RunCancelled, SystemFailed, TooManyCalls } from "../RunFailure.js"
import { compile, type CompiledTask, fingerprinted } from "./Compile.js"
import { isOpen, runCommands } from "./Commands.js"
import { isKnown, keyOf, shared } from "./Executions.js"
import { callFrom, type Frame, fullName, scopeOf, wayTo } from "./Frame.js"
import { fits } from "./Platforms.js"
import { holds, probe } from "./Probe.js"
import { checkAllowed, withRequired } from "./Requirements.js"
import type { Failure, RanRecord, RunState } from "./RunState.js"
import { nameText, quoted, say, sayMore } from "./Say.js"
import { withoutSecrets } from "./Secrets.js"
import { type Slot, withSlot } from "./Slots.js"
import { isUpToDateTask } from "./UpToDate.js"

/** One that is called so often calls itself. */
const callLimit = 1000

const count = (state: RunState, frame: Frame): Effect.Effect<void, TooManyCalls> =>
  Effect.suspend(() => {
    const calls = (state.calls.get(frame.merged) ?? 0) + 1
    state.calls.set(frame.merged, calls)
    return calls >= callLimit ? Effect.fail(new TooManyCalls({ task: frame.merged.name, limit: callLimit, location: frame.merged.task.location })) : Effect.void
  })

/** Whether its up-to-date line is not shown. */
const isQuiet = (state: RunState, { merged, silent }: Frame): boolean =>
  state.options.verbose !== true && (silent || (merged.silent ?? merged.task.silent) === true || state.graph.root.taskfile.silent === true || state.options.silent === true)

/** All at once; each runs to its end whatever becomes of the others, unless the first failure is to end all. The failure is the one that came first. */
export const inParallel = (effects: ReadonlyArray<Effect.Effect<void, Failure>>, failFast: boolean): Effect.Effect<void, Failure> => {
  const [only] = effects
  if (only === undefined) return Effect.void
  if (effects.length === 1) return only
  if (failFast) return Effect.forEach(effects, (effect) => effect, { concurrency: "unbounded", discard: true })
  return Effect.suspend(() => {
    let first: Failure | undefined
    const noting = (effect: Effect.Effect<void, Failure>) =>
      Effect.catchAll(effect, (failure) =>
        Effect.sync(() => {
          first ??= failure
        })
      )
    return Effect.flatMap(Effect.forEach(effects, noting, { concurrency: "unbounded", discard: true }), () => (first === undefined ? Effect.void : Effect.fail(first)))
  })
}

const dependencies = (state: RunState, task: CompiledTask, slot: Slot): Effect.Effect<void, Failure> => {
  const effects = task.dependencies.map(({ call, step }) =>
    step._tag !== "Call" ? Effect.void : isOpen(state, step.name) ? say(state, `task: [${nameText(task.name)}] depends on ${nameText(step.name)}, which is known when it runs`) : Effect.flatMap(callFrom(state, task.frame, call, step.name, step.definitions), (frame) => runTask(state, frame))
  )
  return slot.aside(inParallel(effects, state.options.failFast === true || task.frame.merged.task.failFast))
}

const preconditions = (state: RunState, task: CompiledTask): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    if (state.processes === "none") return
    for (const { command, message } of task.preconditions) {
      if (yield* probe(state, task, command)) continue
      const text = message ?? `\`${command}\` failed`
      yield* say(state, `task: ${text}`)
      return yield* new PreconditionFailed({ task: task.name, text: withoutSecrets(state, text), location: task.frame.merged.task.location, via: wayTo(task.frame) })
    }
  })

const prompts = (state: RunState, task: CompiledTask): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    for (const prompt of task.prompts) {
      if (prompt === "" || state.options.dry === true) continue
      if (state.options.assumeYes === true) {
        yield* say(state, `${prompt} [assuming yes]`)
        continue
      }
      const answer = yield* state.asking.withPermits(1)(state.prompts.confirm(task.name, prompt))
      if (answer !== "yes") return yield* new RunCancelled({ task: task.name, reason: answer === "no" ? "Declined" : "NoTerminal", via: wayTo(task.frame) })
    }
  })

const makeDirectory = (state: RunState, task: CompiledTask): Effect.Effect<void, Failure> => {
  if (state.options.dry === true || task.directory === state.graph.directory) return Effect.void
  return Effect.mapError(state.files.makeDirectory(task.directory, { recursive: true }), ({ message }) => new SystemFailed({ task: task.name, problem: message, path: task.directory }))
}

const forced = (state: RunState, frame: Frame): boolean => state.options.forceAll === true || (frame.direct && state.options.force === true)

const body = (state: RunState, task: CompiledTask, record: RanRecord): Effect.Effect<void, Failure> =>
  withSlot(state.slots, (slot) =>
    Effect.gen(function* () {
      const { frame } = task
      yield* sayMore(state, () => `task: ${quoted(frame.called)} started`)
      if (task.dependencies.length > 0) yield* dependencies(state, task, slot)
      if (!forced(state, frame)) {
        if (task.preconditions.length > 0) yield* preconditions(state, task)
        if ((task.sources.length > 0 || task.status.length > 0) && (yield* isUpToDateTask(state, task, { isDry: state.options.dry === true }))) {
          record.outcome = "upToDate"
          const style = state.options.output ?? state.graph.output
          if (!isQuiet(state, frame)) yield* say(state, `task: Task ${quoted(style?._tag === "Prefixed" ? task.prefix : task.name)} is up to date`)
          return
        }
      }
      if (task.prompts.length > 0) yield* prompts(state, task)
      yield* makeDirectory(state, task)
      yield* runCommands(state, task, slot, runTask)
      const compared = state.options.dry === true ? undefined : fingerprinted(state, task)
      if (compared !== undefined) yield* Effect.mapError(state.fingerprints.succeed(compared), ({ detail, path }) => new SystemFailed({ task: task.name, problem: detail, path }))
      yield* sayMore(state, () => `task: ${quoted(frame.called)} finished`)
    })
  )

const recorded = <A>(record: RanRecord, effect: Effect.Effect<A, Failure>): Effect.Effect<A, Failure> =>
  Effect.onExit(effect, (exit) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      record.duration = now - record.began
      if (Exit.isFailure(exit)) record.outcome = "failed"
    })
  )

/** Run a task, with all that it depends on. */
export const runTask = (state: RunState, frame: Frame): Effect.Effect<void, Failure> =>
  Effect.flatMap(Clock.currentTimeMillis, (began) => {
    const record: RanRecord = { name: fullName(frame), began, outcome: "ran", duration: 0 }
    state.ran.push(record)
    return recorded(record, steps(state, frame, record))
  })

const steps = (state: RunState, called: Frame, record: RanRecord): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    if (!fits(state, called.merged.task.platforms)) {
      record.outcome = "skipped"
      return yield* sayMore(state, () => `task: ${quoted(called.called)} not for current platform - ignored`)
    }
    const outermost = scopeOf(state, called)
    const hasRequirements = called.merged.task.requires.length > 0
    const { frame, scope } = hasRequirements ? yield* withRequired(state, called, outermost) : { frame: called, scope: outermost }
    const task = yield* compile(state, frame, scope)
    if (task.condition !== undefined && !(yield* holds(state, task, task.condition))) {
      record.outcome = "skipped"
      return yield* sayMore(state, () => `task: if condition not met - skipped: ${quoted(frame.called)}`)
    }
    if (hasRequirements) yield* checkAllowed(state, frame, scope)
    const key = yield* keyOf(state, task)
    if (key === undefined) {
      yield* count(state, frame)
      return yield* body(state, task, record)
    }
    const isJoined = isKnown(state, key)
    if (isJoined) {
      record.outcome = "joined"
      yield* sayMore(state, () => `task: skipping execution of task: ${frame.merged.name}`)
    } else {
      yield* count(state, frame)
    }
    yield* shared(state, frame, key, body(state, task, record))
  })
