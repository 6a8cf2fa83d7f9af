/**
 * What a command is: its flags, its words, and what it does.
 *
 * @module
 */
import type * as Effect from "effect/Effect"
import type { CommandError } from "./CommandError.js"
import type { ExitCode } from "./ExitCode.js"
import type { Output } from "./Output.js"
import type { Surroundings } from "./Surroundings.js"

/** A flag; without `value` it is a switch. `variable` is the environment variable that stands in for it. @category models */
export interface Flag {
  readonly name: string
  readonly value?: string
  readonly description: string
  readonly required?: true
  readonly variable?: string
}

/** A flag of some command, as it was given: its text, or true for a switch. */
type Given = ReadonlyMap<string, string | true>

/** What was typed after the words of a command. @category models */
export interface Line {
  readonly flags: Given
  readonly words: ReadonlyArray<string>
}

/** What a command needs from outside. @category models */
export type Environment = Output | Surroundings

/** @category models */
export type Execute = (line: Line) => Effect.Effect<ExitCode, CommandError, Environment>

/** @category models */
export interface Command {
  readonly words: ReadonlyArray<string>
  readonly summary: string
  readonly description: ReadonlyArray<string>
  readonly flags: ReadonlyArray<Flag>
  /** The names of its words, each of which has to be given. */
  readonly takes: ReadonlyArray<readonly [name: string, description: string]>
  readonly examples: ReadonlyArray<readonly [line: string, meaning: string]>
  /** Loads what the command needs, and no other does. */
  readonly load: () => Promise<{ readonly execute: Execute }>
}
