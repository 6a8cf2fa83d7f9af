/**
 * Lengths of time as Go writes them: `1h30m`, `1.5s`. They are counted in nanoseconds.
 *
 * @module
 */

const units: { readonly [unit: string]: bigint | undefined } = {
  ns: 1n,
  us: 1000n,
  "\u00b5s": 1000n,
  "\u03bcs": 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n
}

const part = /(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y

/** None for what is no length of time. @category combinators */
export const parseDuration = (text: string): bigint | undefined => {
  const unsigned = text.replace(/^[+-]/, "")
  if (unsigned === "0") return 0n
  if (unsigned === "" || unsigned.length > 100) return undefined
  let total = 0n
  part.lastIndex = 0
  while (part.lastIndex < unsigned.length) {
    const found = part.exec(unsigned)
    if (found === null) return undefined
    const [, whole = "", fraction = "", unit = ""] = found
    const size = units[unit] ?? 0n
    if (whole === "" && fraction === "") return undefined
    total += BigInt(whole || "0") * size + (BigInt(fraction || "0") * size) / 10n ** BigInt(fraction.length)
  }
  return text.startsWith("-") ? -total : total
}

const decimal = (value: bigint, size: bigint): string => {
  const fraction = (value % size).toString().padStart(size.toString().length - 1, "0").replace(/0+$/, "")
  return `${value / size}${fraction === "" ? "" : `.${fraction}`}`
}

/** `1h2m3.5s` @category combinators */
export const durationText = (nanoseconds: bigint): string => {
  if (nanoseconds === 0n) return "0s"
  const sign = nanoseconds < 0n ? "-" : ""
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (value < 1000n) return `${sign}${value}ns`
  if (value < 1_000_000n) return `${sign}${decimal(value, 1000n)}\u00b5s`
  if (value < 1_000_000_000n) return `${sign}${decimal(value, 1_000_000n)}ms`
  const hours = value / 3_600_000_000_000n
  const minutes = (value / 60_000_000_000n) % 60n
  const seconds = decimal(value % 60_000_000_000n, 1_000_000_000n)
  return `${sign}${hours > 0n ? `${hours}h` : ""}${hours > 0n || minutes > 0n ? `${minutes}m` : ""}${seconds}s`
}
