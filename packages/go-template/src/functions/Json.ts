/**
 * JSON as Go writes and reads it.
 *
 * @module
 */
import * as Either from "effect/Either"
import { formatTime } from "../dates/Layout.js"
import * as Limits from "../evaluation/Limits.js"
import { OwnMap } from "../evaluation/OwnMaps.js"
import { isList, isMap, sortedEntries } from "../evaluation/Values.js"
import * as Floats from "../formatting/Floats.js"
import type { GoValue } from "../GoValue.js"

interface Style {
  readonly html: boolean
  readonly indent: string
  readonly counted: Limits.Visit
}

const unsafe = /[<>&]/g

const codes: { readonly [character: string]: string } = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" }

const text = (value: string, html: boolean): string => {
  const written = JSON.stringify(value)
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029")
    .replace(/\\ud[89a-f][0-9a-f]{2}/g, "\\ufffd")
  return html ? written.replace(unsafe, (character) => codes[character] ?? character) : written
}

const number = (value: number): string => {
  if (!Number.isFinite(value)) throw new TypeError(`${Floats.shown(value)} is no number of JSON`)
  const magnitude = Math.abs(value)
  const sign = value < 0 ? "-" : ""
  if (magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e21)) return sign + Floats.shortExponential(magnitude).replace(/e-0(\d)$/, "e-$1")
  return sign + Floats.shortFixed(magnitude)
}

const write = (value: GoValue, style: Style, level: number): string => {
  switch (typeof value) {
    case "string":
      return text(value, style.html)
    case "bigint":
    case "boolean":
      return String(value)
    case "number":
      return number(value)
    default: {
      if (value === null) return "null"
      Limits.visit(style.counted, level)
      if (isList(value)) return group("[", "]", value.map((entry) => write(entry, style, level + 1)), style, level)
      if (!isMap(value)) return JSON.stringify(formatTime(value, "2006-01-02T15:04:05.999999999Z07:00"))
      const colon = style.indent === "" ? ":" : ": "
      return group("{", "}", sortedEntries(value).map(([key, entry]) => text(key, style.html) + colon + write(entry, style, level + 1)), style, level)
    }
  }
}

const group = (open: string, close: string, entries: ReadonlyArray<string>, style: Style, level: number): string => {
  if (entries.length === 0) return open + close
  style.counted.left -= entries.length
  let length = 0
  for (const entry of entries) Limits.checkText((length += entry.length))
  if (style.indent === "") return `${open}${entries.join(",")}${close}`
  const line = `\n${style.indent.repeat(level)}`
  return `${open}${line}${style.indent}${entries.join(`,${line}${style.indent}`)}${line}${close}`
}

/** It throws for what JSON cannot hold. `html`: `<`, `>` and `&` are escaped. @category combinators */
export const toJson = (value: GoValue, style: { readonly html: boolean; readonly indent: string }): string => write(value, { ...style, counted: Limits.newVisit() }, 0)

/** Numbers of JSON are floats, as in Go. */
const fromUnknown = (value: unknown, level: number): GoValue => {
  if (level > Limits.valueDepth) throw new Limits.LimitReached("a value is nested more deeply than is allowed")
  if (Array.isArray(value)) return value.map((entry) => fromUnknown(entry, level + 1))
  if (typeof value === "object" && value !== null) return new OwnMap(Object.entries(value).map(([key, entry]) => [key, fromUnknown(entry, level + 1)]))
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null
}

/** @category combinators */
export const fromJson = (written: string): Either.Either<GoValue, string> => {
  let parsed: unknown
  try {
    parsed = JSON.parse(written)
  } catch {
    return Either.left(`${JSON.stringify(written.slice(0, 60))} is no JSON`)
  }
  return Either.right(fromUnknown(parsed, 0))
}
