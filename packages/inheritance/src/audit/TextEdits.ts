/**
 * Edits of YAML that leave everything else as it is: comments, order, quotes.
 *
 * @module
 */
import { isMap, isScalar, isSeq, parseDocument, type Scalar, type YAMLMap } from "yaml"

/** Replaces part of a text; offsets in UTF-16 units. */
export interface Replacement {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** All at once; where two overlap the later one is left out. */
export const apply = (text: string, replacements: ReadonlyArray<Replacement>): string => {
  let result = ""
  let at = 0
  for (const replacement of replacements.toSorted((left, right) => left.from - right.from)) {
    if (replacement.from < at) continue
    result += text.slice(at, replacement.from) + replacement.text
    at = replacement.to
  }
  return result + text.slice(at)
}

const needsQuotes = (value: string): boolean => !/^[A-Za-z_./][\w./+:@-]*$/.test(value) || /^(?:true|false|null|yes|no|on|off|~)$/i.test(value) || /:(?:\s|$)/.test(value)

/** The value of a scalar in the quotes that it had, or those that it needs. */
const written = (scalar: Scalar, value: string): string => {
  if (scalar.type === "QUOTE_SINGLE") return `'${value.replaceAll("'", "''")}'`
  if (scalar.type === "QUOTE_DOUBLE" || needsQuotes(value)) return JSON.stringify(value)
  return value
}

const replaced = (scalar: unknown, value: string): ReadonlyArray<Replacement> => {
  if (!isScalar(scalar) || scalar.range === undefined || scalar.range === null) return []
  return [{ from: scalar.range[0], to: scalar.range[1], text: written(scalar, value) }]
}

const entryIn = (text: string, name: string): YAMLMap | undefined => {
  const document = parseDocument(text, { prettyErrors: false, logLevel: "silent" })
  const list = document.get("inherits", true)
  const found = isSeq(list) ? list.items.find((item) => isMap(item) && item.get("name") === name) : undefined
  return isMap(found) ? found : undefined
}

/** Gives an entry of `inherits` another ref, and another path if one is given. */
export const inheritsEdit = (text: string, name: string, ref: string, path: string | undefined): ReadonlyArray<Replacement> => {
  const entry = entryIn(text, name)
  if (entry === undefined) return []
  const old = entry.get("ref", true)
  const from = entry.get("from", true)
  const source = isScalar(from) && typeof from.value === "string" ? from.value : ""
  const changed = isScalar(old) && old.value !== null ? replaced(old, ref) : replaced(from, `${source.slice(0, source.lastIndexOf("@"))}@${ref}`)
  return [...changed, ...(path === undefined ? [] : replaced(entry.get("path", true), path))]
}

/** Gives an include of a Taskfile another target. */
export const includeEdit = (text: string, namespace: string, target: string): ReadonlyArray<Replacement> => {
  const includes = parseDocument(text, { prettyErrors: false, logLevel: "silent" }).get("includes", true)
  const value = isMap(includes) ? includes.get(namespace, true) : undefined
  return replaced(isMap(value) ? value.get("taskfile", true) : value, target)
}

/** The offset of a line and column, both from 1. */
const offsetOf = (text: string, line: number, column: number): number => {
  let at = 0
  for (let count = 1; count < line; count++) {
    const next = text.indexOf("\n", at)
    if (next < 0) return text.length
    at = next + 1
  }
  return Math.min(text.length, at + column - 1)
}

/** So far behind the place of a call its name may stand: `- silent: true`, `vars:` and the like come before. */
const farthest = 2000

const isPartOfName = (character: string | undefined): boolean => character !== undefined && /[\w:.-]/.test(character)

/** Gives a call that begins at a place another name; nothing if the name does not stand there as it is. */
export const callEdit = (text: string, place: { readonly line: number; readonly column: number }, before: string, now: string): ReadonlyArray<Replacement> => {
  const start = offsetOf(text, place.line, place.column)
  for (let at = text.indexOf(before, start); at >= 0 && at - start <= farthest; at = text.indexOf(before, at + 1)) {
    const end = at + before.length
    if (!isPartOfName(text[at - 1]) && !isPartOfName(text[end])) return [{ from: at, to: end, text: now }]
  }
  return []
}
