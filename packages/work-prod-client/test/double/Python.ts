/** What the language and the database that work-prod 0.3.0 is made of do with JSON and patterns. */

/** What `json.loads` gives. Integers beyond the safe ones are big. */
export type Value = null | boolean | number | bigint | string | ReadonlyArray<Value> | { readonly [key: string]: Value }

/** `Malformed`: no JSON. `TooDeep`: the program ran out of stack. */
export type Parsed = { readonly _tag: "Value"; readonly value: Value } | { readonly _tag: "Malformed" } | { readonly _tag: "TooDeep" }

class Malformed extends Error {}
class TooDeep extends Error {}

/** Levels that Python's stack has room for. */
const depthLimit = 990

/** Digits of the longest integer that Python reads. */
const digitLimit = 4300

const escapes: { readonly [letter: string]: string } = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", "\"": "\"", "\\": "\\", "/": "/" }

const words: ReadonlyArray<readonly [string, Value]> = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["Infinity", Number.POSITIVE_INFINITY]
]

const readText = (text: string): Value => {
  let at = 0
  const blank = () => {
    while (/[ \t\r\n]/.test(text[at] ?? "")) at += 1
  }
  const take = (expected: string) => {
    if (!text.startsWith(expected, at)) throw new Malformed()
    at += expected.length
  }
  const string = (): string => {
    take("\"")
    let read = ""
    for (;;) {
      const letter = text[at]
      if (letter === undefined || letter < " ") throw new Malformed()
      at += 1
      if (letter === "\"") return read
      if (letter !== "\\") {
        read += letter
        continue
      }
      const code = text[at] ?? ""
      at += 1
      if (code === "u") {
        const hex = text.slice(at, at + 4)
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new Malformed()
        at += 4
        read += String.fromCharCode(Number.parseInt(hex, 16))
      } else {
        const escaped = escapes[code]
        if (escaped === undefined) throw new Malformed()
        read += escaped
      }
    }
  }
  const number = (): Value => {
    const found = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(text.slice(at, at + 10_000))
    if (found === null) throw new Malformed()
    at += found[0].length
    if (found[1] !== undefined || found[2] !== undefined) return Number(found[0])
    if (found[0].length > digitLimit) throw new Malformed()
    return Number.isSafeInteger(Number(found[0])) ? Number(found[0]) : BigInt(found[0])
  }
  const value = (depth: number): Value => {
    if (depth > depthLimit) throw new TooDeep()
    blank()
    const first = text[at]
    if (first === "\"") return string()
    if (first === "[") {
      at += 1
      const list: Array<Value> = []
      blank()
      if (text[at] === "]") {
        at += 1
        return list
      }
      for (;;) {
        list.push(value(depth + 1))
        blank()
        if (text[at] === "]") break
        take(",")
      }
      at += 1
      return list
    }
    if (first === "{") {
      at += 1
      const entries = new Map<string, Value>()
      blank()
      if (text[at] === "}") {
        at += 1
        return {}
      }
      for (;;) {
        blank()
        const key = string()
        blank()
        take(":")
        entries.set(key, value(depth + 1))
        blank()
        if (text[at] === "}") break
        take(",")
      }
      at += 1
      return Object.fromEntries(entries)
    }
    const word = words.find(([name]) => text.startsWith(name, at))
    if (word === undefined) return number()
    at += word[0].length
    return word[1]
  }
  const read = value(0)
  blank()
  if (at < text.length) throw new Malformed()
  return read
}

/** `json.loads` of bytes: UTF-8 with or without a mark in front. */
export const parse = (bytes: Uint8Array): Parsed => {
  try {
    return { _tag: "Value", value: readText(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) }
  } catch (fault) {
    return { _tag: fault instanceof TooDeep ? "TooDeep" : "Malformed" }
  }
}

const ascii = (text: string): string => text.replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** `json.dumps` with sorted keys and without blanks. */
export const dump = (value: Value): string => {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return String(value)
  if (typeof value !== "object" || value === null) return ascii(JSON.stringify(value))
  if (isList(value)) return `[${value.map(dump).join(",")}]`
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, entry]) => `${ascii(JSON.stringify(key))}:${dump(entry)}`).join(",")}}`
}

export const isList = (value: Value): value is ReadonlyArray<Value> => Array.isArray(value)

export const isDictionary = (value: Value): value is { readonly [key: string]: Value } => typeof value === "object" && value !== null && !isList(value)

/** Whether `if value:` goes on. */
export const isTrue = (value: Value | undefined): boolean => {
  if (value === undefined || value === null || value === "" || value === false || value === 0 || value === 0n) return false
  return isList(value) ? value.length > 0 : isDictionary(value) ? Object.keys(value).length > 0 : true
}

/** Whether `name in value` is so; undefined where it raises. */
export const contains = (value: Value, name: string): boolean | undefined => {
  if (typeof value === "string") return value.includes(name)
  if (isList(value)) return value.includes(name)
  return isDictionary(value) ? Object.hasOwn(value, name) : undefined
}

/** What a text column keeps of a value; undefined where the database driver raises. */
export const asText = (value: Value | undefined): string | null | undefined => {
  switch (typeof value) {
    case "string":
      return /\p{Surrogate}/u.test(value) ? undefined : value
    case "number":
      return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? null : String(value)
    case "boolean":
      return value ? "1" : "0"
    case "bigint":
      return value < 2n ** 63n && value >= -(2n ** 63n) ? String(value) : undefined
    default:
      return value === null || value === undefined ? null : undefined
  }
}

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** `text LIKE '%term%'` of SQLite: a pattern ends at NUL, and only A to Z have two cases. */
export const isLike = (text: string | null, term: string): boolean => {
  if (text === null) return false
  const end = term.indexOf("\0")
  const pattern = end < 0 ? `%${term}%` : `%${term.slice(0, end)}`
  const source = lower(pattern).replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", "[^]*").replaceAll("_", "[^]")
  return new RegExp(`^${source}$`, "u").test(lower(text))
}
