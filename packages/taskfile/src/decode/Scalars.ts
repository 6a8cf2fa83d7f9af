/**
 * What a plain word of YAML means for a program in Go: `0644` is octal, `yes` is a text unless a boolean is asked for.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false]
])

const oldBooleans: ReadonlyMap<string, boolean> = new Map([
  ["y", true],
  ["Y", true],
  ["yes", true],
  ["Yes", true],
  ["YES", true],
  ["on", true],
  ["On", true],
  ["ON", true],
  ["n", false],
  ["N", false],
  ["no", false],
  ["No", false],
  ["NO", false],
  ["off", false],
  ["Off", false],
  ["OFF", false]
])

/** Whether a plain word means that there is nothing. */
export const isNull = (text: string): boolean => text === "" || text === "~" || text === "null" || text === "Null" || text === "NULL"

const float = /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/
const longest = 400

const integer = (text: string): bigint | undefined => {
  if (!/^[-+]?[0-9]/.test(text) || text.length > longest) return undefined
  const isNegative = text.startsWith("-")
  const digits = text.replace(/^[-+]/, "").replace(/_/g, "")
  const literal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  if (!/^(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+)$/.test(literal)) return undefined
  const value = BigInt(literal)
  return isNegative ? -value : value
}

const specials: ReadonlyMap<string, number> = new Map([
  [".inf", Infinity],
  [".Inf", Infinity],
  [".INF", Infinity],
  ["+.inf", Infinity],
  ["-.inf", -Infinity],
  ["-.Inf", -Infinity],
  ["-.INF", -Infinity],
  [".nan", NaN],
  [".NaN", NaN],
  [".NAN", NaN]
])

/** The value of a word without quotes. */
export const plainValue = (text: string): GoValue => {
  if (isNull(text)) return null
  const boolean = booleans.get(text)
  if (boolean !== undefined) return boolean
  const first = text.charCodeAt(0)
  // Digits, signs and a dot begin numbers.
  if ((first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e) {
    const whole = integer(text)
    if (whole !== undefined) return whole
    const special = specials.get(text)
    if (special !== undefined) return special
    if (text.length <= longest && float.test(text)) return Number(text.replace(/_/g, ""))
  }
  return text
}

/** A boolean, where one is asked for; undefined if it is none. */
export const booleanOf = (text: string, isPlain: boolean): boolean | undefined => (isPlain ? booleans.get(text) : undefined) ?? oldBooleans.get(text)

const units: ReadonlyMap<string, number> = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["\u00b5s", 1e-3],
  ["\u03bcs", 1e-3],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000]
])

/** Milliseconds of a duration as Go writes it: `1h30m`, `1.5s`, `300ms`; undefined if it is none. */
export const durationOf = (text: string): number | undefined => {
  if (text === "0" || text === "+0" || text === "-0") return 0
  const whole = /^([-+]?)((?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/.exec(text)
  if (whole === null) return undefined
  let sum = 0
  for (const [, number = "0", unit = ""] of (whole[2] ?? "").matchAll(/([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g)) sum += Number(number) * (units.get(unit) ?? 0)
  return whole[1] === "-" ? -sum : sum
}
