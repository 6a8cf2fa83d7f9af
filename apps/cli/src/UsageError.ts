/**
 * The command line alone is wrong.
 *
 * @module
 */
import * as Data from "effect/Data"

/**
 * A flag, a value, or a missing argument or answer. `message` is one sentence that names it, `command` the words of the
 * command that was meant (`["config", "get"]`), `hint` what to type instead.
 *
 * @category errors
 */
export class UsageError extends Data.TaggedError("UsageError")<{
  readonly message: string
  readonly command: ReadonlyArray<string>
  readonly hint?: string
}> {}
