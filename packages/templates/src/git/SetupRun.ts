/**
 * Makes a repository and its first commit in one shell, since starting processes is most of what it costs. Folder and message are arguments of the
 * script, never part of its text.
 *
 * @module
 */
import * as Command from "@effect/platform/Command"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { GitOutcome, Identity } from "../GitSetup.js"

const unset = "unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_PREFIX GIT_EXTERNAL_DIFF GIT_CEILING_DIRECTORIES"

/**
 * What git must not do of its own: run hooks and other programs, guess who commits from the name of the computer, flush each of hundreds of files to the disk by itself.
 */
const settings = "-c core.fsmonitor= -c core.hooksPath=/dev/null -c user.useConfigOnly=true -c core.fsyncMethod=batch -c core.safecrlf=false -c gc.auto=0 -c maintenance.auto=false -c advice.addEmbeddedRepo=false"

/** Arguments: the folder. Prints name and address as git writes them into a commit. */
const identityScript = `
exec </dev/null 2>/dev/null
${unset}
cd -- "$1" || exit 1
git ${settings} var GIT_AUTHOR_IDENT
`

/** Arguments: the folder, the message. Prints at which step it ended, and then what is known. */
const beginScript = `
exec </dev/null
${unset}
cd -- "$1" || exit 1
git ${settings} init -q . >/dev/null || { git --version >/dev/null 2>&1 && echo init || echo missing; exit 0; }
git ${settings} add -A -- . || { echo add; exit 0; }
git ${settings} commit -q --allow-empty --no-edit --cleanup=verbatim -m "$2" >/dev/null || {
  git ${settings} var GIT_COMMITTER_IDENT >/dev/null 2>&1 && git ${settings} var GIT_AUTHOR_IDENT >/dev/null 2>&1 && echo commit || echo identity
  exit 0
}
echo done
git rev-parse HEAD --abbrev-ref HEAD
`

const environment = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_PAGER: "cat", GIT_EDITOR: "true", GIT_OPTIONAL_LOCKS: "0" }

const timeLimit = "5 minutes"

const harmless = (text: string): string => {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("warning: ") && !line.startsWith("hint: "))
  const first = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines[0] ?? ""
  return first.replace(/^(?:fatal|error): /, "").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim().slice(0, 300)
}

const run = (executor: CommandExecutor, script: string, args: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const child = yield* executor.start(Command.env(Command.make("/bin/sh", "-c", script, "sh", ...args), environment))
      yield* Effect.addFinalizer(() => Effect.ignore(Effect.flatMap(child.isRunning, (running) => (running ? child.kill("SIGKILL") : Effect.void))))
      const [output, errors] = yield* Effect.all([Stream.mkString(Stream.decodeText(child.stdout)), Stream.mkString(Stream.decodeText(child.stderr))], { concurrency: 2 })
      return { lines: output.split("\n"), errors }
    })
  )

/** Who commits in a folder. */
export const identity = (executor: CommandExecutor, folder: string): Effect.Effect<Option.Option<Identity>> =>
  run(executor, identityScript, [folder]).pipe(
    Effect.timeout("20 seconds"),
    Effect.map(({ lines: [line = ""] }) => Option.map(Option.fromNullable(/^(.*) <(.*)> \d+ [+-]\d+$/.exec(line)), ([, name = "", email = ""]) => ({ name, email }))),
    // Without a shell, or with a git that hangs, nobody is known.
    Effect.orElseSucceed(() => Option.none())
  )

const outcomeOf = ({ errors, lines: [step = "", commit = "", branch = ""] }: { readonly lines: ReadonlyArray<string>; readonly errors: string }): GitOutcome => {
  if (step === "done") return { _tag: "Committed", commit, branch }
  if (step === "missing") return { _tag: "NoGit", detail: "git is not installed, or not on the PATH" }
  if (step === "identity") return { _tag: "NotCommitted", reason: "NoIdentity", detail: "no name and address are set" }
  if (step === "init" || step === "") return { _tag: "NoGit", detail: harmless(errors) }
  return { _tag: "NotCommitted", reason: "Refused", detail: harmless(errors) }
}

/** A repository and one commit. */
export const begin = (executor: CommandExecutor, folder: string, message: string): Effect.Effect<GitOutcome> =>
  run(executor, beginScript, [folder, message]).pipe(
    Effect.map(outcomeOf),
    Effect.timeout(timeLimit),
    Effect.catchAll((error): Effect.Effect<GitOutcome> =>
      Effect.succeed(
        error._tag === "TimeoutException" ? { _tag: "NotCommitted", reason: "Refused", detail: "git gave no answer within 5 minutes" } : { _tag: "NoGit", detail: harmless(error.message) }
      )
    )
  )
