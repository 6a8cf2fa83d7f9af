/**
 * YAML as Task writes and reads it.
 *
 * @module
 */
import * as Either from "effect/Either"
import { isScalar, parseDocument, stringify } from "yaml"
import { formatTime } from "../dates/Layout.js"
import * as Limits from "../evaluation/Limits.js"
import { OwnMap } from "../evaluation/OwnMaps.js"
import { isList, isMap, isTime, sortedEntries } from "../evaluation/Values.js"
import { print } from "../formatting/Print.js"
import * as Floats from "../formatting/Floats.js"
import type { GoValue } from "../GoValue.js"

const number = (value: number): string => (Number.isNaN(value) ? ".nan" : Number.isFinite(value) ? Floats.shown(value) : value > 0 ? ".inf" : "-.inf")

const scalar = (value: GoValue, pad: string): string => {
  if (value === null) return "null"
  if (typeof value === "number") return number(value)
  if (typeof value !== "string") return isTime(value) ? formatTime(value, "2006-01-02T15:04:05.999999999Z07:00") : print(value)
  if (value.includes("\n") && !/[^\n\t\u0020-\ud7ff\ue000-\ufffd]|^[ \n]|[ \t]\n/.test(value)) {
    const end = value.endsWith("\n\n") ? "+" : value.endsWith("\n") ? "" : "-"
    const lines = (end === "-" ? value : value.slice(0, -1)).split("\n")
    return `|${end}${lines.map((line) => (line === "" ? "\n" : `\n${pad}${line}`)).join("")}`
  }
  // what older readers take for true or false is put in quotes too
  if (/^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/.test(value)) return `"${value}"`
  const plain = stringify(value, { lineWidth: 0, version: "1.2" }).replace(/\n$/, "")
  // Go puts single quotes around what has signs of YAML in it, and double ones around what would be no text
  return /^["']/.test(plain) && !/[^ -~\u00a0-\ud7ff\ue000-\ufffd]/.test(value) && !isOther(value) ? `'${value.replaceAll("'", "''")}'` : plain
}

/** Whether it would be a number, nothing, true or false. */
const isOther = (value: string): boolean => {
  const { contents, errors } = parseDocument(value, { logLevel: "silent" })
  return errors.length === 0 && (contents === null || (isScalar(contents) && typeof contents.value !== "string"))
}

const write = (value: GoValue, pad: string, counted: Limits.Visit, level: number): string => {
  if (!isList(value) && !isMap(value)) return `${scalar(value, `${pad}    `)}\n`
  Limits.visit(counted, level)
  let result = ""
  if (isList(value)) {
    for (const entry of value) {
      result += `${pad}- ${inner(entry, `${pad}  `, counted, level)}`
      Limits.checkText(result.length)
    }
    return value.length === 0 ? "[]\n" : result
  }
  for (const [key, entry] of sortedEntries(value)) {
    result += `${pad}${scalar(key, "")}:${nested(entry, pad, counted, level)}`
    Limits.checkText(result.length)
  }
  return value.size === 0 ? "{}\n" : result
}

const isBlock = (value: GoValue): boolean => (isList(value) && value.length > 0) || (isMap(value) && value.size > 0)

/** What stands behind `- `: its first line is on the same line. */
const inner = (value: GoValue, pad: string, counted: Limits.Visit, level: number): string => {
  if (!isBlock(value)) return `${scalarOrEmpty(value, `${pad}`)}\n`
  return write(value, pad, counted, level + 1).slice(pad.length)
}

const nested = (value: GoValue, pad: string, counted: Limits.Visit, level: number): string =>
  isBlock(value) ? `\n${write(value, `${pad}    `, counted, level + 1)}` : ` ${scalarOrEmpty(value, `${pad}    `)}\n`

const scalarOrEmpty = (value: GoValue, pad: string): string => (isList(value) ? "[]" : isMap(value) ? "{}" : scalar(value, pad))

/** Keys are sorted; a map within a map is four columns further. @category combinators */
export const toYaml = (value: GoValue): string => write(value, "", Limits.newVisit(), 0)

const fromUnknown = (value: unknown, counted: Limits.Visit, level: number): GoValue => {
  Limits.visit(counted, level)
  if (Array.isArray(value)) return value.map((entry) => fromUnknown(entry, counted, level + 1))
  if (value instanceof Map) return new OwnMap([...value].map(([key, entry]) => [keyText(key), fromUnknown(entry, counted, level + 1)]))
  if (value instanceof Date) return { _tag: "Time", epoch: value.getTime(), zone: "UTC" }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" || typeof value === "bigint" ? value : null
}

const keyText = (key: unknown): string => (typeof key === "number" ? Floats.shown(key) : String(key))

/** Integers are integers. @category combinators */
export const fromYaml = (written: string): Either.Either<GoValue, string> => {
  const document = parseDocument(written, { intAsBigInt: true, merge: true, logLevel: "silent" })
  const [error] = document.errors
  if (error !== undefined) return Either.left(`it is no YAML: ${(error.message.split("\n")[0] ?? "").replace(/:$/, "")}`)
  try {
    return Either.right(fromUnknown(document.toJS({ mapAsMap: true, maxAliasCount: 100 }), Limits.newVisit(), 0))
  } catch (problem) {
    if (problem instanceof Limits.LimitReached) throw problem
    return Either.left(`it is no YAML: ${problem instanceof Error ? problem.message : String(problem)}`)
  }
}
