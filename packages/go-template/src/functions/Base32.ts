/**
 * Base 32 of RFC 4648.
 *
 * @module
 */

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** @category combinators */
export const encode = (bytes: Uint8Array): string => {
  let result = ""
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      result += letters[(value >> bits) & 31] ?? ""
    }
  }
  if (bits > 0) result += letters[(value << (5 - bits)) & 31] ?? ""
  return result.padEnd(Math.ceil(result.length / 8) * 8, "=")
}

/** None for what is no base 32. @category combinators */
export const decode = (text: string): Uint8Array | undefined => {
  const joined = text.replace(/[\r\n]/g, "")
  const filling = joined.indexOf("=")
  const plain = filling < 0 ? joined : joined.slice(0, filling)
  if (joined.length % 8 !== 0 || joined.length - plain.length > 6 || /=[^=]/.test(joined) || !/^[A-Z2-7]*$/.test(plain) || [1, 3, 6].includes(plain.length % 8)) return undefined
  const bytes: Array<number> = []
  let bits = 0
  let value = 0
  for (const letter of plain) {
    value = ((value << 5) | letters.indexOf(letter)) & 0xffff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((value >> bits) & 255)
    }
  }
  return Uint8Array.from(bytes)
}
