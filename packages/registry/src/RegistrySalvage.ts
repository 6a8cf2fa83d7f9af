/**
 * Get out of a damaged registry file what can still be read, as text, so that nothing is changed on the way.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import { positionAt } from "./JsonFault.js"
import { elements, isJsonObject, members } from "./JsonSource.js"
import { latest } from "./RegistryMigration.js"

/** An entry, as it stands in a file and as a value. @category models */
export interface SalvagedEntry {
  readonly text: string
  readonly value: JsonValue
}

/** What could be read of a file. @category models */
export interface Salvage {
  readonly entries: ReadonlyArray<SalvagedEntry>
  /** the other keys of the file, each with its value as text */
  readonly rest: ReadonlyArray<readonly [string, string]>
  /** the lines at which something stands that could not be read */
  readonly lostLines: ReadonlyArray<number>
  /** the list of projects was there from its beginning to its end */
  readonly isComplete: boolean
}

const parseJson = (text: string): Either.Either<JsonValue, unknown> =>
  // JSON.parse returns what JSON can hold, nothing else
  Either.try(() => JSON.parse(text) as JsonValue)

/** The end of an object or list in a text that may be broken: a text that is not closed ends with its line. -1 if it has no end. */
const balancedEnd = (text: string, start: number): number => {
  const tokens = /"[^"\\\n]*(?:\\.[^"\\\n]*)*(?:"|(?=\n)|$)|[{}[\]]/g
  tokens.lastIndex = start
  let depth = 0
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    if (match[0] === "{" || match[0] === "[") depth += 1
    else if ((match[0] === "}" || match[0] === "]") && --depth === 0) return tokens.lastIndex
  }
  return -1
}

const restOf = (object: string): ReadonlyArray<readonly [string, string]> => {
  if (Either.isLeft(parseJson(object))) return []
  return members(object, 0).flatMap(({ end, key, start }) => key === "projects" || key === "version" ? [] : [[key, object.slice(start, end)] as const])
}

/**
 * Walk the list of projects entry by entry; what is no JSON is left out. A file that is only a list is taken for the list of
 * projects.
 *
 * @param isWhole - whether a piece of the text is as it was in the file; every one by default
 * @category parsing
 */
export const salvage = (text: string, isWhole: (piece: string) => boolean = () => true): Salvage => {
  const source = text.replace(/^\uFEFF/, "")
  const found = /^\s*\[/.exec(source) ?? /"projects"\s*:\s*\[/.exec(source)
  if (found === null) return { entries: [], rest: [], lostLines: [], isComplete: false }
  const entries: Array<SalvagedEntry> = []
  const lostLines: Array<number> = []
  const first = found.index + found[0].length
  let offset = first
  let isComplete = false
  /** how a line begins on which an entry begins */
  let lineStart: string | undefined
  while (offset < source.length) {
    offset += /^[\s,]*/.exec(source.slice(offset, offset + 1000))?.[0].length ?? 0
    if (/[\s,]/.test(source[offset] ?? "")) continue
    if (source[offset] === "]") {
      isComplete = true
      offset += 1
      break
    }
    if (offset >= source.length) break
    const isNested = source[offset] === "{" || source[offset] === "["
    lineStart ??= /\n[ \t]*$/.exec(source.slice(0, offset))?.[0]
    const next = lineStart === undefined ? -1 : source.indexOf(`${lineStart}{`, offset)
    const scalar = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"|[^\s,\]]+/y
    scalar.lastIndex = offset
    const end = isNested ? balancedEnd(source, offset) : scalar.test(source) ? scalar.lastIndex : -1
    const piece = source.slice(offset, end)
    const value = end === -1 || !isWhole(piece) ? Either.left(undefined) : parseJson(piece)
    // a value between entries is debris of a broken one
    if (Either.isRight(value) && isNested) {
      entries.push({ text: piece, value: value.right })
      offset = end
      continue
    }
    lostLines.push(positionAt(source, offset).line)
    // the next line that begins like an entry; a broken entry may have swallowed the rest
    if (next !== -1) offset = next + (lineStart ?? "").length
    else if (end === -1) break
    else offset = end
  }
  const isList = found[0].endsWith("[") && !found[0].includes("\"")
  const head = isList ? "" : `${source.slice(0, found.index).replace(/,?\s*$/, "")}}`
  const tail = isComplete && !isList ? `{${source.slice(offset).replace(/^\s*,?/, "")}` : ""
  return { entries, rest: [...restOf(head), ...restOf(tail)], lostLines, isComplete }
}

/** The entries and keys of a text that is a whole registry. @category parsing */
export const dismantle = (source: string): Salvage => {
  const projects = members(source, 0).findLast(({ key }) => key === "projects")
  const { ends, starts } = elements(source, projects?.start ?? 0)
  const entries = starts.flatMap((start, index) => {
    const text = source.slice(start, ends[index])
    return Either.match(parseJson(text), { onLeft: () => [], onRight: (value) => [{ text, value }] })
  })
  return { entries, rest: restOf(source), lostLines: [], isComplete: true }
}

/** The two sides of a text that a merge was left unfinished in; what both had in common before (`|||||||`) is left out. @category parsing */
export const conflictSides = (text: string): readonly [ours: string, theirs: string] => {
  const sides: [Array<string>, Array<string>] = [[], []]
  let section: "both" | "ours" | "base" | "theirs" = "both"
  for (const line of text.split("\n")) {
    if (/^<{7}(?: |\r?$)/.test(line)) section = "ours"
    else if (/^\|{7}(?: |\r?$)/.test(line) && section === "ours") section = "base"
    else if (/^={7}\r?$/.test(line) && section !== "both") section = "theirs"
    else if (/^>{7}(?: |\r?$)/.test(line)) section = "both"
    else {
      if (section === "both" || section === "ours") sides[0].push(line)
      if (section === "both" || section === "theirs") sides[1].push(line)
    }
  }
  return [sides[0].join("\n"), sides[1].join("\n")]
}

const textField = (entry: SalvagedEntry, key: string): string | undefined => {
  const value = isJsonObject(entry.value) ? entry.value[key] : undefined
  return typeof value === "string" ? value : undefined
}

/** Two sets of entries as one. @category models */
export interface Union {
  readonly entries: ReadonlyArray<SalvagedEntry>
  /** how many of them only the second set had */
  readonly added: number
  /** those that both have but that differ; the first set's stands */
  readonly differing: ReadonlyArray<SalvagedEntry>
}

/**
 * The entries of the first set, then those that only the second has. Entries are the same if their ids are equal, or, where one
 * has no id, their paths.
 *
 * @category combinators
 */
export const unite = (first: ReadonlyArray<SalvagedEntry>, second: ReadonlyArray<SalvagedEntry>): Union => {
  const byId = new Map(first.flatMap((entry) => textField(entry, "id") === undefined ? [] : [[textField(entry, "id"), entry] as const]))
  const byPath = new Map(first.flatMap((entry) => textField(entry, "path") === undefined ? [] : [[textField(entry, "path"), entry] as const]))
  const texts = new Set(first.map(({ text }) => text))
  const added: Array<SalvagedEntry> = []
  const differing: Array<SalvagedEntry> = []
  for (const entry of second) {
    const id = textField(entry, "id")
    const path = textField(entry, "path")
    const atPath = path === undefined ? undefined : byPath.get(path)
    const same = (id === undefined ? undefined : byId.get(id)) ?? (atPath !== undefined && (id === undefined || textField(atPath, "id") === undefined) ? atPath : undefined)
    if (same !== undefined) {
      if (JSON.stringify(same.value) !== JSON.stringify(entry.value)) differing.push(entry)
    } else if (!texts.has(entry.text)) added.push(entry)
  }
  return { entries: [...first, ...added], added: added.length, differing }
}

/** A file of the newest version with these entries and keys, each as it was. @category printing */
export const assemble = (entries: ReadonlyArray<SalvagedEntry>, rest: ReadonlyArray<readonly [string, string]>): string => {
  const list = entries.length === 0 ? "[]" : `[\n    ${entries.map(({ text }) => text).join(",\n    ")}\n  ]`
  const others = [...new Map(rest)].map(([key, text]) => `,\n  ${JSON.stringify(key)}: ${text}`)
  return `{\n  "version": ${JSON.stringify(latest)},\n  "projects": ${list}${others.join("")}\n}\n`
}
