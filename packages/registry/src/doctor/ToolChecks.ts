/**
 * The programs that are called: git, and gh if it is there. Nothing is asked of the network.
 *
 * @module
 */
import * as Command from "@effect/platform/Command"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Finding } from "./Finding.js"

/** The first version with all options that the state of a checkout is asked with (`--ahead-behind`). */
const oldestGit = [2, 17] as const

/** The first line that `tool --version` prints; none if the tool is not there, fails or takes longer than 5 s. */
const versionOf = (tool: string): Effect.Effect<Option.Option<string>, never, CommandExecutor> =>
  Command.make(tool, "--version").pipe(
    // gh looks for a newer version of itself now and then
    Command.env({ GH_NO_UPDATE_NOTIFIER: "1" }),
    Command.string,
    Effect.timeout("5 seconds"),
    Effect.map((output) => (output.split("\n", 1)[0] ?? "").trim()),
    Effect.filterOrFail((line) => line !== ""),
    Effect.option
  )

/** Whether git can be called, and whether it is new enough. */
export const examineGit: Effect.Effect<ReadonlyArray<Finding>, never, CommandExecutor> = Effect.map(
  versionOf("git"),
  Option.match({
    onNone: (): ReadonlyArray<Finding> => [
      {
        subject: "git",
        severity: "error",
        what: "git cannot be called; projects are found and listed without it, their state is not",
        fix: "install git, or put it on the PATH"
      }
    ],
    onSome: (line): ReadonlyArray<Finding> => {
      const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(line) ?? []
      const isOld = Number(major) < oldestGit[0] || (Number(major) === oldestGit[0] && Number(minor) < oldestGit[1])
      return isOld
        ? [{ subject: "git", severity: "warning", what: `${line} is older than ${oldestGit.join(".")}`, fix: "install a newer git to see the state of checkouts" }]
        : [{ subject: "git", severity: "ok", what: line }]
    }
  })
)

/** Whether gh is there. It is needed only to make repositories on GitHub. */
export const examineGh: Effect.Effect<ReadonlyArray<Finding>, never, CommandExecutor> = Effect.map(
  versionOf("gh"),
  Option.match({
    onNone: (): ReadonlyArray<Finding> => [{ subject: "gh", severity: "note", what: "gh is not installed; it is needed only to make repositories on GitHub" }],
    onSome: (line): ReadonlyArray<Finding> => [{ subject: "gh", severity: "ok", what: line }]
  })
)
