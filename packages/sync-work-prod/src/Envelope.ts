/**
 * The envelope: what 0.3.0 has no column for, as one HTML comment at the end of `description`. What people wrote before it stays as it is,
 * to the byte.
 *
 * `<!-- dev-infra:1 CHECKSUM PAYLOAD -->`, where 1 is the version and the payload is JSON in base64url. The comment stands alone or after an empty
 * line. A later version is kept to the byte and not read. A comment at the end that began as an envelope but does not fit its checksum was
 * damaged: it says nothing, and is no text of anybody.
 *
 * @module
 */
import * as RowExtras from "./row/RowExtras.js"

/** A description taken apart. `text` is what people wrote, null if there is no description. @category models */
export interface Opened {
  readonly text: string | null
  readonly reading: RowExtras.Reading
}

const separator = "\n\n"
const opening = "<!-- dev-infra:"

/** Detects damage, no malice: the sum of FNV-1a over ASCII, in eight digits. */
const checksum = (payload: string): string => {
  let sum = 0x81_1c_9d_c5
  for (let index = 0; index < payload.length; index++) sum = Math.imul(sum ^ payload.charCodeAt(index), 0x01_00_01_93)
  return (sum >>> 0).toString(16).padStart(8, "0")
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`

/** JSON in ASCII, so that base64 can be made of its characters, halves of surrogate pairs included. */
const toPayload = (value: unknown): string =>
  btoa(JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")

const fromPayload = (payload: string): unknown => {
  try {
    return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")))
  } catch {
    return undefined
  }
}

const readComment = (comment: string): RowExtras.Reading => {
  const found = /^<!-- dev-infra:(\d{1,6}) ([0-9a-f]{8}) ([\w-]*) -->$/.exec(comment)
  if (found === null) {
    // A later version may look different after its number.
    const later = Number(/^<!-- dev-infra:(\d{1,6}) .*-->$/s.exec(comment)?.[1] ?? 0)
    return later > RowExtras.version ? { _tag: "Newer", version: later } : { _tag: "Damaged" }
  }
  const [, version, sum, payload = ""] = found
  if (Number(version) > RowExtras.version) return { _tag: "Newer", version: Number(version) }
  return sum === checksum(payload) && Number(version) === RowExtras.version ? RowExtras.read(fromPayload(payload)) : { _tag: "Damaged" }
}

/** A comment that may be an envelope, with what stands around it. */
interface Found {
  readonly before: string
  readonly after: string
  readonly reading: RowExtras.Reading
}

const foundAt = (description: string, at: number): Found => {
  const end = description.indexOf("-->", at)
  const stop = end < 0 ? description.length : end + 3
  return { before: description.slice(0, at), after: description.slice(stop), reading: readComment(description.slice(at, stop)) }
}

/** The last one that can be read, else the last one; undefined if there is none. */
const find = (description: string): Found | undefined => {
  let last: Found | undefined
  for (let at = description.lastIndexOf(opening); at >= 0; at = at === 0 ? -1 : description.lastIndexOf(opening, at - 1)) {
    const found = foundAt(description, at)
    if (found.reading._tag !== "Damaged") return found
    last ??= found
  }
  return last
}

/** Whoever edits a description may have changed the kind of line breaks, or taken some away. */
const separators = ["\r\n\r\n", separator, "\r\n", "\n"]

const withoutSeparator = (text: string): string => {
  const found = separators.find((one) => text.endsWith(one))
  return found === undefined ? text : text.slice(0, -found.length)
}

/**
 * Takes a description apart.
 *
 * @category conversions
 * @example
 * ```ts
 * import * as Envelope from "@dev-infra/sync-work-prod/Envelope"
 *
 * const { reading, text } = Envelope.open("What it is for.\n\n<!-- dev-infra:1 0123abcd was damaged -->")
 * export const shown = [text, reading._tag] // "What it is for.", "Damaged"
 * ```
 */
export const open = (description: string | null): Opened => {
  const found = description === null ? undefined : find(description)
  if (found === undefined) return { text: description, reading: { _tag: "Absent" } }
  const { after, before, reading } = found
  const isLast = after.trim() === ""
  // What only looks like an envelope is a text like any other, unless it stands where one stands.
  if (reading._tag === "Damaged" && !(isLast && (before === "" || before.endsWith("\n")))) return { text: description, reading: { _tag: "Absent" } }
  if (isLast) return { text: before === "" ? null : withoutSeparator(before), reading }
  return { text: before === "" ? after.trimStart() : `${withoutSeparator(before)}${after}`, reading }
}

/**
 * Puts an envelope behind a text.
 *
 * @category conversions
 */
export const seal = (text: string | null, extras: RowExtras.RowExtras): string => {
  const payload = toPayload(RowExtras.write(extras))
  return `${text === null ? "" : `${text}${separator}`}${opening}${RowExtras.version} ${checksum(payload)} ${payload} -->`
}
