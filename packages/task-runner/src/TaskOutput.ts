/**
 * What a run says, and how the output of its commands reaches the user: as it comes, in groups, or with the name of the task before each line. The port.
 *
 * @module
 */
import type { OutputStyle } from "@dev-infra/taskfile/Taskfile"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Styles from "./output/Styles.js"
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

/**
 * The port. `TaskOutputLive.layer` writes to the streams of this program.
 *
 * @example
 * ```ts
 * import * as TaskOutput from "@dev-infra/task-runner/TaskOutput"
 * import * as Effect from "effect/Effect"
 *
 * export const written: Array<string> = []
 * export const greet = Effect.gen(function* () {
 *   const output = yield* TaskOutput.TaskOutput
 *   yield* output.mask(["hunter2"])
 *   yield* output.say("task: [greet] echo hunter2")
 * }).pipe(Effect.provide(TaskOutput.layerMemory((stream, text) => void written.push(`${stream}: ${text}`))))
 * ```
 * @category tags
 */
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

const holdInMemory = (): Styles.Held => {
  const pieces: Array<Uint8Array> = []
  return {
    add: (bytes) => void pieces.push(bytes.slice()),
    size: () => pieces.reduce((sum, { length }) => sum + length, 0),
    each: (show) => pieces.forEach((bytes) => show(bytes)),
    close: () => undefined
  }
}

/**
 * Output that a function gets, piece by piece. Commands never write past it.
 *
 * @example
 * ```ts
 * import * as TaskOutput from "@dev-infra/task-runner/TaskOutput"
 *
 * export const silent = TaskOutput.layerMemory(() => undefined)
 * ```
 * @category layers
 */
export const layerMemory = (written: (stream: "stdout" | "stderr", text: string) => void): Layer.Layer<TaskOutput> =>
  Layer.sync(TaskOutput, () =>
    Styles.make({ write: (stream, bytes) => written(stream, new TextDecoder().decode(bytes)), passThrough: false, color: false, hold: holdInMemory })
  )
