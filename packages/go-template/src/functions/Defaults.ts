/**
 * Functions that choose between values, and what values are.
 *
 * @module
 */
import * as Either from "effect/Either"
import { deepEqual } from "../evaluation/DeepEqual.js"
import { isTime, isTrue, kindName, typeName } from "../evaluation/Values.js"
import type { GoValue } from "../GoValue.js"
import type { TemplateFunction } from "../Template.js"
import { anything, flag, partial, text, total, variadic } from "./Signature.js"

/** Whether it is nothing, zero, false, or has no length. @category guards */
export const isEmpty = (value: GoValue): boolean => !isTime(value) && !isTrue(value)

/** By name. @category constants */
export const defaults: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["default", variadic([anything], anything, ([fallback], [given]) => Either.right(given === undefined || isEmpty(given) ? fallback : given))],
  ["empty", total([anything], ([value]) => isEmpty(value))],
  ["coalesce", variadic([], anything, (_, values) => Either.right(values.find((value) => !isEmpty(value)) ?? null))],
  ["all", variadic([], anything, (_, values) => Either.right(!values.some(isEmpty)))],
  ["any", variadic([], anything, (_, values) => Either.right(values.some((value) => !isEmpty(value))))],
  ["ternary", total([anything, anything, flag], ([yes, no, which]) => (which ? yes : no))],
  ["fail", partial([text], ([message]) => Either.left(message))],
  ["typeOf", total([anything], ([value]) => typeName(value))],
  ["typeIs", total([text, anything], ([name, value]) => name === typeName(value))],
  ["typeIsLike", total([text, anything], ([name, value]) => name === typeName(value) || `*${name}` === typeName(value))],
  ["kindOf", total([anything], ([value]) => kindName(value))],
  ["kindIs", total([text, anything], ([name, value]) => name === kindName(value))],
  ["deepEqual", total([anything, anything], ([left, right]) => deepEqual(left, right))]
]
