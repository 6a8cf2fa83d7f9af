/**
 * Why a command does not do what it was asked.
 *
 * @module
 */
import * as Data from "effect/Data"

/** The line means nothing. `command` is what `--help` is asked of. Exit code 2. @category errors */
export class UsageError extends Data.TaggedError("UsageError")<{
  readonly what: string
  readonly hint?: string | undefined
  readonly command: ReadonlyArray<string>
}> {
  override get message(): string {
    return this.what
  }
}

/** A sentence, and what to do about it. `cause` is shown with `--log-level debug` only. Exit code 1. @category errors */
export class CommandFailed extends Data.TaggedError("CommandFailed")<{
  readonly what: string
  readonly hint?: string | undefined
  readonly cause?: unknown
}> {
  override get message(): string {
    return this.what
  }
}

/** Standard output cannot be written; `EPIPE` if nobody reads it. @category errors */
export class OutputFailed extends Data.TaggedError("OutputFailed")<{ readonly code: string }> {}

/** @category errors */
export type CommandError = CommandFailed | OutputFailed | UsageError
