/**
 * Values with all their types, to look at.
 *
 * @module
 */
import * as Limits from "../evaluation/Limits.js"
import { isList, isMap, sortedEntries, typeName } from "../evaluation/Values.js"
import { print } from "../formatting/Print.js"
import { quote } from "../formatting/Quote.js"
import type { GoValue } from "../GoValue.js"

const encoder = new TextEncoder()

const write = (value: GoValue, pad: string, counted: Limits.Visit, level: number): string => {
  Limits.visit(counted, level)
  if (value === null) return "(interface {}) <nil>"
  if (typeof value === "string") return `(string) (len=${encoder.encode(value).length}) ${quote(value)}`
  const inside = `${pad} `
  if (isList(value)) {
    const entries = value.map((entry) => `${inside}${write(entry, inside, counted, level + 1)}`)
    return `(${typeName(value)}) (len=${value.length} cap=${value.length}) {\n${entries.join(",\n")}${entries.length === 0 ? "" : "\n"}${pad}}`
  }
  if (isMap(value)) {
    const entries = sortedEntries(value).map(([key, entry]) => `${inside}${write(key, inside, counted, level + 1)}: ${write(entry, inside, counted, level + 1)}`)
    return `(${typeName(value)}) (len=${value.size}) {\n${entries.join(",\n")}${entries.length === 0 ? "" : "\n"}${pad}}`
  }
  return `(${typeName(value)}) ${print(value)}`
}

/** @category combinators */
export const spew = (value: GoValue): string => {
  const result = `${write(value, "", Limits.newVisit(), 0)}\n`
  Limits.checkText(result.length)
  return result
}
