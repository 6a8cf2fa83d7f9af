/**
 * The shell that runs the commands of tasks: the computer's bash. The port.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** What is run. `script` is one argument of bash, never part of a longer line. @category models */
export interface ShellScript {
  readonly script: string
  /** absolute; it exists */
  readonly directory: string
  /** all of it: nothing is inherited besides */
  readonly environment: { readonly [name: string]: string }
  /** of `set -o`; `errexit` is always on */
  readonly set: ReadonlyArray<string>
  readonly shopt: ReadonlyArray<string>
}

/** Where output goes: to the stream of this program as it is, or in pieces to a function, which must not wait. @category models */
export type Sink = "inherit" | "ignore" | ((bytes: Uint8Array) => void)

/** @category models */
export interface ShellStreams {
  readonly stdin: "inherit" | "none"
  readonly stdout: Sink
  readonly stderr: Sink
}

/** `Missing`: there is no bash (and no sh); `Failed`: it could not be started, `detail` says why. @category errors */
export class ShellFailure extends Schema.TaggedError<ShellFailure>()("ShellFailure", {
  reason: Schema.Literal("Missing", "Failed"),
  directory: Schema.String,
  detail: Schema.String
}) {}

/** @category tags */
export class Shell extends Context.Tag("@dev-infra/task-runner/Shell")<
  Shell,
  {
    /**
     * Run to the end; the exit status, 128 and more for a signal. Each script has a process group of its own unless it reads the terminal; when interrupted, the
     * group gets SIGTERM, and after five seconds SIGKILL.
     */
    readonly run: (script: ShellScript, streams: ShellStreams) => Effect.Effect<number, ShellFailure>
    /** What it prints, at most 16 MiB, and its exit status. */
    readonly capture: (script: ShellScript, streams: Omit<ShellStreams, "stdout">) => Effect.Effect<{ readonly status: number; readonly output: string }, ShellFailure>
  }
>() {}
