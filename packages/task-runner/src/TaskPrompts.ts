/**
 * Questions that a run asks. The port.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The port.
 *
 * @example
 * ```ts
 * import * as TaskPrompts from "@dev-infra/task-runner/TaskPrompts"
 * import * as Effect from "effect/Effect"
 *
 * export const sure = Effect.flatMap(TaskPrompts.TaskPrompts, (prompts) => prompts.confirm("drop", "Drop the database?")).pipe(
 *   Effect.provide(TaskPrompts.layerMemory({ confirm: { "Drop the database?": "no" } }))
 * ) // "no"
 * ```
 * @category tags
 */
export class TaskPrompts extends Context.Tag("@dev-infra/task-runner/TaskPrompts")<
  TaskPrompts,
  {
    /** `prompt:` of a task; `NoTerminal` if nobody can answer. */
    readonly confirm: (task: string, message: string) => Effect.Effect<"yes" | "no" | "NoTerminal">
    /** A required variable that nobody gave; undefined if nobody can answer. */
    readonly ask: (task: string, variable: string, allowed: ReadonlyArray<string> | undefined) => Effect.Effect<string | undefined>
  }
>() {}

/** What somebody in memory answers: to messages, and for variables. @category models */
export interface ScriptedAnswers {
  readonly confirm?: { readonly [message: string]: "yes" | "no" }
  readonly variables?: { readonly [name: string]: string }
}

/**
 * Somebody who knows the answers beforehand; of what is not among them: nobody can answer.
 *
 * @example
 * ```ts
 * import * as TaskPrompts from "@dev-infra/task-runner/TaskPrompts"
 *
 * export const nobody = TaskPrompts.layerMemory({})
 * ```
 * @category layers
 */
export const layerMemory = ({ confirm = {}, variables = {} }: ScriptedAnswers): Layer.Layer<TaskPrompts> =>
  Layer.succeed(TaskPrompts, {
    confirm: (_task, message) => Effect.succeed((Object.hasOwn(confirm, message) ? confirm[message] : undefined) ?? "NoTerminal"),
    ask: (_task, variable) => Effect.succeed(Object.hasOwn(variables, variable) ? variables[variable] : undefined)
  })
