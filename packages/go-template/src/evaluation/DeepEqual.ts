/**
 * Whether two values are the same all the way down.
 *
 * @module
 */
import type { GoValue } from "../GoValue.js"
import * as Limits from "./Limits.js"
import { isList, isMap, isTime } from "./Values.js"

const same = (left: GoValue, right: GoValue, counted: Limits.Visit, level: number): boolean => {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right
  Limits.visit(counted, level)
  if (isList(left)) return isList(right) && left.length === right.length && left.every((entry, index) => same(entry, right[index] ?? null, counted, level + 1))
  if (isMap(left)) {
    return isMap(right) && left.size === right.size && [...left].every(([key, entry]) => right.has(key) && same(entry, right.get(key) ?? null, counted, level + 1))
  }
  return isTime(right) && left.epoch === right.epoch && left.zone === right.zone
}

/** It throws LimitReached for values that are larger than is allowed. @category guards */
export const deepEqual = (left: GoValue, right: GoValue, counted: Limits.Visit = Limits.newVisit()): boolean => same(left, right, counted, 0)
