/**
 * Functions for lists.
 *
 * @module
 */
import * as Either from "effect/Either"
import { deepEqual } from "../evaluation/DeepEqual.js"
import { checkList, newVisit } from "../evaluation/Limits.js"
import { compareTexts, described, isList } from "../evaluation/Values.js"
import type { GoValue } from "../GoValue.js"
import type { TemplateFunction } from "../Template.js"
import { toInteger, toTexts } from "./Conversions.js"
import { isEmpty } from "./Defaults.js"
import { type Answer, anything, count, list, partial, total, variadic } from "./Signature.js"

type List = ReadonlyArray<GoValue>

const whole = variadic([], anything, (_, values) => Either.right(values))

/** The list stands first or last: old and new versions of `task` differ. */
const withList = (body: (list: List, others: List) => Answer): TemplateFunction =>
  variadic([anything], anything, ([first], others) => {
    if (isList(first)) return body(first, others)
    const last = others.at(-1)
    return isList(last) ? body(last, [first, ...others.slice(0, -1)]) : Either.left(`there is ${described(first)} where a list must be`)
  })

const one = (body: (list: List, value: GoValue) => List): TemplateFunction =>
  withList((values, others) => {
    const [value] = others
    checkList(values.length + 1)
    return value === undefined || others.length > 1 ? Either.left(`it takes a list and one value, not ${others.length} values`) : Either.right(body(values, value))
  })

const push = one((values, value) => [...values, value])
const prepend = one((values, value) => [value, ...values])

const isIn = (values: List, value: GoValue, counted = newVisit()): boolean => {
  counted.left -= values.length >> 4
  return values.some((entry) => deepEqual(entry, value, counted))
}

const unique = (values: List): List => {
  const plain = new Set<GoValue>()
  const others: Array<GoValue> = []
  const counted = newVisit()
  return values.filter((value) => {
    if (typeof value !== "object" || value === null) return !plain.has(value) && plain.add(value)
    return !isIn(others, value, counted) && others.push(value)
  })
}

const without = withList((values, omitted) => {
  const counted = newVisit()
  return Either.right(values.filter((value) => !isIn(omitted, value, counted)))
})

const slice = withList((values, bounds) => {
  if (bounds.length > 2) return Either.left("it takes a list and up to two indexes")
  const from = Number(toInteger(bounds[0] ?? 0n))
  const to = bounds[1] === undefined ? values.length : Number(toInteger(bounds[1]))
  if (values.length === 0) return Either.right(null)
  if (from < 0 || to > values.length || from > to) return Either.left(`index out of range: ${from} to ${to} (there are ${values.length})`)
  return Either.right(values.slice(from, to))
})

const chunked = (size: number, values: List): Answer => {
  if (size <= 0) return Either.left("a chunk has one entry or more")
  const result: Array<List> = []
  for (let at = 0; at < values.length; at += size) result.push(values.slice(at, at + size))
  return Either.right(result)
}

const concatenated = variadic([], list, (_, lists) => {
  checkList(lists.reduce((sum, values) => sum + values.length, 0))
  return Either.right(lists.flat())
})

const has = partial([anything, anything], ([value, values]) => {
  if (values === null) return Either.right(false)
  return isList(values) ? Either.right(isIn(values, value)) : Either.left(`the second argument is ${described(values)}; it must be a list`)
})

const twice = (name: string, work: TemplateFunction): ReadonlyArray<readonly [string, TemplateFunction]> => [
  [name, work],
  [`must${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`, work]
]

/** By name. @category constants */
export const lists: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["list", whole],
  ["tuple", whole],
  ["sortAlpha", total([anything], ([value]) => [...toTexts(value)].sort(compareTexts))],
  ["concat", concatenated],
  ...twice("append", push),
  ...twice("push", push),
  ...twice("prepend", prepend),
  ...twice("first", total([list], ([values]) => values[0] ?? null)),
  ...twice("rest", total([list], ([values]) => (values.length === 0 ? null : values.slice(1)))),
  ...twice("last", total([list], ([values]) => values.at(-1) ?? null)),
  ...twice("initial", total([list], ([values]) => (values.length === 0 ? null : values.slice(0, -1)))),
  ...twice("reverse", total([list], ([values]) => [...values].reverse())),
  ...twice("compact", total([list], ([values]) => values.filter((value) => !isEmpty(value)))),
  ...twice("uniq", total([list], ([values]) => unique(values))),
  ...twice("without", without),
  ...twice("has", has),
  ...twice("slice", slice),
  ...twice("chunk", partial([count, list], ([size, values]) => chunked(size, values)))
]
