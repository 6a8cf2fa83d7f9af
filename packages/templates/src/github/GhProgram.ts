/**
 * Runs the user's `gh`: arguments as a vector, no shell, no questions, and never a token in them.
 *
 * @module
 */
import * as Command from "@effect/platform/Command"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** How a run ended. @category models */
export interface GhResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Why there is no result: `gh` is not installed, cannot be started, or gave no answer in time. @category models */
export interface GhFailure {
  readonly reason: "Missing" | "Broken" | "TimedOut"
  readonly detail: string
}

/** @category models */
export interface GhOptions {
  /** the folder to run in */
  readonly folder?: string
  /** what it reads on standard input */
  readonly input?: string
  readonly timeLimit: Duration.DurationInput
}

const environment = { GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1", GH_PAGER: "", NO_COLOR: "1", CLICOLOR: "0", GIT_TERMINAL_PROMPT: "0" }

/** Characters of each stream that are kept; the rest is read and dropped. */
const longestOutput = 8 * 1024 * 1024

const collected = <E>(stream: Stream.Stream<Uint8Array, E>): Effect.Effect<string, E> =>
  Stream.runFold(Stream.decodeText(stream), "", (text, part) => (text.length >= longestOutput ? text : text + part))

/**
 * One run. It is killed if it takes too long or nobody waits any more.
 *
 * @category running
 */
export const run = (executor: CommandExecutor, args: ReadonlyArray<string>, options: GhOptions): Effect.Effect<GhResult, GhFailure> => {
  const plain = Command.make("gh", ...args).pipe(Command.env(environment), Command.stdin(options.input === undefined ? Stream.empty : Stream.encodeText(Stream.make(options.input))))
  const command = options.folder === undefined ? plain : Command.workingDirectory(plain, options.folder)
  return Effect.scoped(
    Effect.gen(function* () {
      const child = yield* executor.start(command)
      yield* Effect.addFinalizer(() => Effect.ignore(Effect.flatMap(child.isRunning, (running) => (running ? child.kill("SIGKILL") : Effect.void))))
      const [stdout, stderr, exitCode] = yield* Effect.all([collected(child.stdout), collected(child.stderr), child.exitCode], { concurrency: "unbounded" })
      return { exitCode, stdout, stderr }
    })
  ).pipe(
    Effect.mapError((error): GhFailure =>
      error._tag === "SystemError" && error.reason === "NotFound" ? { reason: "Missing", detail: "gh is not installed, or not on the PATH" } : { reason: "Broken", detail: error.message }
    ),
    Effect.timeoutFail({ duration: options.timeLimit, onTimeout: (): GhFailure => ({ reason: "TimedOut", detail: "gh gave no answer" }) })
  )
}
