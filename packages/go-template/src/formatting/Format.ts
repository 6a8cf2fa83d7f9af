/**
 * `printf` of Go: its verbs, flags, and what it writes where they do not fit.
 *
 * @module
 */
import * as Limits from "../evaluation/Limits.js"
import { isList, isMap, sortedEntries, typeName } from "../evaluation/Values.js"
import type { GoValue } from "../GoValue.js"
import { goSyntax } from "./GoSyntax.js"
import { formatFloat, formatInteger, pad, type Spec } from "./Numbers.js"
import { print } from "./Print.js"
import { quote } from "./Quote.js"
import { timeText } from "../dates/TimeText.js"

const encoder = new TextEncoder()

const bad = (verb: string, value: GoValue): string => (value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${print(value)})`)

const hexText = (text: string, spec: Spec, upper: boolean): string => {
  const bytes = encoder.encode(text).slice(0, spec.precision)
  const start = spec.sharp ? (upper ? "0X" : "0x") : ""
  const parts = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).map((part) => (upper ? part.toUpperCase() : part))
  if (parts.length === 0) return ""
  return spec.space ? parts.map((part) => start + part).join(" ") : start + parts.join("")
}

const cut = (text: string, precision: number | undefined): string => (precision === undefined ? text : [...text].slice(0, precision).join(""))

const formatText = (text: string, verb: string, spec: Spec): string | undefined => {
  switch (verb) {
    case "v":
      return pad(spec.sharp ? quote(text) : cut(text, spec.precision), spec)
    case "s":
      return pad(cut(text, spec.precision), spec)
    case "q": {
      const shown = cut(text, spec.precision)
      return pad(spec.sharp && !/[`\r\u007f\ufeff]|[^\P{Cc}\t]/u.test(shown) ? `\`${shown}\`` : quote(shown, '"', spec.plus), spec)
    }
    case "x":
    case "X":
      return pad(hexText(text, spec, verb === "X"), spec)
    default:
      return undefined
  }
}

const formatOne = (value: GoValue, verb: string, spec: Spec, counted: Limits.Visit, level: number): string => {
  Limits.visit(counted, level)
  if (verb === "T") return pad(typeName(value), spec)
  if (verb === "v" && spec.sharp) return pad(goSyntax(value), { ...spec, zero: false })
  let shown: string | undefined
  switch (typeof value) {
    case "string":
      shown = formatText(value, verb, spec)
      break
    case "bigint":
      shown = formatInteger(value, verb, spec)
      break
    case "number":
      shown = formatFloat(value, verb, spec)
      break
    case "boolean":
      shown = verb === "t" || verb === "v" ? pad(String(value), { ...spec, zero: false }) : undefined
      break
    default: {
      if (value === null) shown = verb === "v" ? pad("<nil>", spec) : undefined
      else if (isList(value)) {
        if (verb === "p") break
        const parts = value.map((entry) => nested(entry, verb, spec, counted, level))
        shown = `[${parts.join(" ")}]`
      } else if (isMap(value)) {
        if (verb === "p") break
        shown = `map[${sortedEntries(value)
          .map(([key, entry]) => `${nested(key, verb, spec, counted, level)}:${nested(entry, verb, spec, counted, level)}`)
          .join(" ")}]`
      } else shown = formatText(timeText(value), verb, spec)
    }
  }
  const result = shown ?? bad(verb, value)
  Limits.checkText(result.length)
  return result
}

const nested = (value: GoValue, verb: string, spec: Spec, counted: Limits.Visit, level: number): string => {
  // within lists and maps what is nothing is written like this, whatever the verb
  if (value === null) return verb === "v" || verb === "s" ? (verb === "v" ? pad("<nil>", spec) : "%!s(<nil>)") : `%!${verb}(<nil>)`
  return formatOne(value, verb, spec, counted, level + 1)
}

/** More is not written before or behind a point, or as the width of a column. */
const widest = 10_000

interface State {
  readonly format: string
  readonly values: ReadonlyArray<GoValue>
  at: number
  next: number
  /** an index such as `[2]` was used: nothing is EXTRA then */
  reordered: boolean
  goodIndex: boolean
}

const readNumber = (state: State): number | undefined => {
  const digits = /^\d+/.exec(state.format.slice(state.at, state.at + 12))?.[0]
  if (digits === undefined) return undefined
  state.at += digits.length
  return Number(digits)
}

const readIndex = (state: State): boolean => {
  if (state.format[state.at] !== "[") return false
  state.reordered = true
  const close = state.format.indexOf("]", state.at)
  const written = close < 0 ? "" : state.format.slice(state.at + 1, close)
  state.at = close < 0 ? state.at + 1 : close + 1
  const index = /^\d{1,9}$/.test(written) ? Number(written) : 0
  if (index >= 1 && index <= state.values.length) state.next = index - 1
  else state.goodIndex = false
  return true
}

/** `*`: the width or precision is the next value. */
const readStar = (state: State): number | "bad" | undefined => {
  if (state.format[state.at] !== "*") return undefined
  state.at++
  const value = state.values[state.next]
  if (state.next < state.values.length) state.next++
  return typeof value === "bigint" && value <= BigInt(widest) && value >= -BigInt(widest) ? Number(value) : "bad"
}

const readFlags = (state: State): Spec => {
  const spec = { plus: false, minus: false, sharp: false, space: false, zero: false }
  for (; ; state.at++) {
    switch (state.format[state.at]) {
      case "#":
        spec.sharp = true
        break
      case "0":
        spec.zero = true
        break
      case "+":
        spec.plus = true
        break
      case "-":
        spec.minus = true
        break
      case " ":
        spec.space = true
        break
      default:
        return { ...spec, zero: spec.zero && !spec.minus, width: undefined, precision: undefined }
    }
  }
}

/** One verb, from behind its `%`. */
const verb = (state: State): string => {
  let spec = readFlags(state)
  let prefix = ""
  state.goodIndex = true
  let afterIndex = readIndex(state)
  const star = readStar(state)
  if (star === "bad") prefix += "%!(BADWIDTH)"
  else if (star !== undefined) spec = star < 0 ? { ...spec, minus: true, zero: false, width: -star } : { ...spec, width: star }
  else {
    const width = readNumber(state)
    if (width !== undefined && width > widest) prefix += "%!(BADWIDTH)"
    else if (width !== undefined) spec = { ...spec, width }
    // "%[3]2d"
    if (afterIndex && width !== undefined) state.goodIndex = false
  }
  if (star !== undefined) afterIndex = false
  if (state.format[state.at] === ".") {
    state.at++
    if (afterIndex) state.goodIndex = false
    afterIndex = readIndex(state)
    const given = readStar(state)
    if (given === "bad" || (given !== undefined && given < 0)) prefix += "%!(BADPREC)"
    else if (given !== undefined) {
      spec = { ...spec, precision: given }
      afterIndex = false
    } else {
      const precision = readNumber(state) ?? 0
      if (precision > widest) prefix += "%!(BADPREC)"
      else spec = { ...spec, precision }
    }
  }
  if (!afterIndex) readIndex(state)
  if (state.at >= state.format.length) return `${prefix}%!(NOVERB)`
  const letter = String.fromCodePoint(state.format.codePointAt(state.at) ?? 0)
  state.at += letter.length
  if (letter === "%") return `${prefix}%`
  if (!state.goodIndex) return `${prefix}%!${letter}(BADINDEX)`
  if (state.next >= state.values.length) return `${prefix}%!${letter}(MISSING)`
  const value = state.values[state.next] ?? null
  state.next++
  return prefix + formatOne(value, letter, spec, Limits.newVisit(), 0)
}

/** It throws LimitReached for more text than is allowed. @category combinators */
export const format = (text: string, values: ReadonlyArray<GoValue>): string => {
  const state: State = { format: text, values, at: 0, next: 0, reordered: false, goodIndex: true }
  let result = ""
  for (;;) {
    const percent = text.indexOf("%", state.at)
    if (percent < 0) break
    result += text.slice(state.at, percent)
    state.at = percent + 1
    result += verb(state)
    Limits.checkText(result.length)
  }
  result += text.slice(state.at)
  if (!state.reordered && state.next < values.length) {
    const extra = values.slice(state.next).map((value) => (value === null ? "<nil>" : `${typeName(value)}=${print(value)}`))
    result += `%!(EXTRA ${extra.join(", ")})`
  }
  return result
}
