/**
 * Runs git, and keeps what a repository, a server or the surroundings could make of it from happening.
 *
 * - Arguments are a list, never a line of a shell. What comes from outside stands behind `--`, and `GitUrl` lets nothing through that begins with a
 *   dash. Names of versions are never arguments at all.
 * - Only https, ssh, file, git and http are spoken, whatever a configuration rewrites URLs to: `ext::` would run a program.
 * - No hooks, no fsmonitor, no maintenance in the background; a new clone takes no folder of templates of git, in which hooks could lie.
 * - Nothing is asked: not on a terminal, of which git is cut off, and not in a window.
 * - Variables that would lead git to another repository are taken away, and nothing is ever checked out.
 *
 * The user's own configuration counts, because it says how to prove who one is.
 *
 * @module
 */
import * as Command from "@effect/platform/Command"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import type * as Context from "effect/Context"
import type { PlatformError } from "@effect/platform/Error"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { withoutCredentials } from "@dev-infra/metadata/RepositoryUrl"

/** What git said. */
export interface GitOutput {
  readonly code: number
  readonly stdout: Uint8Array
  /** one line, without anything secret */
  readonly message: string
}

/** Why there is no output. */
export type GitFault = "GitMissing" | "Ended" | "TooMuch" | "TimedOut"

/** What would lead git elsewhere, or make it write down what it says to servers. */
const isGone = (name: string): boolean =>
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|EXTERNAL_DIFF|TEMPLATE_DIR|CURL_VERBOSE|REPLACE_REF_BASE|PROTOCOL|DEFAULT_HASH|TRACE.*)$/.test(name)

const settings: ReadonlyArray<string> = [
  "core.fsmonitor=", "core.hooksPath=/dev/null", "core.askPass=", "gc.auto=0", "maintenance.auto=false", "submodule.recurse=false", "fetch.recurseSubmodules=false",
  "transfer.unpackLimit=1", "fetch.unpackLimit=1"
]

const fixed = {
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  SSH_ASKPASS_REQUIRE: "never",
  GCM_INTERACTIVE: "never",
  GIT_ALLOW_PROTOCOL: "https:ssh:file:git:http",
  GIT_PROTOCOL_FROM_USER: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_DEFAULT_REF_FORMAT: "files",
  GIT_PAGER: "cat",
  LC_ALL: "C"
}

/** Bytes of output that are taken unless more is allowed. */
const usualOutput = 64 * 1024 * 1024
const messageLength = 300

/** What git wrote about an error, as one harmless line. */
const harmless = (text: string): string => {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== "")
  const first = lines.find((line) => line.startsWith("fatal: ")) ?? lines.find((line) => line.startsWith("error: ")) ?? lines.at(-1) ?? ""
  const plain = first.replace(/^(?:fatal|error|remote): /, "").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
  const clean = plain.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s'"]+/gi, withoutCredentials)
  return clean.length > messageLength ? `${clean.slice(0, messageLength)}…` : clean
}

const collect = (chunks: Chunk.Chunk<Uint8Array>, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** The bytes of a stream, as long as they are not too many. */
const bounded = (stream: Stream.Stream<Uint8Array, PlatformError>, limit: number): Effect.Effect<Uint8Array, PlatformError | "TooMuch"> =>
  Effect.suspend(() => {
    let length = 0
    return stream.pipe(
      Stream.mapEffect((chunk) => {
        length += chunk.length
        return length > limit ? Effect.fail("TooMuch" as const) : Effect.succeed(chunk)
      }),
      Stream.runCollect,
      Effect.map((chunks) => collect(chunks, length))
    )
  })

/** The end of a stream, however long it is: git can talk for hours about progress. */
const lastPart = (stream: Stream.Stream<Uint8Array, PlatformError>, length: number): Effect.Effect<string, PlatformError> =>
  Effect.map(
    Stream.runFold(stream, new Uint8Array(), (kept, chunk) => {
      const all = collect(Chunk.make(kept, chunk), kept.length + chunk.length)
      return all.slice(-length)
    }),
    (bytes) => new TextDecoder().decode(bytes)
  )

/** Variables of the environment. */
export type Environment = { readonly [name: string]: string | undefined }

/** How git is run. */
export interface GitRun {
  readonly environment: Environment
  readonly folder?: string
  readonly input?: Uint8Array
  /** bytes of output */
  readonly limit?: number
  /** seconds */
  readonly timeLimit: number
}

/** Run git with these arguments. It ends with the effect, with all that it started. */
export const run = (executor: Context.Tag.Service<typeof CommandExecutor>, arguments_: ReadonlyArray<string>, options: GitRun): Effect.Effect<GitOutput, GitFault> => {
  const words = [...settings.flatMap((setting) => ["-c", setting]), ...(options.folder === undefined ? [] : ["--git-dir", options.folder]), ...arguments_]
  const kept = Object.fromEntries(Object.entries(options.environment).filter(([name]) => !isGone(name)))
  const command = Command.env(Command.make("git", "--no-pager", ...words), { ...kept, ...fixed }, { extendEnv: false }).pipe(Command.stdin(options.input === undefined ? Stream.empty : Stream.make(options.input)))
  return Effect.scoped(
    Effect.gen(function* () {
      const child = yield* executor.start(command)
      yield* Effect.addFinalizer(() => Effect.ignore(Effect.flatMap(child.isRunning, (running) => (running ? child.kill("SIGKILL") : Effect.void))))
      const [stdout, stderr, code] = yield* Effect.all([bounded(child.stdout, options.limit ?? usualOutput), lastPart(child.stderr, 16_384), child.exitCode], { concurrency: 3 })
      return { code: Number(code), stdout, message: harmless(stderr) }
    })
  ).pipe(
    Effect.timeoutFail({ duration: `${options.timeLimit} seconds`, onTimeout: () => "TimedOut" as const }),
    Effect.mapError((failure) => (typeof failure === "string" ? failure : failure._tag === "SystemError" && failure.method === "spawn" ? "GitMissing" : "Ended"))
  )
}
