/**
 * Values as Go prints them: `%v`.
 *
 * @module
 */
import { timeText } from "../dates/TimeText.js"
import * as Limits from "../evaluation/Limits.js"
import { isList, isMap, sortedEntries } from "../evaluation/Values.js"
import type { GoValue } from "../GoValue.js"
import * as Floats from "./Floats.js"

const inner = (value: GoValue, counted: Limits.Visit, level: number): string => {
  switch (typeof value) {
    case "string":
      return value
    case "bigint":
      return value.toString()
    case "boolean":
      return value ? "true" : "false"
    case "number":
      return Floats.shown(value)
    default: {
      if (value === null) return "<nil>"
      Limits.visit(counted, level)
      if (isList(value)) return `[${joined(value, (entry) => inner(entry, counted, level + 1), counted)}]`
      if (isMap(value)) return `map[${joined(sortedEntries(value), ([key, entry]) => `${key}:${inner(entry, counted, level + 1)}`, counted)}]`
      return timeText(value)
    }
  }
}

const joined = <A>(entries: ReadonlyArray<A>, show: (entry: A) => string, counted: Limits.Visit): string => {
  let result = ""
  let first = true
  for (const entry of entries) {
    Limits.visit(counted, 0)
    result += first ? show(entry) : ` ${show(entry)}`
    first = false
    Limits.checkText(result.length)
  }
  return result
}

/** It throws LimitReached for a value that is larger than is allowed. @category combinators */
export const print = (value: GoValue): string => (typeof value === "string" ? value : inner(value, Limits.newVisit(), 0))

/** As `print` does: with a blank between two values if neither is a text. @category combinators */
export const printAll = (values: ReadonlyArray<GoValue>): string => {
  let result = ""
  for (const [index, value] of values.entries()) {
    const before = values[index - 1]
    if (index > 0 && typeof value !== "string" && typeof before !== "string") result += " "
    result += print(value)
    Limits.checkText(result.length)
  }
  return result
}

/** As `println` does. @category combinators */
export const printLine = (values: ReadonlyArray<GoValue>): string => {
  const result = `${values.map(print).join(" ")}\n`
  Limits.checkText(result.length)
  return result
}
