/**
 * The standard streams: answers go to standard output, everything else to standard error.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { OutputFailed } from "./CommandError.js"

/** @category models */
export interface OutputShape {
  /** standard output is a terminal: somebody reads it, and nothing keeps it */
  readonly isTerminal: boolean
  readonly columns: number
  readonly color: boolean
  /** Writes to standard output, and returns once it is written. */
  readonly print: (text: string) => Effect.Effect<void, OutputFailed>
  /** Writes to standard error; nobody is told if that fails. */
  readonly say: (text: string) => Effect.Effect<void>
  /** Writes a line of the log to standard error, in a moment or when the program ends. */
  readonly log: (line: string) => void
  readonly logIsTerminal: boolean
}

/** @category tags */
export class Output extends Context.Tag("work-prod/Output")<Output, OutputShape>() {}
