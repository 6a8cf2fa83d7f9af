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

/** Bytes as text, and back. */
interface Codec {
  readonly toText: (content: Uint8Array) => string
  readonly toBytes: (text: string) => Uint8Array
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

const utf8: Codec = { toText: (content) => decoder.decode(content), toBytes: (text) => encoder.encode(text) }

/** One character a byte, whatever the encoding is. */
const byBytes: Codec = {
  toText: (content) => {
    let text = ""
    for (let at = 0; at < content.length; at += chunk) text += String.fromCharCode(...content.subarray(at, at + chunk))
    return text
  },
  toBytes: (text) => {
    const bytes = new Uint8Array(text.length)
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
    return bytes
  }
}

/** Contents as texts. @category models */
export interface Texts {
  readonly texts: ReadonlyArray<string>
  /** parts of them, and what `include` gave, as bytes again */
  readonly toBytes: (text: string) => Uint8Array
  /** a text from elsewhere, to stand among them */
  readonly include: (text: string) => string
}

/**
 * Contents as texts, so that nothing is lost: in UTF-8 if all are, which is quick, else byte by byte.
 *
 * @category conversions
 */
export const textsOf = (contents: ReadonlyArray<Uint8Array>): Texts => {
  try {
    return { texts: contents.map(utf8.toText), toBytes: utf8.toBytes, include: (text) => text }
  } catch {
    return { texts: contents.map(byBytes.toText), toBytes: byBytes.toBytes, include: (text) => byBytes.toText(utf8.toBytes(text)) }
  }
}

/** Lines with their ends; the last may have none. @category conversions */
export const linesOf = (text: string): Array<string> => text.match(/[^\n]*\n|[^\n]+$/g) ?? []
