/**
 * What a run says, and how the output of its commands reaches the user: as it comes, in groups, or with the name of the task before each line. The port.
 *
 * @module
 */
import type { OutputStyle } from "@dev-infra/taskfile/Taskfile"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ShellStreams } from "./Shell.js"

/** A command that is about to run. @category models */
export interface OutputRequest {
  readonly task: string
  readonly prefix: string
  readonly style: OutputStyle
  /** it needs the terminal: its output goes through as it is, whatever the style; secrets can then not be masked */
  readonly interactive: boolean
  /** rendered: said before and after a group */
  readonly begin: string | undefined
  readonly end: string | undefined
}

/** @category tags */
export class TaskOutput extends Context.Tag("@dev-infra/task-runner/TaskOutput")<
  TaskOutput,
  {
    /** A line of the run's own, to stderr: `task: [build] make`. Values that {@link mask} was told are masked. */
    readonly say: (line: string) => Effect.Effect<void>
    /** From now on these values are shown as `*****` wherever they appear, also divided over two writes, also as base64 and percent-encoded. Shorter than 3 characters: not. */
    readonly mask: (values: Iterable<string>) => Effect.Effect<void>
    /** Streams for one command; when the scope closes, what was held back is written. `finished` says whether it failed, for groups that show errors only. */
    readonly open: (request: OutputRequest) => Effect.Effect<{ readonly streams: ShellStreams; readonly finished: (failed: boolean) => Effect.Effect<void> }, never, Scope.Scope>
  }
>() {}
