/**
 * Functions of templates with arguments of known types.
 *
 * @module
 */
import * as Either from "effect/Either"
import { LimitReached } from "../evaluation/Limits.js"
import { described, isList, isMap, isTime } from "../evaluation/Values.js"
import type { GoMap, GoTime, GoValue } from "../GoValue.js"
import type { TemplateFunction, TooMuch } from "../Template.js"
import type { TemplateWorld } from "../TemplateWorld.js"

/** What an argument must be. `read` gives none if it is something else. @category models */
export interface Parameter<A> {
  readonly name: string
  readonly read: (value: GoValue) => A | undefined
}

/** @category models */
export type Answer = Either.Either<GoValue, string>

/** @category constants */
export const text: Parameter<string> = { name: "a text", read: (value) => (typeof value === "string" ? value : undefined) }
/** @category constants */
export const integer: Parameter<bigint> = {
  name: "an integer",
  read: (value) => (typeof value === "bigint" ? value : typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined)
}
/** An integer that is small enough to count with. @category constants */
export const count: Parameter<number> = {
  name: "an integer",
  read: (value) => {
    const whole = integer.read(value)
    return whole === undefined ? undefined : Number(whole > 2n ** 52n ? 2n ** 52n : whole < -(2n ** 52n) ? -(2n ** 52n) : whole)
  }
}
/** @category constants */
export const flag: Parameter<boolean> = { name: "true or false", read: (value) => (typeof value === "boolean" ? value : undefined) }
/** @category constants */
export const list: Parameter<ReadonlyArray<GoValue>> = { name: "a list", read: (value) => (isList(value) ? value : undefined) }
/** @category constants */
export const map: Parameter<GoMap> = { name: "a map", read: (value) => (isMap(value) ? value : undefined) }
/** @category constants */
export const time: Parameter<GoTime> = { name: "a time", read: (value) => (isTime(value) ? value : undefined) }
/** @category constants */
export const anything: Parameter<GoValue> = { name: "a value", read: (value) => value }

type ParametersOf = ReadonlyArray<Parameter<unknown>>
type Values<P extends ParametersOf> = { readonly [K in keyof P]: P[K] extends Parameter<infer A> ? A : never }

const wrongArgument = (index: number, expected: string, value: GoValue): string =>
  value === null
    ? `argument ${index + 1} is nothing; it must be ${expected} (is a variable not set? \`default\` gives one a value)`
    : `argument ${index + 1} is ${described(value)}; it must be ${expected}`

const ordinal = (wanted: number): string => (wanted === 1 ? "one argument" : wanted === 0 ? "no arguments" : `${wanted} arguments`)

/** Runs it; what goes over a limit is an answer too. @category combinators */
export const guarded = (work: () => Either.Either<GoValue, string | TooMuch>): Either.Either<GoValue, string | TooMuch> => {
  try {
    return work()
  } catch (error) {
    if (error instanceof LimitReached) return Either.left({ _tag: "TooMuch", detail: error.message })
    if (error instanceof RangeError) return Either.left({ _tag: "TooMuch", detail: "it needs more than is allowed" })
    return Either.left(error instanceof Error ? error.message : String(error))
  }
}

const readAll = (parameters: ParametersOf, given: ReadonlyArray<GoValue>): Either.Either<ReadonlyArray<unknown>, string> => {
  const values: Array<unknown> = []
  for (const [index, parameter] of parameters.entries()) {
    const value = given[index] ?? null
    const read = parameter.read(value)
    if (read === undefined) return Either.left(wrongArgument(index, parameter.name, value))
    values.push(read)
  }
  return Either.right(values)
}

/** As many arguments as parameters; it may fail. @category constructors */
export const partial =
  <const P extends ParametersOf>(parameters: P, body: (values: Values<P>, world: TemplateWorld) => Answer): TemplateFunction =>
  (given, world) =>
    guarded(() => {
      if (given.length !== parameters.length) return Either.left(`it takes ${ordinal(parameters.length)}, not ${given.length}`)
      const values = readAll(parameters, given)
      // each value was read by the parameter at its index
      return Either.isLeft(values) ? Either.left(values.left) : body(values.right as Values<P>, world)
    })

/** As many arguments as parameters. @category constructors */
export const total = <const P extends ParametersOf>(parameters: P, body: (values: Values<P>, world: TemplateWorld) => GoValue): TemplateFunction =>
  partial(parameters, (values, world) => Either.right(body(values, world)))

/** The parameters and then any number of one type; it may fail. @category constructors */
export const variadic =
  <const P extends ParametersOf, R>(parameters: P, rest: Parameter<R>, body: (values: Values<P>, others: ReadonlyArray<R>, world: TemplateWorld) => Answer): TemplateFunction =>
  (given, world) =>
    guarded(() => {
      if (given.length < parameters.length) return Either.left(`it takes ${ordinal(parameters.length)} or more, not ${given.length}`)
      const values = readAll(parameters, given)
      if (Either.isLeft(values)) return Either.left(values.left)
      const others: Array<R> = []
      for (let index = parameters.length; index < given.length; index++) {
        const value = given[index] ?? null
        const read = rest.read(value)
        if (read === undefined) return Either.left(wrongArgument(index, rest.name, value))
        others.push(read)
      }
      // each value was read by the parameter at its index
      return body(values.right as Values<P>, others, world)
    })
