/**
 * Texts for merging: bytes as characters, and lines with their ends.
 *
 * @module
 */

/** So many bytes are looked at to tell texts from other files, as git does. */
const looked = 8000
/** Arguments of one call. */
const chunk = 8192

/** Whether git takes the content for no text: a NUL in its first 8000 bytes. @category guards */
export const isBinary = (content: Uint8Array): boolean => content.subarray(0, looked).includes(0)

/** One character a byte, so that nothing is lost whatever the encoding is. @category conversions */
export const toText = (content: Uint8Array): string => {
  let text = ""
  for (let at = 0; at < content.length; at += chunk) text += String.fromCharCode(...content.subarray(at, at + chunk))
  return text
}

/** The bytes of which the text was made. @category conversions */
export const toBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

/** Lines with their ends; the last may have none. @category conversions */
export const linesOf = (text: string): Array<string> => text.match(/[^\n]*\n|[^\n]+$/g) ?? []
