/**
 * Texts and numbers as Go writes them.
 *
 * @module
 */

/** Behind the closing quote of a text that begins at `from`; none if it does not end. @category combinators */
export const end = (text: string, from: number, quote: number): number | undefined => {
  if (quote === 96) {
    const close = text.indexOf("`", from + 1)
    return close < 0 ? undefined : close + 1
  }
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) at++
    else if (code === 10) return undefined
    else if (code === quote) return at + 1
  }
  return undefined
}

const escapes: { readonly [letter: string]: string | undefined } = { a: "\u0007", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\\": "\\" }

const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.)|$)/gsu

const decoder = new TextDecoder()

/** Bytes that were written one by one are letters of UTF-8. */
const ofBytes = (bytes: ReadonlyArray<number>): string => decoder.decode(Uint8Array.from(bytes))

/** What is written between quotes; none for a sequence that Go does not know. @category combinators */
export const unescape = (written: string, single: boolean): string | undefined => {
  if (!written.includes("\\")) return written
  let known = true
  let bytes: Array<number> = []
  let result = ""
  let last = 0
  const flush = (): void => {
    if (bytes.length > 0) result += ofBytes(bytes)
    bytes = []
  }
  const rune = (hex: string): string => {
    const code = Number.parseInt(hex, 16)
    if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code)
    known = false
    return ""
  }
  for (const match of written.matchAll(escape)) {
    const [all, byte, four, eight, octal, letter] = match
    if (match.index > last) flush()
    result += written.slice(last, match.index)
    last = match.index + all.length
    if (byte !== undefined || octal !== undefined) {
      const code = byte !== undefined ? Number.parseInt(byte, 16) : Number.parseInt(octal ?? "", 8)
      if (code > 255) return undefined
      if (single) result += String.fromCharCode(code)
      else bytes.push(code)
      continue
    }
    flush()
    if (four !== undefined || eight !== undefined) result += rune(four ?? eight ?? "")
    else if (letter === (single ? "'" : '"')) result += letter
    else {
      const meant = letter === undefined ? undefined : Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
      if (meant === undefined) return undefined
      result += meant
    }
  }
  flush()
  return known ? result + written.slice(last) : undefined
}

const largest = 2n ** 63n

const hexadecimalFloat = (digits: string, negative: boolean): number | undefined => {
  const parts = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?\d+))$/.exec(digits)
  if (parts === null) return undefined
  const [, whole = "", fraction = "", exponent = "0"] = parts
  const value = Number.parseInt(`0${whole}${fraction}`, 16) * 2 ** (Number(exponent) - 4 * fraction.length)
  return negative ? -value : value
}

/** An integer is a bigint of 64 bits, everything with a point or an exponent a number. @category combinators */
export const number = (written: string): bigint | number | undefined => {
  if (/__|_$|_\.|\._|\dx_$/.test(written)) return undefined
  const negative = written.startsWith("-")
  const digits = written.replace(/^[+-]/, "").replaceAll("_", "")
  if (/^0[xX]/.test(digits) && /[.pP]/.test(digits)) return hexadecimalFloat(digits, negative)
  if (!/^0[xXbBoO]/.test(digits) && /[.eE]/.test(digits)) {
    const value = Number(digits)
    return Number.isFinite(value) ? (negative ? -value : value) : undefined
  }
  // a zero in front means octal, as in C
  const plain = /^0[0-9]+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  if (/^0o.*[89]/.test(plain)) return undefined
  const value = BigInt(plain)
  if (value >= largest && !(negative && value === largest)) return undefined
  return negative ? -value : value
}
