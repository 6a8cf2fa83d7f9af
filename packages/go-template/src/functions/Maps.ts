/**
 * Functions for maps.
 *
 * @module
 */
import * as Either from "effect/Either"
import { checkList } from "../evaluation/Limits.js"
import { OwnMap, own } from "../evaluation/OwnMaps.js"
import { described, isMap, sortedEntries } from "../evaluation/Values.js"
import { print } from "../formatting/Print.js"
import type { GoMap, GoValue } from "../GoValue.js"
import type { TemplateFunction } from "../Template.js"
import { type Answer, anything, map, text, total, variadic } from "./Signature.js"

type Values = ReadonlyArray<GoValue>

/** The map stands first or last: old and new versions of `task` differ. */
const withMap = (others: number | undefined, body: (map: GoMap, others: Values) => Answer): TemplateFunction =>
  variadic([anything], anything, ([first], rest) => {
    if (others !== undefined && rest.length !== others) return Either.left(`it takes ${others + 1} arguments, not ${rest.length + 1}`)
    if (isMap(first)) return body(first, rest)
    const last = rest.at(-1)
    return isMap(last) ? body(last, [first, ...rest.slice(0, -1)]) : Either.left(`there is ${described(first)} where a map must be`)
  })

const withKey = (body: (map: GoMap, key: string) => GoValue): TemplateFunction =>
  withMap(1, (values, [key]) => (typeof key === "string" ? Either.right(body(values, key)) : Either.left(`a key is a text, not ${described(key)}`)))

const dict = variadic([], anything, (_, values) => {
  const result = new OwnMap()
  for (let index = 0; index < values.length; index += 2) result.set(print(values[index] ?? null), index + 1 < values.length ? (values[index + 1] ?? null) : "")
  return Either.right(result)
})

const set = withMap(2, (values, [key, value]) => {
  if (typeof key !== "string") return Either.left(`a key is a text, not ${described(key)}`)
  return Either.right(own(values).set(key, value ?? null))
})

const unset = withKey((values, key) => {
  const result = own(values)
  result.delete(key)
  return result
})

const chosen = (keep: boolean): TemplateFunction =>
  withMap(undefined, (values, keys) => {
    const names = new Set(keys.flat().map(print))
    return Either.right(new OwnMap([...values].filter(([key]) => names.has(key) === keep)))
  })

const dig: TemplateFunction = variadic([anything, anything, anything], anything, (first, others) => {
  const given = [...first, ...others]
  const values = given.at(-1)
  const fallback = given.at(-2) ?? null
  let found: GoValue = values ?? null
  for (const key of given.slice(0, -2)) {
    if (typeof key !== "string") return Either.left(`a key is a text, not ${described(key)}`)
    if (!isMap(found)) return Either.left(`${described(found)} has no key ${JSON.stringify(key)}`)
    const next: GoValue | undefined = found.get(key)
    if (next === undefined) return Either.right(fallback)
    found = next
  }
  return Either.right(found)
})

const merge = variadic([map], map, ([first], others) => {
  checkList(others.reduce((sum, values) => sum + values.size, first.size))
  return Either.right(new OwnMap([...first, ...others.flatMap((values) => [...values])]))
})

/** By name. @category constants */
export const maps: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["dict", dict],
  ["get", withKey((values, key) => values.get(key) ?? "")],
  ["set", set],
  ["unset", unset],
  ["hasKey", withKey((values, key) => values.has(key))],
  ["pluck", variadic([text], map, ([key], all) => Either.right(all.flatMap((values) => (values.has(key) ? [values.get(key) ?? null] : []))))],
  ["keys", variadic([], map, (_, all) => Either.right(all.flatMap((values) => sortedEntries(values).map(([key]) => key))))],
  ["values", total([map], ([values]) => sortedEntries(values).map(([, value]) => value))],
  ["pick", chosen(true)],
  ["omit", chosen(false)],
  ["dig", dig],
  ["merge", merge]
]
