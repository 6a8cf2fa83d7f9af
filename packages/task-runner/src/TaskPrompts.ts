/**
 * Questions that a run asks. The port.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** @category tags */
export class TaskPrompts extends Context.Tag("@dev-infra/task-runner/TaskPrompts")<
  TaskPrompts,
  {
    /** `prompt:` of a task; `NoTerminal` if nobody can answer. */
    readonly confirm: (task: string, message: string) => Effect.Effect<"yes" | "no" | "NoTerminal">
    /** A required variable that nobody gave; undefined if nobody can answer. */
    readonly ask: (task: string, variable: string, allowed: ReadonlyArray<string> | undefined) => Effect.Effect<string | undefined>
  }
>() {}
