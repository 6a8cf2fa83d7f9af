/**
 * A look at JSON text before it is parsed.
 *
 * @module
 */

const quote = 0x22
const backslash = 0x5c

/**
 * How deep lists and objects are inside each other, counted without parsing and not further than to a limit.
 *
 * @param text JSON, or what claims to be
 * @param limit a number of levels
 * @category predicates
 */
export const isDeeperThan = (text: string, limit: number): boolean => {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === quote) index = endOfText(text, index)
    else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > limit) return true
    } else if (unit === 0x5d || unit === 0x7d) depth--
  }
  return false
}

/** Python reads integers of so many digits and no more. */
const integerDigits = 4300

/**
 * Whether there is an integer with more digits than work-prod 0.3.0 took. It would become infinity here.
 *
 * @param text JSON
 * @category predicates
 */
export const hasHugeInteger = (text: string): boolean => {
  if (text.length <= integerDigits) return false
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) === quote) {
      index = endOfText(text, index)
      continue
    }
    const start = index
    while (isDigit(text.charCodeAt(index))) index++
    if (index - start > integerDigits && isWhole(text, start, index)) return true
    if (index > start) index--
  }
  return false
}

/** Whether digits are neither behind a point or an exponent's letter, nor followed by one. */
const isWhole = (text: string, start: number, end: number): boolean =>
  !/(?:\.|[eE][+-]?)$/.test(text.slice(Math.max(0, start - 2), start)) && !/[.eE]/.test(text.charAt(end))

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39

const pythonNumbers = ["NaN", "Infinity", "-Infinity"]

/**
 * The text with null in the place of `NaN`, `Infinity` and `-Infinity`, which Python writes and work-prod 0.3.0 took for null.
 *
 * @param text JSON with such words
 * @category conversions
 */
export const withoutPythonNumbers = (text: string): string => {
  const parts: Array<string> = []
  let taken = 0
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) === quote) {
      index = endOfText(text, index)
      continue
    }
    const word = pythonNumbers.find((number) => text.startsWith(number, index))
    if (word === undefined) continue
    parts.push(text.slice(taken, index), "null")
    taken = index + word.length
    index = taken - 1
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(taken)
}

/** Where the text ends that begins with the quote at `index`. */
const endOfText = (text: string, start: number): number => {
  let index = start + 1
  while (index < text.length && text.charCodeAt(index) !== quote) index += text.charCodeAt(index) === backslash ? 2 : 1
  return index
}
