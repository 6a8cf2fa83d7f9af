/**
 * Functions for numbers.
 *
 * @module
 */
import * as Either from "effect/Either"
import { checkList } from "../evaluation/Limits.js"
import { print } from "../formatting/Print.js"
import type { GoValue } from "../GoValue.js"
import type { TemplateFunction } from "../Template.js"
import { toFloat, toInteger, wrapped } from "./Conversions.js"
import { anything, count, partial, text, total, variadic } from "./Signature.js"

const steps = (from: number, to: number, step: number): ReadonlyArray<bigint> => {
  const result: Array<bigint> = []
  if (to < from ? step >= 0 : step <= 0) return result
  checkList(Math.ceil((to - from) / step))
  for (let value = from; to < from ? value > to : value < to; value += step) result.push(BigInt(value))
  return result
}

const sequence = (bounds: ReadonlyArray<number>): ReadonlyArray<bigint> => {
  const [first = 0, second = 0, third = 0] = bounds
  if (bounds.length === 1 || bounds.length === 2) {
    const from = bounds.length === 1 ? 1 : first
    const to = bounds.length === 1 ? first : second
    const step = to < from ? -1 : 1
    return steps(from, to + step, step)
  }
  if (bounds.length !== 3 || (third < first && second > 0)) return []
  return steps(first, third + (third < first ? -1 : 1), second)
}

const largest = 2n ** 63n - 1n

/** What is too large is the largest there is, as in Go. */
const atoi = (value: string): bigint => {
  if (!/^[+-]?\d+$/.test(value)) return 0n
  if (value.length > 40) return value.startsWith("-") ? -largest - 1n : largest
  const whole = BigInt(value.replace("+", ""))
  return whole > largest ? largest : whole < -largest - 1n ? -largest - 1n : whole
}

const octal = (value: GoValue): bigint => {
  const written = print(value)
  const digits = /^([+-]?)([0-7]+)$/.exec(written)
  if (digits === null) return 0n
  const magnitude = BigInt(`0o${digits[2] ?? "0"}`)
  return digits[1] === "-" ? -magnitude : magnitude
}

const integers = (choose: (left: bigint, right: bigint) => boolean): TemplateFunction =>
  variadic([anything], anything, ([first], others) => Either.right(others.map(toInteger).reduce((best, value) => (choose(value, best) ? value : best), toInteger(first))))

const floats = (choose: (left: number, right: number) => boolean): TemplateFunction =>
  variadic([anything], anything, ([first], others) => Either.right(others.map(toFloat).reduce((best, value) => (choose(value, best) ? value : best), toFloat(first))))

const rounded = (value: number, places: number, from: number): number => {
  const power = 10 ** places
  const shifted = power * value
  const result = shifted - Math.trunc(shifted) >= from ? Math.ceil(shifted) : Math.floor(shifted)
  return result / power
}

const divided = (work: (left: bigint, right: bigint) => bigint): TemplateFunction =>
  partial([anything, anything], ([left, right]) => {
    const divisor = toInteger(right)
    return divisor === 0n ? Either.left("nothing can be divided by zero") : Either.right(wrapped(work(toInteger(left), divisor)))
  })

const random = partial([count, count], ([from, to], world) =>
  to <= from ? Either.left("the second number must be greater than the first") : Either.right(BigInt(from + Math.floor(world.random() * (to - from))))
)

const max = integers((left, right) => left > right)

/** By name. @category constants */
export const numbers: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["atoi", total([text], ([value]) => atoi(value))],
  ["int", total([anything], ([value]) => toInteger(value))],
  ["int64", total([anything], ([value]) => toInteger(value))],
  ["float64", total([anything], ([value]) => toFloat(value))],
  ["toDecimal", total([anything], ([value]) => octal(value))],
  ["seq", variadic([], count, (_, bounds) => Either.right(sequence(bounds).join(" ")))],
  ["until", total([count], ([end]) => steps(0, end, end < 0 ? -1 : 1))],
  ["untilStep", total([count, count, count], ([from, to, step]) => steps(from, to, step))],
  ["add1", total([anything], ([value]) => wrapped(toInteger(value) + 1n))],
  ["add", variadic([], anything, (_, values) => Either.right(values.reduce<bigint>((sum, value) => wrapped(sum + toInteger(value)), 0n)))],
  ["sub", total([anything, anything], ([left, right]) => wrapped(toInteger(left) - toInteger(right)))],
  ["div", divided((left, right) => left / right)],
  ["mod", divided((left, right) => left % right)],
  ["mul", variadic([anything], anything, ([first], others) => Either.right(others.reduce<bigint>((product, value) => wrapped(product * toInteger(value)), toInteger(first))))],
  ["max", max],
  ["biggest", max],
  ["min", integers((left, right) => left < right)],
  ["maxf", floats((left, right) => left > right)],
  ["minf", floats((left, right) => left < right)],
  ["ceil", total([anything], ([value]) => Math.ceil(toFloat(value)))],
  ["floor", total([anything], ([value]) => Math.floor(toFloat(value)))],
  ["round", variadic([anything, anything], anything, ([value, places], others) => Either.right(rounded(toFloat(value), toFloat(places), others[0] === undefined ? 0.5 : toFloat(others[0]))))],
  ["randInt", random],
  ["randIntN", (given, world) => random([0n, ...given], world)]
]
