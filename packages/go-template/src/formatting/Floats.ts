/**
 * Numbers as Go writes them.
 *
 * @module
 */

/** Numerator and denominator, both positive, exactly. */
const exactly = (value: number): readonly [bigint, bigint] => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0) & 0x7fff_ffff_ffff_ffffn
  const exponent = Number(bits >> 52n)
  const fraction = bits & 0xf_ffff_ffff_ffffn
  const mantissa = exponent === 0 ? fraction : fraction | 0x10_0000_0000_0000n
  const power = (exponent === 0 ? 1 : exponent) - 1075
  return power >= 0 ? [mantissa << BigInt(power), 1n] : [mantissa, 1n << BigInt(-power)]
}

/** To the nearest, halves to the even. */
const divided = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient
}

/** `%f` without a sign. @category combinators */
export const fixed = (value: number, precision: number): string => {
  const [numerator, denominator] = exactly(value)
  const digits = divided(numerator * 10n ** BigInt(precision), denominator).toString().padStart(precision + 1, "0")
  return precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`
}

const withExponent = (digits: string, exponent: number): string =>
  `${digits[0] ?? "0"}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`

/** `precision` digits behind the first, and the power of ten. */
const scientific = (value: number, precision: number): readonly [string, number] => {
  if (value === 0) return ["0".repeat(precision + 1), 0]
  const [numerator, denominator] = exactly(value)
  let exponent = Number(value.toExponential().split("e")[1])
  for (;;) {
    const shift = precision - exponent
    const digits = (shift >= 0 ? divided(numerator * 10n ** BigInt(shift), denominator) : divided(numerator, denominator * 10n ** BigInt(-shift))).toString()
    if (digits.length === precision + 1) return [digits, exponent]
    exponent += digits.length > precision + 1 ? 1 : -1
  }
}

/** `%e` without a sign. @category combinators */
export const exponential = (value: number, precision: number): string => withExponent(...scientific(value, precision))

const plain = (digits: string, exponent: number): string => {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`
  return digits.length > exponent + 1 ? `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}` : digits.padEnd(exponent + 1, "0")
}

/** The fewest digits that mean this number, and its power of ten. */
const shortest = (value: number): readonly [string, number] => {
  const [digits = "0", exponent = "0"] = value.toExponential().split("e")
  return [digits.replace(".", ""), Number(exponent)]
}

/** `%f` with as few digits as mean this number. @category combinators */
export const shortFixed = (value: number): string => plain(...shortest(value))

/** `%e` with as few digits as mean this number. @category combinators */
export const shortExponential = (value: number): string => withExponent(...shortest(value))

/** `%g` without a sign; `undefined` for as few digits as mean this number. @category combinators */
export const general = (value: number, precision: number | undefined, keepZeros = false): string => {
  if (precision === undefined) {
    const [digits, exponent] = shortest(value)
    return exponent < -4 || exponent >= 6 ? withExponent(digits, exponent) : plain(digits, exponent)
  }
  const wanted = Math.max(1, precision)
  const [all, exponent] = scientific(value, wanted - 1)
  const digits = keepZeros ? all : all.replace(/0+$/, "") || "0"
  return exponent < -4 || exponent >= wanted ? withExponent(digits, exponent) : plain(digits, exponent)
}

/** With sign, NaN and infinity, as `%v` shows it. @category combinators */
export const shown = (value: number): string => {
  if (Number.isNaN(value)) return "NaN"
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf"
  return `${value < 0 || Object.is(value, -0) ? "-" : ""}${general(Math.abs(value), undefined)}`
}
