/**
 * The functions that Go's templates always have.
 *
 * @module
 */
import * as Either from "effect/Either"
import { format } from "../formatting/Format.js"
import { printAll, printLine } from "../formatting/Print.js"
import { type Answer, anything, guarded, partial, text, total, variadic } from "../functions/Signature.js"
import type { GoValue } from "../GoValue.js"
import type { FunctionTable, TemplateFunction } from "../Template.js"
import { equal, less } from "./Comparison.js"
import * as Escape from "./Escape.js"
import { described, isList, isMap, isTrue } from "./Values.js"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const indexOnce = (value: GoValue, key: GoValue): Answer => {
  if (value === null) return Either.left("index of nothing")
  if (isMap(value)) return typeof key === "string" ? Either.right(value.get(key) ?? null) : Either.left(`a map is indexed by a text, not by ${described(key)}`)
  if (!isList(value) && typeof value !== "string") return Either.left(`${described(value)} cannot be indexed`)
  if (typeof key !== "bigint") return Either.left(`${described(value)} is indexed by an integer, not by ${described(key)}`)
  const entries = typeof value === "string" ? encoder.encode(value) : value
  if (key < 0n || key >= BigInt(entries.length)) return Either.left(`index out of range: ${key} (there are ${entries.length})`)
  const entry = entries[Number(key)] ?? null
  return Either.right(typeof value === "string" && typeof entry === "number" ? BigInt(entry) : entry)
}

const index = variadic([anything], anything, ([value], keys) => {
  let found: Answer = Either.right(value)
  for (const key of keys) {
    if (Either.isLeft(found)) return found
    found = indexOnce(found.right, key)
  }
  return found
})

const slice = variadic([anything], anything, ([value], bounds) => {
  if (!isList(value) && typeof value !== "string") return Either.left(`${described(value)} cannot be sliced`)
  if (bounds.length > 3) return Either.left("too many slice indexes")
  if (bounds.length === 3 && typeof value === "string") return Either.left("a text cannot be sliced by three indexes")
  const bytes = typeof value === "string" ? encoder.encode(value) : undefined
  const length = isList(value) ? value.length : (bytes?.length ?? 0)
  const [from = 0n, to = BigInt(length), most = BigInt(length)] = bounds
  for (const bound of [from, to, most]) {
    if (typeof bound !== "bigint") return Either.left(`${described(value)} is sliced by integers, not by ${described(bound)}`)
    if (bound < 0n || bound > BigInt(length)) return Either.left(`index out of range: ${bound} (there are ${length})`)
  }
  if (typeof from !== "bigint" || typeof to !== "bigint" || typeof most !== "bigint") return Either.left("an index is no integer")
  if (from > to || to > most) return Either.left(`invalid slice index: ${from} > ${to}`)
  return Either.right(isList(value) ? value.slice(Number(from), Number(to)) : decoder.decode(bytes?.slice(Number(from), Number(to))))
})

const length = partial([anything], ([value]) => {
  if (typeof value === "string") return Either.right(BigInt(isAscii(value) ? value.length : encoder.encode(value).length))
  if (isList(value)) return Either.right(BigInt(value.length))
  return isMap(value) ? Either.right(BigInt(value.size)) : Either.left(`${described(value)} has no length`)
})

const isAscii = (value: string): boolean => !/[^\0-\x7f]/.test(value)

const eq = variadic([anything], anything, ([first], others) => {
  if (others.length === 0) return Either.left("something to compare with is missing")
  for (const other of others) {
    const same = equal(first, other)
    if (Either.isLeft(same) || same.right) return same
  }
  return Either.right(false)
})

const both = (compare: (left: GoValue, right: GoValue) => Either.Either<boolean, string>): TemplateFunction => partial([anything, anything], ([left, right]) => compare(left, right))

const not = (answer: Either.Either<boolean, string>): Either.Either<boolean, string> => Either.map(answer, (value) => !value)

const lessOrEqual = (left: GoValue, right: GoValue): Either.Either<boolean, string> => {
  const smaller = less(left, right)
  return Either.isLeft(smaller) || smaller.right ? smaller : equal(left, right)
}

const escaping = (escape: (text: string) => string): TemplateFunction => variadic([], anything, (_, values) => Either.right(escape(printAll(values))))

/** The evaluator looks at one after the other itself; these are for whoever calls them as functions. */
const chosen =
  (stop: boolean): TemplateFunction =>
  (values) =>
    guarded(() => (values.length === 0 ? Either.left("it takes one argument or more, not 0") : Either.right(values.find((value) => isTrue(value) === stop) ?? values.at(-1) ?? null)))

/** By name. @category constants */
export const builtins: FunctionTable = new Map<string, TemplateFunction>([
  ["and", chosen(false)],
  ["or", chosen(true)],
  ["not", total([anything], ([value]) => !isTrue(value))],
  ["eq", eq],
  ["ne", both((left, right) => not(equal(left, right)))],
  ["lt", both(less)],
  ["le", both(lessOrEqual)],
  ["gt", both((left, right) => not(lessOrEqual(left, right)))],
  ["ge", both((left, right) => not(less(left, right)))],
  ["index", index],
  ["slice", slice],
  ["len", length],
  ["print", variadic([], anything, (_, values) => Either.right(printAll(values)))],
  ["println", variadic([], anything, (_, values) => Either.right(printLine(values)))],
  ["printf", variadic([text], anything, ([layout], values) => Either.right(format(layout, values)))],
  ["html", escaping(Escape.html)],
  ["js", escaping(Escape.javascript)],
  ["urlquery", escaping(Escape.query)],
  ["call", () => Either.left("no value of a Taskfile is a function that could be called")]
])
