/**
 * What `--summary` shows of a task.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import type { Variables } from "@dev-infra/taskfile/Variable"
import * as Effect from "effect/Effect"
import { framesOf } from "./run/Calls.js"
import { compile, type CompiledTask, renderStep } from "./run/Compile.js"
import { makeState } from "./run/MakeState.js"
import { render } from "./run/Rendering.js"
import type { RunState } from "./run/RunState.js"
import { harmless } from "./run/Say.js"
import { withoutSecrets } from "./run/Secrets.js"
import type { RunFailure } from "./RunFailure.js"
import type { RunOptions, RunServices } from "./RunOptions.js"

type Failure = RunFailure | TaskfileError

const shown = (state: RunState, value: GoValue): string => {
  if (typeof value === "string") return `"${value}"`
  if (Array.isArray(value)) return `[${value.map((item) => state.texts.print(item)).join(", ")}]`
  return value instanceof Map ? `{${[...value].map(([key, item]) => `${key}: ${state.texts.print(item)}`).join(", ")}}` : state.texts.print(value)
}

const variables = (state: RunState, task: CompiledTask, title: string, stated: Variables): Effect.Effect<ReadonlyArray<string>, Failure> =>
  Effect.gen(function* () {
    if (stated.size === 0) return []
    const lines: Array<string> = []
    for (const [name, { location, secret, value }] of stated) {
      const text = (template: string) => render(state, task.name, task.scope, template, location)
      if (secret) lines.push(`  ${name}: *****`)
      else if (value._tag === "Shell") lines.push(`  ${name}: sh: ${yield* text(value.command)}`)
      else if (value._tag === "Reference") lines.push(`  ${name}: ref: ${value.expression}`)
      else lines.push(`  ${name}: ${typeof value.value === "string" ? `"${yield* text(value.value)}"` : shown(state, value.value)}`)
    }
    return ["", `${title}:`, ...lines]
  })

const describing = (state: RunState, task: CompiledTask): Effect.Effect<ReadonlyArray<string>, Failure> =>
  Effect.gen(function* () {
    const { description, location, summary: text } = task.frame.merged.task
    const rendered = (template: string) => render(state, task.name, task.scope, template, location)
    if (text !== undefined && text !== "") {
      const lines = (yield* rendered(text)).split("\n")
      return lines.at(-1) === "" ? lines.slice(0, -1) : lines
    }
    return [description === undefined || description === "" ? "(task does not have description or summary)" : yield* rendered(description)]
  })

const requirements = ({ frame }: CompiledTask): ReadonlyArray<string> => {
  const { requires } = frame.merged.task
  if (requires.length === 0) return []
  const lines = requires.flatMap(({ allowed, name }) => {
    if (allowed === undefined) return [`    - ${name}`]
    return [`    - ${name}:`, ...("expression" in allowed ? [`      enum: ${allowed.expression}`] : ["      enum:", ...allowed.map((value) => `        - ${value}`)])]
  })
  return ["", "requires:", "  vars:", ...lines]
}

const list = (title: string, items: ReadonlyArray<string>): ReadonlyArray<string> => (items.length === 0 ? [] : ["", `${title}:`, ...items.map((item) => ` - ${item}`)])

const commands = (state: RunState, task: CompiledTask): Effect.Effect<ReadonlyArray<string>, Failure> =>
  Effect.gen(function* () {
    const items: Array<string> = []
    for (const { command, rounds } of task.commands) {
      for (const { extra, step } of rounds ?? []) {
        const rendered = step ?? (yield* renderStep(state, task, command, { extra }))
        items.push(rendered._tag === "Shell" ? rendered.shown : `Task: ${rendered.name}`)
      }
    }
    return list("commands", items)
  })

const summaryOf = (state: RunState, task: CompiledTask): Effect.Effect<string, Failure> =>
  Effect.gen(function* () {
    const { aliases, task: stated } = task.frame.merged
    const lines = [
      `task: ${task.name}`,
      "",
      ...(yield* describing(state, task)),
      ...(yield* variables(state, task, "vars", stated.variables)),
      ...(yield* variables(state, task, "env", stated.environment)),
      ...requirements(task),
      ...list(
        "dependencies",
        task.dependencies.map(({ step }) => (step._tag === "Call" ? step.name : ""))
      ),
      ...list("aliases", aliases),
      ...(yield* commands(state, task))
    ]
    return harmless(withoutSecrets(state, lines.join("\n")))
  })

/**
 * The text of `--summary` for the called tasks. Nothing is started: `‹sh:NAME›` stands for what a command would have to find out.
 *
 * @example
 * ```ts
 * import type { RunOptions } from "@dev-infra/task-runner/RunOptions"
 * import * as TaskSummary from "@dev-infra/task-runner/TaskSummary"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 *
 * export const ofBuild = (graph: TaskGraph, options: RunOptions) => TaskSummary.summary(graph, { ...options, calls: [{ task: "build" }] })
 * ```
 * @category running
 */
export const summary = (graph: TaskGraph, options: RunOptions): Effect.Effect<string, RunFailure | TaskfileError, RunServices> =>
  Effect.gen(function* () {
    const state = yield* makeState(graph, options, "none")
    const texts: Array<string> = []
    for (const frame of yield* framesOf(state)) texts.push(yield* summaryOf(state, yield* compile(state, frame, undefined)))
    return `${texts.join("\n\n\n")}\n`
  })
