/**
 * `eq`, `lt` and their like, by the rules of Go: what is of another kind is not compared.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { GoValue } from "../GoValue.js"
import { compareTexts, described, isList, isMap, isTime } from "./Values.js"

const incompatible = (left: GoValue, right: GoValue): Either.Either<never, string> => Either.left(`incompatible types for comparison: ${described(left)} and ${described(right)}`)

const isBasic = (value: GoValue): value is string | boolean | bigint | number => typeof value !== "object"

/** @category combinators */
export const equal = (left: GoValue, right: GoValue): Either.Either<boolean, string> => {
  if (left === null || right === null) return Either.right(left === right)
  if (isBasic(left) || isBasic(right)) return typeof left === typeof right ? Either.right(left === right) : incompatible(left, right)
  if (isTime(left) && isTime(right)) return Either.right(left.epoch === right.epoch && left.zone === right.zone)
  return Either.left(`${described(isTime(left) ? right : left)} cannot be compared`)
}

/** @category combinators */
export const less = (left: GoValue, right: GoValue): Either.Either<boolean, string> => {
  if (typeof left === "string" && typeof right === "string") return Either.right(compareTexts(left, right) < 0)
  if (typeof left === "bigint" && typeof right === "bigint") return Either.right(left < right)
  if (typeof left === "number" && typeof right === "number") return Either.right(left < right)
  if (left === null || right === null || typeof left === "boolean" || isList(left) || isMap(left) || isTime(left)) {
    return Either.left(`invalid type for comparison: ${described(left === null || right !== null ? left : right)}`)
  }
  return incompatible(left, right)
}
