/**
 * Values as texts and numbers, as functions of templates turn them.
 *
 * @module
 */
import { isList } from "../evaluation/Values.js"
import { print } from "../formatting/Print.js"
import type { GoValue } from "../GoValue.js"
import * as Quoted from "../language/Quoted.js"

const signed = (value: bigint): bigint => BigInt.asIntN(64, value)

/** The integer that a text says, with `0x`, `0b`, `0o` and a zero in front as Go reads them; none if it says none. @category combinators */
export const parsedInteger = (text: string): bigint | undefined => {
  if (!/^[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)$/.test(text)) return undefined
  const value = Quoted.number(text.replace(/^0(?=[0-7])/, "0o").replace(/^([+-])0(?=[0-7])/, "$10o"))
  return typeof value === "bigint" ? value : undefined
}

/** 0 for what is no number. @category combinators */
export const toInteger = (value: GoValue): bigint => {
  switch (typeof value) {
    case "bigint":
      return signed(value)
    case "number":
      return Number.isFinite(value) ? signed(BigInt(Math.trunc(value))) : 0n
    case "boolean":
      return value ? 1n : 0n
    case "string":
      return parsedInteger(value) ?? 0n
    default:
      return 0n
  }
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 0)

/** 0 for what is no number. @category combinators */
export const toFloat = (value: GoValue): number => {
  switch (typeof value) {
    case "bigint":
      return Number(value)
    case "number":
      return value
    case "boolean":
      return value ? 1 : 0
    case "string":
      return /^[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? finite(Number(value.replaceAll("_", ""))) : 0
    default:
      return 0
  }
}

/** Within 64 bits. @category combinators */
export const wrapped: (value: bigint) => bigint = signed

/** The entries of a list as texts, without those that are nothing; a value by itself is a list of one. @category combinators */
export const toTexts = (value: GoValue): ReadonlyArray<string> => {
  if (value === null) return []
  return isList(value) ? value.filter((entry) => entry !== null).map(print) : [print(value)]
}
