/**
 * What a run says.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { RunState } from "./RunState.js"

/** Without characters that could move the cursor or clear the screen. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
export const harmless = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu, (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`)

/** A name on one line. */
export const nameText = (name: string): string => harmless(name).replaceAll("\n", "\\n").replaceAll("\t", "\\t")

/** A name in quotes, as Go writes it. */
export const quoted = (name: string): string => `"${nameText(name).replaceAll('"', '\\"')}"`

/** A line of the run. */
export const say = (state: RunState, line: string): Effect.Effect<void> => state.output.say(harmless(line))

/** Only with `--verbose`. */
export const sayMore = (state: RunState, line: () => string): Effect.Effect<void> => (state.options.verbose === true ? say(state, line()) : Effect.void)
