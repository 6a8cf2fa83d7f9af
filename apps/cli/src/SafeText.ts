/**
 * Text that is safe to print. Names, paths and branches may hold anything a file name can hold: escape sequences that move
 * the cursor, newlines that fake a further line, characters that turn the direction of writing. They are shown escaped.
 *
 * @module
 */

class Safe {
  readonly #made = true
  readonly value: string
  constructor(value: string) {
    this.value = value
  }
  static is(candidate: unknown): candidate is Safe {
    return typeof candidate === "object" && candidate !== null && #made in candidate
  }
}

/**
 * Text without anything that a terminal acts upon, but for the styles of this module. Only this module makes it.
 *
 * @category models
 */
export type SafeText = Safe

// Line breaks of Unicode, marks and overrides of writing direction, invisible tags, a byte order mark, lone surrogates.
const invisible = "\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}\\p{Cs}"
const unsafe = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f${invisible}\\\\]`, "gu")
const plain = /^[\x20-\x5b\x5d-\x7e]*$/

/** Whether a text is plain ASCII that {@link escape} leaves as it is; others may be too. @category predicates */
const isPlain = (text: string): boolean => plain.test(text)

const named: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" }

const shown = (character: string): string => {
  const name = named[character]
  if (name !== undefined) return name
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  return code <= 0xff ? `\\x${digits.padStart(2, "0")}` : code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`
}

/**
 * Show what must not be printed as it is: a newline as `\n`, an escape character as `\x1b`, a backslash as `\\`, so that
 * the text can be read back without doubt. Everything else, emoji too, stays as it is.
 *
 * @category combinators
 */
export const escape = (text: string): string => (isPlain(text) ? text : text.replace(unsafe, shown))

const valueOf = (part: string | number | SafeText): string =>
  Safe.is(part) ? part.value : typeof part === "string" ? escape(part) : String(part)

/**
 * A sentence: what stands in the template is printed as it is, what is put into it is escaped unless it is safe already.
 *
 * @example
 * ```ts
 * import { text } from "./SafeText.js"
 *
 * const sentence = text`added ${"a\nb"}` // added a\nb, on one line
 * ```
 *
 * @category constructors
 */
export const text = (template: TemplateStringsArray, ...parts: ReadonlyArray<string | number | SafeText>): SafeText =>
  new Safe(template.map((piece, index) => (index === 0 ? piece : valueOf(parts[index - 1] ?? "") + piece)).join(""))

/**
 * Words of this program itself, e.g. of a help page. Never for anything that was read.
 *
 * @category constructors
 */
export const own = (words: string): SafeText => new Safe(words)

/**
 * Join safe texts, for example lines by `"\n"`.
 *
 * @category combinators
 */
export const join = (texts: ReadonlyArray<SafeText>, separator: "\n" | ", " | " " | "" | "\t"): SafeText =>
  new Safe(texts.map((each) => each.value).join(separator))

/** The styles that this program uses, as parameters of SGR (ECMA-48). */
const styles = { bold: 1, dim: 2, underline: 4, red: 31, green: 32, yellow: 33, cyan: 36 } as const

/** @category models */
export type Style = keyof typeof styles

/**
 * Text in a style; the style is dropped where colour is off.
 *
 * @category constructors
 */
export const styled = (style: Style, content: string | SafeText): SafeText =>
  new Safe(`\u001b[${styles[style]}m${valueOf(content)}\u001b[0m`)

const sequence = new RegExp("\\u001b\\[[0-9;]*m", "g")

/**
 * What is written: with the styles or without them.
 *
 * @category combinators
 */
export const render = (content: SafeText, color: boolean): string => (color ? content.value : content.value.replace(sequence, ""))
