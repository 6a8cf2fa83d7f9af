/**
 * Values as a program in Go would write them: `%#v`.
 *
 * @module
 */
import { localParts } from "../dates/Zone.js"
import * as Limits from "../evaluation/Limits.js"
import { isList, isMap, sortedEntries } from "../evaluation/Values.js"
import type { GoTime, GoValue } from "../GoValue.js"
import * as Floats from "./Floats.js"
import { quote } from "./Quote.js"

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

const timeSyntax = (time: GoTime): string => {
  const { year, month, day, hour, minute, second, millisecond } = localParts(time)
  const zone = time.zone === "UTC" ? "time.UTC" : `time.Location(${quote(time.zone)})`
  return `time.Date(${year}, time.${months[month - 1] ?? ""}, ${day}, ${hour}, ${minute}, ${second}, ${millisecond * 1_000_000}, ${zone})`
}

const inner = (value: GoValue, counted: Limits.Visit, level: number): string => {
  Limits.visit(counted, level)
  switch (typeof value) {
    case "string":
      return quote(value)
    case "bigint":
    case "boolean":
      return String(value)
    case "number":
      return Floats.shown(value)
    default:
      if (value === null) return level === 0 ? "<nil>" : "interface {}(nil)"
      if (isList(value)) return `[]interface {}{${value.map((entry) => inner(entry, counted, level + 1)).join(", ")}}`
      if (isMap(value)) {
        return `map[string]interface {}{${sortedEntries(value)
          .map(([key, entry]) => `${quote(key)}:${inner(entry, counted, level + 1)}`)
          .join(", ")}}`
      }
      return timeSyntax(value)
  }
}

/** It throws LimitReached for a value that is larger than is allowed. @category combinators */
export const goSyntax = (value: GoValue): string => inner(value, Limits.newVisit(), 0)
