/**
 * Functions with regular expressions.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { GoValue } from "../GoValue.js"
import * as Regex from "../regex/Regex.js"
import type { TemplateFunction } from "../Template.js"
import { count, partial, text, total } from "./Signature.js"

const compiled = (expression: string, use: (regex: Regex.Regex) => GoValue): Either.Either<GoValue, string> => Either.map(Regex.make(expression), use)

const twice = (name: string, work: TemplateFunction): ReadonlyArray<readonly [string, TemplateFunction]> => [
  [name, work],
  [`must${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`, work]
]

/** By name. @category constants */
export const regexes: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["regexMatch", total([text, text], ([expression, value]) => Either.match(Regex.make(expression), { onLeft: () => false, onRight: (regex) => Regex.matches(regex, value) }))],
  ["mustRegexMatch", partial([text, text], ([expression, value]) => compiled(expression, (regex) => Regex.matches(regex, value)))],
  ...twice("regexFind", partial([text, text], ([expression, value]) => compiled(expression, (regex) => Regex.find(regex, value)))),
  ...twice("regexFindAll", partial([text, text, count], ([expression, value, most]) => compiled(expression, (regex) => Regex.findAll(regex, value, most)))),
  ...twice("regexReplaceAll", partial([text, text, text], ([expression, value, by]) => compiled(expression, (regex) => Regex.replaceAll(regex, value, by, false)))),
  ...twice("regexReplaceAllLiteral", partial([text, text, text], ([expression, value, by]) => compiled(expression, (regex) => Regex.replaceAll(regex, value, by, true)))),
  ...twice("regexSplit", partial([text, text, count], ([expression, value, most]) => compiled(expression, (regex) => Regex.split(regex, value, most)))),
  ["regexQuoteMeta", total([text], ([value]) => Regex.quoteMeta(value))]
]
