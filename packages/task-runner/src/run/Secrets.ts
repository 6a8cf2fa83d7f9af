/**
 * Values that are never shown.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { RunState } from "./RunState.js"

/** Shorter ones would hide too much of what has nothing to do with them. */
const shortest = 3

/** From now on they are neither in what is said, nor in what commands print, nor in failures. */
export const hide = (state: RunState, values: ReadonlyArray<string>): Effect.Effect<void> => {
  if (values.length === 0) return Effect.void
  for (const value of values) if (value.length >= shortest) state.secrets.add(value)
  return state.output.mask(values)
}

/** A text for a failure, or another place that output does not pass. */
export const withoutSecrets = (state: RunState, text: string): string => {
  let shown = text
  for (const secret of [...state.secrets].toSorted((a, b) => b.length - a.length)) shown = shown.replaceAll(secret, "*****")
  return shown
}
