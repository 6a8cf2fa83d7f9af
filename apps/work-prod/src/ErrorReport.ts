/**
 * Failures as sentences: what failed and what to do.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Option from "effect/Option"
import type { CommandError } from "./CommandError.js"
import * as ExitCode from "./ExitCode.js"
import { printable, withoutKeys } from "./PlainText.js"

/** What to say on standard error, if anything, and how to end. @category models */
export interface Report {
  readonly text: string
  readonly exitCode: ExitCode.ExitCode
}

const sentences = (what: string, hint: string | undefined): string =>
  withoutKeys(`error: ${printable(what)}\n${hint === undefined || hint === "" ? "" : `hint: ${printable(hint)}\n`}`)

const ofError = (error: CommandError): Report => {
  switch (error._tag) {
    case "UsageError":
      return { text: sentences(error.what, error.hint ?? `see ${["work-prod", ...error.command, "--help"].join(" ")}`), exitCode: ExitCode.usage }
    case "CommandFailed":
      return { text: sentences(error.what, error.hint), exitCode: ExitCode.failed }
    case "OutputFailed":
      // Nobody reads any more, as with `| head`: that is no failure.
      if (error.code === "EPIPE") return { text: "", exitCode: ExitCode.done }
      return { text: sentences(`could not write to standard output: ${error.code === "ENOSPC" ? "no space left on the disk" : error.code}`, undefined), exitCode: ExitCode.failed }
    default:
      return error satisfies never
  }
}

/**
 * The report of whatever ended a command.
 *
 * @param debug with causes and stack
 * @category reports
 */
export const report = (cause: Cause.Cause<CommandError>, debug: boolean): Report => {
  const failure = Cause.failureOption(cause)
  const told: Report = Option.isSome(failure)
    ? ofError(failure.value)
    : Cause.isInterruptedOnly(cause)
      ? { text: "", exitCode: ExitCode.done }
      : { text: sentences("work-prod has a fault of its own and had to stop", "run it again with --log-level debug to see where, and report it"), exitCode: ExitCode.failed }
  return debug && told.text !== "" ? { ...told, text: told.text + withoutKeys(`${Cause.pretty(cause, { renderErrorCause: true })}\n`) } : told
}
