/**
 * Texts in quotes, as `strconv.Quote` of Go writes them.
 *
 * @module
 */

const short: { readonly [character: string]: string } = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\"
}

const special = /["'\\\p{C}\p{Z}\p{M}]|[^\x20-\x7e]/gu

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0")

const isPrintable = (character: string): boolean => character === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)

const escaped = (character: string, quote: string, ascii: boolean): string => {
  if (character === quote) return `\\${quote}`
  const known = Object.hasOwn(short, character) ? short[character] : undefined
  if (known !== undefined) return known
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xd800 && code <= 0xdfff) return "\\ufffd"
  if (code < 128 ? code >= 32 && code < 127 : !ascii && isPrintable(character)) return character
  return code < 128 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

/** With the quotes around it. `ascii`: letters beyond ASCII are escaped too. @category combinators */
export const quote = (text: string, mark = '"', ascii = false): string => `${mark}${text.replace(special, (character) => escaped(character, mark, ascii))}${mark}`
