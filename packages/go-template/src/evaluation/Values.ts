/**
 * What kinds of values there are, and what Go calls them.
 *
 * @module
 */
import type { GoMap, GoTime, GoValue } from "../GoValue.js"

/** @category guards */
export const isList = (value: GoValue | undefined): value is ReadonlyArray<GoValue> => Array.isArray(value)

/** @category guards */
export const isMap = (value: GoValue | undefined): value is GoMap => value instanceof Map

/** @category guards */
export const isTime = (value: GoValue | undefined): value is GoTime => typeof value === "object" && value !== null && "_tag" in value

/** As `%T` says it. @category combinators */
export const typeName = (value: GoValue | undefined): string => {
  switch (typeof value) {
    case "boolean":
      return "bool"
    case "bigint":
      return "int"
    case "number":
      return "float64"
    case "string":
      return "string"
    default:
      if (value === null || value === undefined) return "<nil>"
      return isList(value) ? "[]interface {}" : isMap(value) ? "map[string]interface {}" : "time.Time"
  }
}

/** As `kindOf` says it. @category combinators */
export const kindName = (value: GoValue): string => (value === null ? "invalid" : isList(value) ? "slice" : isMap(value) ? "map" : isTime(value) ? "struct" : typeName(value))

/** In words for errors. @category combinators */
export const described = (value: GoValue | undefined): string => {
  switch (typeof value) {
    case "boolean":
      return "a truth value"
    case "bigint":
      return "an integer"
    case "number":
      return "a number"
    case "string":
      return "a text"
    default:
      if (value === null || value === undefined) return "nothing"
      return isList(value) ? "a list" : isMap(value) ? "a map" : "a time"
  }
}

/** Whether `if` takes it for true. @category combinators */
export const isTrue = (value: GoValue | undefined): boolean => {
  switch (typeof value) {
    case "boolean":
      return value
    case "bigint":
      return value !== 0n
    case "number":
      return value !== 0
    case "string":
      return value !== ""
    default:
      if (value === null || value === undefined) return false
      return isList(value) ? value.length > 0 : isMap(value) ? value.size > 0 : true
  }
}

/** By bytes of UTF-8, as Go orders texts. @category combinators */
export const compareTexts = (left: string, right: string): number => {
  const shorter = Math.min(left.length, right.length)
  for (let at = 0; at < shorter; at++) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a === b) continue
    // halves of pairs stand for letters behind all others
    const high = (code: number): number => (code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code)
    return high(a) < high(b) ? -1 : 1
  }
  return left.length - right.length
}

/** By key. @category combinators */
export const sortedEntries = (map: GoMap): ReadonlyArray<readonly [string, GoValue]> => [...map].sort(([left], [right]) => compareTexts(left, right))
