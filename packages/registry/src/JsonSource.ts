/**
 * Write a changed JSON value back into the text that it was read from, so that what did not change stays byte for byte: layout,
 * line ends, numbers that no double can hold, the order of keys.
 *
 * Nothing is parsed again. The text is known to be valid JSON, and only the ranges of the children of what did change are looked for.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"

/** An object of JSON. @category models */
export type JsonObject = { readonly [key: string]: JsonValue }

/** Whether a value is an object of JSON: no list, no null. @category predicates */
export const isJsonObject = (value: JsonValue | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)

/** `Array.isArray` does not narrow a read-only array. */
const isList = (value: JsonValue): value is ReadonlyArray<JsonValue> => Array.isArray(value)

/** A child of an object: where its key and its value stand; ends are exclusive. @category models */
export interface Member {
  readonly key: string
  readonly keyStart: number
  readonly keyEnd: number
  readonly start: number
  readonly end: number
}

const skipSpace = (text: string, offset: number): number => {
  let index = offset
  for (let code = text.charCodeAt(index); code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; code = text.charCodeAt(index)) index += 1
  return index
}

// regular expressions walk a text about three times as fast as charCodeAt does
const aString = /"[^"\\]*(?:\\.[^"\\]*)*"/y
const aScalar = /[^,\]}\s]*/y
const bracketOrString = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g

const endOf = (pattern: RegExp, text: string, offset: number): number => {
  pattern.lastIndex = offset
  return pattern.test(text) ? pattern.lastIndex : text.length
}

const skipValue = (text: string, offset: number): number => {
  const first = text.charCodeAt(offset)
  if (first === 0x22) return endOf(aString, text, offset)
  if (first !== 0x7b && first !== 0x5b) return endOf(aScalar, text, offset)
  bracketOrString.lastIndex = offset
  let depth = 0
  while (bracketOrString.test(text)) {
    const last = text.charCodeAt(bracketOrString.lastIndex - 1)
    if (last === 0x7b || last === 0x5b) depth += 1
    else if (last !== 0x22 && --depth === 0) return bracketOrString.lastIndex
  }
  return text.length
}

/**
 * The members of the object whose `{` stands at `offset` (leading space allowed), keys that stand twice included.
 *
 * @param skip - finds the end of a value
 * @category parsing
 */
export const members = (text: string, offset: number, skip: (text: string, offset: number) => number = skipValue): ReadonlyArray<Member> => {
  const found: Array<Member> = []
  let index = skipSpace(text, skipSpace(text, offset) + 1)
  while (text.charCodeAt(index) === 0x22) {
    const keyEnd = endOf(aString, text, index)
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = skip(text, start)
    const parsed: unknown = JSON.parse(text.slice(index, keyEnd))
    found.push({ key: String(parsed), keyStart: index, keyEnd, start, end })
    index = skipSpace(text, end)
    if (text.charCodeAt(index) === 0x2c) index = skipSpace(text, index + 1)
  }
  return found
}

/** The elements of a list: starts and exclusive ends, and the exclusive end of the list itself. @category models */
export interface Elements {
  readonly starts: ReadonlyArray<number>
  readonly ends: ReadonlyArray<number>
  readonly end: number
}

/** The elements of the list whose `[` stands at `offset` (leading space allowed). @category parsing */
export const elements = (text: string, offset: number): Elements => {
  const starts: Array<number> = []
  const ends: Array<number> = []
  let index = skipSpace(text, skipSpace(text, offset) + 1)
  while (index < text.length && text.charCodeAt(index) !== 0x5d) {
    const end = skipValue(text, index)
    starts.push(index)
    ends.push(end)
    index = skipSpace(text, end)
    if (text.charCodeAt(index) === 0x2c) index = skipSpace(text, index + 1)
  }
  return { starts, ends, end: index + 1 }
}

/** Collects pieces of the source and new text; pieces that follow each other in the source become one. */
class Output {
  readonly #source: string
  readonly #pieces: Array<string> = []
  #start = 0
  #end = 0
  constructor(source: string) {
    this.#source = source
  }
  keep(start: number, end: number): void {
    if (start !== this.#end) {
      this.#flush()
      this.#start = start
    }
    this.#end = end
  }
  write(text: string): void {
    this.#flush()
    this.#pieces.push(text)
  }
  #flush(): void {
    if (this.#end > this.#start) this.#pieces.push(this.#source.slice(this.#start, this.#end))
    this.#start = this.#end = -1
  }
  get text(): string {
    this.#flush()
    return this.#pieces.join("")
  }
}

/** The index in `before` of what each element of `after` was, or -1: first by being the same value, then by `id` or `path`, then by place. */
const matchElements = (after: ReadonlyArray<JsonValue>, before: ReadonlyArray<JsonValue>): ReadonlyArray<number> => {
  const matches: Array<number> = []
  const isTaken = new Set<number>()
  let places: Map<JsonValue, Array<number>> | undefined
  let next = 0
  for (const value of after) {
    if (next >= before.length || before[next] !== value) {
      places ??= indexesOf(before)
      const place = places.get(value)?.find((index) => !isTaken.has(index))
      matches.push(place ?? -1)
      if (place === undefined) continue
      next = place
    } else matches.push(next)
    isTaken.add(next)
    while (isTaken.has(next)) next += 1
  }
  if (isTaken.size === before.length || !matches.includes(-1)) return matches
  const rest = before.flatMap((value, index) => isTaken.has(index) ? [] : [[value, index] as const])
  const byKey = (key: string) =>
    new Map<JsonValue, number>(rest.flatMap(([value, index]) => isJsonObject(value) && typeof value[key] === "string" ? [[value[key], index] as const] : []))
  const [byId, byPath] = [byKey("id"), byKey("path")]
  for (const [place, value] of after.entries()) {
    if (matches[place] !== -1) continue
    const candidates = isJsonObject(value) ? [byId.get(value["id"] ?? null), byPath.get(value["path"] ?? null), place] : [place]
    const old = candidates.find((index) => index !== undefined && index < before.length && !isTaken.has(index) && !hasOtherId(before[index] ?? null, value))
    if (old === undefined) continue
    matches[place] = old
    isTaken.add(old)
  }
  return matches
}

const indexesOf = (values: ReadonlyArray<JsonValue>): Map<JsonValue, Array<number>> => {
  const places = new Map<JsonValue, Array<number>>()
  for (const [index, value] of values.entries()) {
    const known = places.get(value)
    if (known === undefined) places.set(value, [index])
    else known.push(index)
  }
  return places
}

const hasOtherId = (a: JsonValue, b: JsonValue): boolean =>
  isJsonObject(a) && isJsonObject(b) && typeof a["id"] === "string" && typeof b["id"] === "string" && a["id"] !== b["id"]

/** One rewrite of one text. */
class Rewrite {
  readonly #text: string
  readonly #newline: string
  /** by start: a list is walked once, whether its end or its elements are asked for */
  readonly #lists = new Map<number, Elements>()
  readonly out: Output
  constructor(text: string) {
    this.#text = text
    this.#newline = /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n"
    this.out = new Output(text)
  }

  #elements(start: number): Elements {
    const known = this.#lists.get(start)
    if (known !== undefined) return known
    const found = elements(this.#text, start)
    this.#lists.set(start, found)
    return found
  }

  /** The spaces that the line of an offset begins with. */
  #indentAt(offset: number): string {
    const start = this.#text.lastIndexOf("\n", offset - 1) + 1
    return /^[ \t]*/.exec(this.#text.slice(start, Math.min(offset, start + 200)))?.[0] ?? ""
  }

  /** A value that was not there before, laid out like its surroundings: on one line if `lead` holds no line break. */
  #fresh(value: JsonValue, lead: string): string {
    const lineBreak = lead.lastIndexOf("\n")
    if (lineBreak === -1) return JSON.stringify(value)
    return JSON.stringify(value, null, 2).replaceAll("\n", this.#newline + lead.slice(lineBreak + 1))
  }

  value(after: JsonValue, before: JsonValue, start: number, end: number): void {
    if (Object.is(after, before)) this.out.keep(start, end)
    else if (isJsonObject(after) && isJsonObject(before)) this.#object(after, before, start, end)
    else if (isList(after) && isList(before)) this.#list(after, before, start, end)
    else this.out.write(this.#fresh(after, `\n${this.#indentAt(start)}`))
  }

  #list(after: ReadonlyArray<JsonValue>, before: ReadonlyArray<JsonValue>, start: number, end: number): void {
    const { ends, starts } = this.#elements(start)
    const matches = matchElements(after, before)
    this.#children(start, end, starts, ends, matches, (place, match, lead) => {
      const value = after[place] ?? null
      const old = before[match]
      if (match === -1 || old === undefined) this.out.write(this.#fresh(value, lead))
      else this.value(value, old, starts[match] ?? 0, ends[match] ?? 0)
    })
  }

  #object(after: JsonObject, before: JsonObject, start: number, end: number): void {
    const found = members(this.#text, start, (text, offset) => text[offset] === "[" ? this.#elements(offset).end : skipValue(text, offset))
    const last = new Map(found.map((member, index) => [member.key, index]))
    const kept = found.flatMap((member, index) => Object.hasOwn(after, member.key) ? [index] : [])
    const keys = Object.keys(after)
    const inOrder = keys.flatMap((key) => last.has(key) ? [last.get(key) ?? 0] : [])
    // the order of the file stands wherever the new object has another one (digits come first in objects, whatever the file says)
    const isSameOrder = inOrder.length === kept.length && inOrder.every((index, place) => index === kept[place])
    const children: ReadonlyArray<readonly [string, number]> = isSameOrder
      ? keys.map((key) => [key, last.get(key) ?? -1] as const)
      : [...kept.map((index) => [found[index]?.key ?? "", index] as const), ...keys.filter((key) => !last.has(key)).map((key) => [key, -1] as const)]
    const first = found[0]
    const colon = first === undefined ? ": " : this.#text.slice(first.keyEnd, first.start)
    this.#children(start, end, found.map(({ keyStart }) => keyStart), found.map((member) => member.end), children.map(([, index]) => index), (place, match, lead) => {
      const key = children[place]?.[0] ?? ""
      const value = after[key] ?? null
      const member = found[match]
      if (member === undefined) this.out.write(JSON.stringify(key) + colon + this.#fresh(value, lead))
      else if (last.get(key) !== match) this.out.keep(member.keyStart, member.end)
      else {
        this.out.keep(member.keyStart, member.start)
        this.value(value, before[key] ?? null, member.start, member.end)
      }
    })
  }

  /** The frame around children, and what stands between them: as in the source where two of them follow each other there too. */
  #children(
    start: number,
    end: number,
    starts: ReadonlyArray<number>,
    ends: ReadonlyArray<number>,
    matches: ReadonlyArray<number>,
    child: (place: number, match: number, lead: string) => void
  ): void {
    const count = starts.length
    const text = this.#text
    const indent = this.#indentAt(start)
    const lead = count === 0 ? `${this.#newline}${indent}  ` : text.slice(start + 1, starts[0])
    const separator = count < 2 ? `,${lead}` : text.slice(ends[count - 2], starts[count - 1])
    if (matches.length === 0) {
      this.out.write(text[start] === "{" ? "{}" : "[]")
      return
    }
    this.out.keep(start, start + 1)
    for (const [place, match] of matches.entries()) {
      const previous = matches[place - 1] ?? -1
      if (place === 0) {
        if (match === 0) this.out.keep(start + 1, starts[0] ?? 0)
        else this.out.write(lead)
      } else if (match > 0 && previous === match - 1) this.out.keep(ends[match - 1] ?? 0, starts[match] ?? 0)
      else this.out.write(separator)
      child(place, match, place === 0 ? lead : separator)
    }
    if (count === 0) this.out.write(`${this.#newline}${indent}`)
    this.out.keep(count === 0 ? end - 1 : ends[count - 1] ?? 0, end)
  }
}

/**
 * The text with `after` in the place of `before`.
 *
 * @param text - valid JSON
 * @param before - what `JSON.parse` made of it; parts of it that are in `after` as the same object are not compared further
 * @category printing
 */
export const rewrite = (text: string, before: JsonValue, after: JsonValue): string => {
  const start = skipSpace(text, 0)
  const end = text.trimEnd().length
  const run = new Rewrite(text)
  run.out.keep(0, start)
  run.value(after, before, start, end)
  run.out.keep(end, text.length)
  return run.out.text
}
