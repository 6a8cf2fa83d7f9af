/**
 * Numbers by the verbs of `printf`.
 *
 * @module
 */
import * as Floats from "./Floats.js"
import { quote } from "./Quote.js"

/** What stands between `%` and its letter. @category models */
export interface Spec {
  readonly plus: boolean
  readonly minus: boolean
  readonly sharp: boolean
  readonly space: boolean
  readonly zero: boolean
  readonly width: number | undefined
  readonly precision: number | undefined
}

const columns = (text: string): number => {
  let count = 0
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count++
  return count
}

/** Filled up to the width. @category combinators */
export const pad = (text: string, spec: Spec): string => {
  if (spec.width === undefined) return text
  const missing = spec.width - columns(text)
  if (missing <= 0) return text
  return spec.minus ? text + " ".repeat(missing) : (spec.zero ? "0" : " ").repeat(missing) + text
}

const digitsOf = (value: bigint, base: number, spec: Spec, sign: string): string => {
  const magnitude = (value < 0n ? -value : value).toString(base)
  if (spec.precision !== undefined) return spec.precision === 0 && value === 0n ? "" : magnitude.padStart(spec.precision, "0")
  // zeros fill the whole width; a sign or a prefix takes a place of it
  return spec.zero && spec.width !== undefined && !spec.minus ? magnitude.padStart(spec.width - sign.length, "0") : magnitude
}

const integer = (value: bigint, base: number, prefix: string, spec: Spec): string => {
  const sign = value < 0n ? "-" : spec.plus ? "+" : spec.space ? " " : ""
  const digits = digitsOf(value, base, spec, sign)
  if (spec.precision === 0 && value === 0n) return pad("", { ...spec, zero: false })
  return pad(`${sign}${prefix === "0" && digits.startsWith("0") ? "" : prefix}${digits}`, { ...spec, zero: false })
}

const rune = (value: bigint): string => {
  const code = value >= 0n && value <= 0x10ffffn ? Number(value) : 0xfffd
  return String.fromCodePoint(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code)
}

/** None for a letter that is not for integers. @category combinators */
export const formatInteger = (value: bigint, letter: string, spec: Spec): string | undefined => {
  switch (letter) {
    case "v":
    case "d":
      return integer(value, 10, "", spec)
    case "b":
      return integer(value, 2, spec.sharp ? "0b" : "", spec)
    case "o":
      return integer(value, 8, spec.sharp ? "0" : "", spec)
    case "O":
      return integer(value, 8, "0o", spec)
    case "x":
      return integer(value, 16, spec.sharp ? "0x" : "", spec)
    case "X":
      return integer(value, 16, spec.sharp ? "0X" : "", spec).toUpperCase()
    case "c":
      return pad(rune(value), { ...spec, zero: false })
    case "q":
      return pad(quote(rune(value), "'", spec.plus), { ...spec, zero: false })
    case "U": {
      const shown = `U+${value.toString(16).toUpperCase().padStart(Math.max(4, spec.precision ?? 0), "0")}`
      return pad(spec.sharp ? `${shown} '${rune(value)}'` : shown, { ...spec, zero: false })
    }
    default:
      return undefined
  }
}

const magnitudeText = (value: number, letter: string, spec: Spec): string | undefined => {
  const { precision } = spec
  switch (letter) {
    case "v":
    case "g":
    case "G":
      return Floats.general(value, precision, spec.sharp)
    case "e":
    case "E":
      return Floats.exponential(value, precision ?? 6)
    case "f":
    case "F":
      return Floats.fixed(value, precision ?? 6)
    case "b":
    case "x":
    case "X":
      return binary(value, letter)
    default:
      return undefined
  }
}

/** As a power of two, exactly. */
const binary = (value: number, letter: string): string => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xf_ffff_ffff_ffffn
  const whole = exponent === 0 ? 0n : 1n
  const signed = (power: number, digits: number): string => `${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(digits, "0")}`
  if (letter === "b") return `${(whole << 52n) | fraction}p${signed((exponent === 0 ? 1 : exponent) - 1075, 1)}`
  const digits = fraction.toString(16).padStart(13, "0").replace(/0+$/, "")
  return `0x${whole}${digits === "" ? "" : `.${digits}`}p${signed(value === 0 ? 0 : (exponent === 0 ? 1 : exponent) - 1023, 2)}`
}

/** None for a letter that is not for numbers. @category combinators */
export const formatFloat = (value: number, letter: string, spec: Spec): string | undefined => {
  const isFinite = Number.isFinite(value)
  const magnitude = magnitudeText(isFinite ? Math.abs(value) : 0, letter, spec)
  if (magnitude === undefined) return undefined
  const negative = value < 0 || Object.is(value, -0)
  const sign = negative ? "-" : spec.plus || value === Number.POSITIVE_INFINITY ? "+" : spec.space ? " " : ""
  const shown = isFinite ? magnitude : Number.isNaN(value) ? "NaN" : "Inf"
  const text = letter === "E" || letter === "G" || letter === "X" ? shown.toUpperCase() : shown
  // only %v of what is too large says a sign that was not asked for
  const visible = value === Number.POSITIVE_INFINITY && !spec.plus ? (spec.space ? " " : "+") : sign
  if (!spec.zero || !isFinite || spec.width === undefined) return pad(visible + text, { ...spec, zero: false })
  return visible + text.padStart(spec.width - visible.length, "0")
}
