/**
 * Functions for texts.
 *
 * @module
 */
import * as Either from "effect/Either"
import { checkList, checkText } from "../evaluation/Limits.js"
import { OwnMap } from "../evaluation/OwnMaps.js"
import { print } from "../formatting/Print.js"
import { quote } from "../formatting/Quote.js"
import type { GoValue } from "../GoValue.js"
import type { TemplateFunction } from "../Template.js"
import { toTexts } from "./Conversions.js"
import { anything, count, integer, partial, text, total, variadic } from "./Signature.js"

/** As `strings.Split` of Go: an empty separator parts the letters. */
const splitText = (value: string, separator: string, most = -1): ReadonlyArray<string> => {
  if (most === 0) return []
  const parts = separator === "" ? [...value] : value.split(separator)
  checkList(parts.length)
  if (most < 0 || parts.length <= most) return parts
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)]
}

const trimmed = (value: string, letters: string): string => {
  const cut = new Set(letters)
  const all = [...value]
  let from = 0
  let to = all.length
  while (from < to && cut.has(all[from] ?? "")) from++
  while (to > from && cut.has(all[to - 1] ?? "")) to--
  return all.slice(from, to).join("")
}

const isBetweenWords = (character: string): boolean => (character < "\u0080" ? !/[A-Za-z0-9_]/.test(character) : /\s/.test(character))

const title = (value: string): string => {
  let before = " "
  let result = ""
  for (const character of value) {
    result += isBetweenWords(before) ? character.toUpperCase() : character
    before = character
  }
  return result
}

const cutShort = (length: number, value: string): string => {
  const all = [...value]
  if (length < 0) return all.length + length > 0 ? all.slice(length).join("") : value
  return all.length > length ? all.slice(0, length).join("") : value
}

const part = (from: number, to: number, value: string): string => {
  const all = [...value]
  if (from < 0) return all.slice(0, Math.max(0, to)).join("")
  return to < 0 || to > all.length ? all.slice(from).join("") : all.slice(from, to).join("")
}

const repeated = (times: number, value: string): string => {
  checkText(times * value.length)
  return value.repeat(times)
}

const indented = (columns: number, value: string): string => {
  checkText(columns)
  const blanks = " ".repeat(Math.max(0, columns))
  checkText(blanks.length * (value.split("\n").length + 1) + value.length)
  return blanks + value.replaceAll("\n", `\n${blanks}`)
}

const numbered = (parts: ReadonlyArray<string>): GoValue => new OwnMap(parts.map((value, index) => [`_${index}`, value]))

const replaced = (from: string, to: string, value: string): string => {
  const parts = from === "" ? ["", ...value, ""] : value.split(from)
  checkText(value.length + parts.length * to.length)
  return parts.join(to)
}

const present = (values: ReadonlyArray<GoValue>): ReadonlyArray<string> => values.filter((value) => value !== null).map(print)

/** As `strings.TrimSpace` of Go. */
const withoutBlanks = (value: string): string => value.replace(/^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, "").trimEnd()

const joined = (separator: string, values: ReadonlyArray<string>): string => {
  let length = 0
  for (const value of values) checkText((length += value.length + separator.length))
  return values.join(separator)
}

const trimAll = total([text, text], ([letters, value]) => trimmed(value, letters))

/** By name. @category constants */
export const texts: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["hello", total([], () => "Hello!")],
  ["trunc", total([count, text], ([length, value]) => cutShort(length, value))],
  ["trim", total([text], ([value]) => withoutBlanks(value))],
  ["upper", total([text], ([value]) => value.toUpperCase())],
  ["lower", total([text], ([value]) => value.toLowerCase())],
  ["title", total([text], ([value]) => title(value))],
  ["substr", total([count, count, text], ([from, to, value]) => part(from, to, value))],
  ["repeat", partial([count, text], ([times, value]) => (times < 0 ? Either.left("a text cannot be repeated less than 0 times") : Either.right(repeated(times, value))))],
  ["trimall", trimAll],
  ["trimAll", trimAll],
  ["trimSuffix", total([text, text], ([end, value]) => (end !== "" && value.endsWith(end) ? value.slice(0, -end.length) : value))],
  ["trimPrefix", total([text, text], ([start, value]) => (value.startsWith(start) ? value.slice(start.length) : value))],
  ["contains", total([text, text], ([inner, value]) => value.includes(inner))],
  ["hasPrefix", total([text, text], ([start, value]) => value.startsWith(start))],
  ["hasSuffix", total([text, text], ([end, value]) => value.endsWith(end))],
  ["quote", variadic([], anything, (_, values) => Either.right(present(values).map((value) => quote(value)).join(" ")))],
  ["squote", variadic([], anything, (_, values) => Either.right(present(values).map((value) => `'${value}'`).join(" ")))],
  ["cat", variadic([], anything, (_, values) => Either.right(joined(" ", present(values))))],
  ["indent", total([count, text], ([columns, value]) => indented(columns, value))],
  ["nindent", total([count, text], ([columns, value]) => `\n${indented(columns, value)}`)],
  ["replace", total([text, text, text], ([from, to, value]) => replaced(from, to, value))],
  ["plural", total([text, text, integer], ([one, many, number]) => (number === 1n ? one : many))],
  ["toString", total([anything], ([value]) => print(value))],
  ["split", total([text, text], ([separator, value]) => numbered(splitText(value, separator)))],
  ["splitn", total([text, count, text], ([separator, most, value]) => numbered(splitText(value, separator, most)))],
  ["splitList", total([text, text], ([separator, value]) => splitText(value, separator))],
  ["toStrings", total([anything], ([value]) => toTexts(value))],
  ["join", total([text, anything], ([separator, value]) => joined(separator, toTexts(value)))]
]
