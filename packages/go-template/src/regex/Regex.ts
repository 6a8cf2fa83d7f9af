/**
 * What Go's package `regexp` does with texts.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as Limits from "../evaluation/Limits.js"
import * as Program from "./Program.js"
import * as Syntax from "./Syntax.js"

/** An expression that was read. @category models */
export interface Regex {
  readonly text: string
  readonly program: Program.Program
  readonly names: ReadonlyMap<string, number>
}

const known = new Map<string, Regex>()

/** It fails with what is wrong, in the words of Go. @category constructors */
export const make = (text: string): Either.Either<Regex, string> => {
  const found = known.get(text)
  if (found !== undefined) return Either.right(found)
  try {
    const expression = Syntax.read(text)
    const regex: Regex = { text, program: Program.compile(expression), names: expression.names }
    if (known.size >= 200) known.clear()
    known.set(text, regex)
    return Either.right(regex)
  } catch (error) {
    if (error instanceof Syntax.BadExpression) return Either.left(error.message)
    throw error
  }
}

const codesOf = (text: string): ReadonlyArray<number> => Array.from(text, (character) => character.codePointAt(0) ?? 0)

/** Searches over the same text, which share their steps. */
const limited = (codes: ReadonlyArray<number>): ((regex: Regex, from: number) => ReadonlyArray<number> | undefined) => {
  const steps = Program.newSteps()
  return (regex, from) => Program.search(regex.program, codes, from, steps)
}

const part = (codes: ReadonlyArray<number>, from: number, to: number): string => {
  let result = ""
  for (let at = from; at < to; at += 1024) result += String.fromCodePoint(...codes.slice(at, Math.min(to, at + 1024)))
  return result
}

/** @category combinators */
export const matches = (regex: Regex, text: string): boolean => Program.search(regex.program, codesOf(text), 0, Program.newSteps()) !== undefined

/** The first match; an empty text without one. @category combinators */
export const find = (regex: Regex, text: string): string => {
  const codes = codesOf(text)
  const [from = 0, to = 0] = Program.search(regex.program, codes, 0, Program.newSteps()) ?? []
  return part(codes, from, to)
}

/** Where up to `most` matches are; all if it is negative. */
const all = (regex: Regex, codes: ReadonlyArray<number>, most: number): ReadonlyArray<ReadonlyArray<number>> => {
  const result: Array<ReadonlyArray<number>> = []
  const search = limited(codes)
  let at = 0
  let before = -1
  while (at <= codes.length && (most < 0 || result.length < most)) {
    const match = search(regex, at)
    if (match === undefined) break
    const [from = 0, to = 0] = match
    // an empty match right behind another does not count
    const accepted = to !== at || from !== before
    at = to === at ? at + 1 : to
    before = to
    if (accepted) result.push(match)
  }
  return result
}

/** @category combinators */
export const findAll = (regex: Regex, text: string, most: number): ReadonlyArray<string> => {
  const codes = codesOf(text)
  return all(regex, codes, most).map(([from = 0, to = 0]) => part(codes, from, to))
}

/** @category combinators */
export const split = (regex: Regex, text: string, most: number): ReadonlyArray<string> => {
  if (most === 0) return []
  if (regex.text !== "" && text === "") return [""]
  const codes = codesOf(text)
  const result: Array<string> = []
  let start = 0
  let end = 0
  for (const [from = 0, to = 0] of all(regex, codes, most)) {
    if (most > 0 && result.length === most - 1) break
    end = from
    if (to !== 0) result.push(part(codes, start, end))
    start = to
  }
  if (end !== codes.length) result.push(part(codes, start, codes.length))
  return result
}

/** `$1`, `${name}`, `$$` in what replaces a match. */
const expanded = (template: string, regex: Regex, codes: ReadonlyArray<number>, match: ReadonlyArray<number>): string =>
  template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (written, plain: string | undefined, braced: string | undefined) => {
    const name = plain ?? braced
    if (name === undefined) return written === "$$" ? "$" : written
    const index = /^\d+$/.test(name) ? Number(name) : regex.names.get(name)
    const from = index === undefined ? -1 : (match[index * 2] ?? -1)
    return index === undefined || from < 0 ? "" : part(codes, from, match[index * 2 + 1] ?? from)
  })

/** `literal`: what replaces stands as it is. @category combinators */
export const replaceAll = (regex: Regex, text: string, by: string, literal: boolean): string => {
  const codes = codesOf(text)
  const search = limited(codes)
  let result = ""
  let last = 0
  let at = 0
  while (at <= codes.length) {
    const match = search(regex, at)
    if (match === undefined) break
    const [from = 0, to = 0] = match
    result += part(codes, last, from)
    if (to > last || from === 0) result += literal ? by : expanded(by, regex, codes, match)
    Limits.checkText(result.length)
    last = to
    at = to > at ? to : at + 1
  }
  return result + part(codes, last, codes.length)
}

/** A text as an expression that matches it only. @category combinators */
export const quoteMeta = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&")
