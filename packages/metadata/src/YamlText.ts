/**
 * Values as YAML text: on one line where possible, quoted only where needed, in the style that the file has already.
 *
 * @module
 */

/** How a text is quoted. */
export type Quoting = "plain" | "single" | "double"

/**
 * The style in which a value is written. `quoting` is what neighbours use; `numbersArePlain` lets a text that looks like a
 * number go without quotes (because the value that it replaces did).
 *
 * @category models
 */
export interface Style {
  readonly quoting: Quoting
  readonly numbersArePlain: boolean
  readonly newline: string
}

// oxlint-disable-next-line no-control-regex -- control characters need escapes
const needsEscape = /[\0-\x1f\x7f-\x9f\u2028\u2029\uFEFF\uFFFE\uFFFF]|\p{Surrogate}/u
const indicator = /^[-?:,[\]{}#&*!|>'"%@`]/
const otherKind = /^(?:~|null|true|false|yes|no|on|off|y|n)$/i
const looksLikeNumber = /^[-+]?(?:(?:\d[\d_]*(?:\.[\d_]*)?|\.[\d_]+)(?:e[-+]?\d+)?|0[xob][\da-f_]+|\d+(?::\d+)+(?:\.\d*)?|\.inf|\.nan)$/i
const calendarDate = /^\d{4}-\d{2}-\d{2}$/

const canBePlain = (text: string, inFlow: boolean, style: Style): boolean =>
  text !== "" &&
  text.trim() === text &&
  !needsEscape.test(text) &&
  !(indicator.test(text) && !/^-[^\s,[\]{}-]/.test(text)) &&
  !/:(?:\s|$)|\s#|^---|^\.\.\.|^<<$/.test(text) &&
  !otherKind.test(text) &&
  (calendarDate.test(text) || style.numbersArePlain || !looksLikeNumber.test(text)) &&
  !(inFlow && /[,[\]{}:]/.test(text))

const doubleQuoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\uFEFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

/** A text as one line of YAML. */
export const textToYaml = (text: string, style: Style, inFlow = false): string => {
  if (style.quoting === "plain" && canBePlain(text, inFlow, style)) return text
  if (style.quoting === "single" && !needsEscape.test(text)) return `'${text.replaceAll("'", "''")}'`
  return doubleQuoted(text)
}

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)
const isGroup = (value: unknown): value is { readonly [key: string]: unknown } => typeof value === "object" && value !== null && !isList(value)

/** A key as YAML text. */
export const keyToYaml = (key: string): string =>
  /^[A-Za-z_][\w.-]*$/.test(key) && !otherKind.test(key) ? key : doubleQuoted(key)

/** Any value on one line. */
export const inlineYaml = (value: unknown, style: Style, inFlow = false): string => {
  if (typeof value === "string") return textToYaml(value, style, inFlow)
  if (isList(value)) return `[${value.map((item) => inlineYaml(item, style, true)).join(", ")}]`
  if (isGroup(value)) {
    const parts = Object.keys(value).filter((key) => value[key] !== undefined).map((key) => `${keyToYaml(key)}: ${inlineYaml(value[key], style, true)}`)
    return `{${parts.join(", ")}}`
  }
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? ".nan" : value < 0 ? "-.inf" : ".inf"
  return value === undefined ? "null" : Object.is(value, -0) ? "-0" : String(value)
}

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null

/** Whether a value is written behind its key, not on lines of its own. */
export const isInline = (key: string, value: unknown): boolean =>
  isScalar(value) || (isList(value) && (value.length === 0 || (key === "tags" && value.every(isScalar)))) || (isGroup(value) && Object.keys(value).length === 0)

/** The lines of `key: value`, indented; without a newline at the end. */
export const pairLines = (key: string, value: unknown, indent: string, style: Style): ReadonlyArray<string> =>
  isInline(key, value)
    ? [`${indent}${keyToYaml(key)}: ${inlineYaml(value, style)}`]
    : [`${indent}${keyToYaml(key)}:`, ...valueLines(value, `${indent}  `, style)]

/** The lines of one item of a list, indented; without a newline at the end. */
export const itemLines = (item: unknown, indent: string, style: Style): ReadonlyArray<string> => {
  if (!isGroup(item) || Object.keys(item).length === 0) return [`${indent}- ${inlineYaml(item, style)}`]
  const [first, ...others] = valueLines(item, `${indent}  `, style)
  return [`${indent}- ${(first ?? "{}").trimStart()}`, ...others]
}

/** The lines of a list or a group below its key, indented; without a newline at the end. */
export const valueLines = (value: unknown, indent: string, style: Style): ReadonlyArray<string> => {
  if (isList(value)) return value.flatMap((item) => itemLines(item, indent, style))
  if (isGroup(value)) {
    return Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .flatMap((key) => pairLines(key, value[key], indent, style))
  }
  return [`${indent}${inlineYaml(value, style)}`]
}

/**
 * A text of several lines as a literal block (`|`), for a value that was one before; nothing if a block cannot hold it.
 *
 * @param indent of the lines of the block
 */
export const literalBlock = (text: string, indent: string, style: Style): string | undefined => {
  const kept = text.endsWith("\n") ? text.slice(0, -1) : text
  const lines = kept.split("\n")
  const holdsAll = kept.includes("\n") && lines.every((line) => !needsEscape.test(line)) && !/^\s/.test(kept) && !/^\s*$/.test(lines.at(-1) ?? "") && !lines.some((line) => line !== "" && line.trim() === "")
  if (!holdsAll) return undefined
  const header = text.endsWith("\n") ? "|" : "|-"
  return [header, ...lines.map((line) => (line === "" ? "" : `${indent}${line}`))].join(style.newline)
}
