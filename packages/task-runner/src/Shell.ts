/**
 * The shell that runs the commands of tasks: the computer's bash. The port.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

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

/**
 * The port. `ShellLive.layer` is the computer's bash.
 *
 * @example
 * ```ts
 * import * as Shell from "@dev-infra/task-runner/Shell"
 * import * as ShellLive from "@dev-infra/task-runner/ShellLive"
 * import * as Effect from "effect/Effect"
 *
 * const script = { script: "exit 3", directory: "/tmp", environment: { PATH: "/usr/bin:/bin" }, set: ["pipefail"], shopt: [] }
 * export const three = Effect.flatMap(Shell.Shell, (shell) => shell.run(script, { stdin: "none", stdout: "inherit", stderr: "inherit" })).pipe(
 *   Effect.provide(ShellLive.layer)
 * )
 * ```
 * @category tags
 */
export class Shell extends Context.Tag("@dev-infra/task-runner/Shell")<
  Shell,
  {
    /**
     * Run to the end; the exit status, 128 and more for a signal. Each script has a process group of its own unless it reads the terminal; when interrupted, the
     * group gets SIGTERM, and after five seconds SIGKILL.
     */
    readonly run: (script: ShellScript, streams: ShellStreams) => Effect.Effect<number, ShellFailure>
    /** What it prints, at most 16 MiB, and its exit status. Bytes that are no UTF-8 become replacement characters. */
    readonly capture: (script: ShellScript, streams: Omit<ShellStreams, "stdout">) => Effect.Effect<{ readonly status: number; readonly output: string }, ShellFailure>
  }
>() {}

/**
 * The process groups of scripts that run now. Whoever reads the terminal is in the group of this program, and hears of signals by itself.
 *
 * @example
 * ```ts
 * import * as Shell from "@dev-infra/task-runner/Shell"
 * import * as ShellLive from "@dev-infra/task-runner/ShellLive"
 * import * as Effect from "effect/Effect"
 *
 * export const handOn = Effect.flatMap(Shell.RunningGroups, (groups) => groups.signal("SIGINT")).pipe(Effect.provide(ShellLive.layer))
 * ```
 * @category tags
 */
export class RunningGroups extends Context.Tag("@dev-infra/task-runner/RunningGroups")<
  RunningGroups,
  {
    /** Hand a signal on to each of them. SIGKILL is for all that runs, with whatever it started, and is the end: no script is started after it. */
    readonly signal: (name: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGKILL") => Effect.Effect<void>
  }
>() {}

/** What a script does in memory: what it prints, and its exit status (0 if nothing is said). @category models */
export interface ScriptedResult {
  readonly status?: number
  readonly stdout?: string
  readonly stderr?: string
}

/** @category models */
export const captureLimit = 16 * 1024 * 1024

/**
 * A shell in which scripts do what `answer` says: nothing runs. An answer that never comes is a script that runs until it is interrupted.
 *
 * @example
 * ```ts
 * import * as Shell from "@dev-infra/task-runner/Shell"
 * import * as Effect from "effect/Effect"
 *
 * const shell = Shell.layerMemory(({ script }) => Effect.succeed(script === "uname" ? { stdout: "Linux\n" } : { status: 127, stderr: "not found\n" }))
 * ```
 * @category layers
 */
export const layerMemory = (answer: (script: ShellScript) => Effect.Effect<ScriptedResult, ShellFailure>): Layer.Layer<Shell> => {
  const encoder = new TextEncoder()
  const print = (sink: Sink, text: string | undefined): void => {
    if (typeof sink === "function" && text !== undefined && text !== "") sink(encoder.encode(text))
  }
  const run: Shell["Type"]["run"] = (script, { stderr, stdout }) =>
    Effect.map(answer(script), (result) => {
      print(stdout, result.stdout)
      print(stderr, result.stderr)
      return result.status ?? 0
    })
  return Layer.succeed(Shell, {
    run,
    capture: (script, { stderr, stdin }) =>
      Effect.suspend(() => {
        const pieces: Array<Uint8Array> = []
        return Effect.map(run(script, { stdin, stderr, stdout: (bytes) => void pieces.push(bytes) }), (status) => ({
          status,
          output: pieces.map((piece) => new TextDecoder().decode(piece)).join("")
        }))
      })
  })
}
