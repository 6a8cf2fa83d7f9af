/**
 * "What next" lines: commands that work as they are typed, where the user stands.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { own, type SafeText, styled, text } from "./SafeText.js"
import { Surroundings } from "./Surroundings.js"

/** A word as a POSIX shell reads it back. @category combinators */
export const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** A word as a shell reads it back, and a terminal does not act upon it. @category combinators */
export const word = (content: string): string => visible(quote(content))

/**
 * A line such as `next: npx dev-infra show 'my api'`. `words` are those after `dev-infra`; they are quoted where the shell
 * needs it.
 *
 * @category constructors
 */
export const line = (...words: ReadonlyArray<string>): Effect.Effect<SafeText, never, Surroundings> =>
  Effect.map(
    Effect.flatMap(Surroundings, (surroundings) => surroundings.invocation),
    (invocation) => text`${styled("dim", "next:")} ${own(invocation)} ${own(words.map(word).join(" "))}`
  )

/** What a shell reads as it is, but a terminal would act upon, is written in the shell's own escapes. */
const visible = (word: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(word)
    ? `$'${[...word.slice(1, -1).replaceAll(`'\\''`, "'")].map(shellEscape).join("")}'`
    : word

const shellEscape = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  if (character === "'" || character === "\\") return `\\${character}`
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`
  return code > 0x7f && !/[\p{L}\p{N}\p{Emoji}]/u.test(character) ? `\\u${code.toString(16).padStart(4, "0")}` : character
}
