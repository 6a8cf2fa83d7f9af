/**
 * JSON from people's hands: comments and commas before a closing bracket are let pass, and the places of list items are known.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import { findFault, type JsonFault } from "../JsonFault.js"
import { elements, members } from "../JsonSource.js"

/** Strings, comments and commas before a closing bracket; everything else is between them. */
const parts = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[\]}])/g

/** The text without byte order mark, comments and trailing commas; every character keeps its offset. */
const plain = (text: string): string =>
  text.replace(/^\uFEFF/, " ").replace(parts, (part) => (part.startsWith('"') ? part : part.replace(/[^\n]/g, " ")))

/** Read JSON with or without comments. */
export const parseJson = (text: string): Either.Either<JsonValue, JsonFault> => {
  const source = text.replace(/^\uFEFF/, " ")
  // JSON.parse returns what JSON can hold, nothing else
  const parse = (candidate: string) => Either.try(() => JSON.parse(candidate) as JsonValue)
  return parse(source).pipe(
    Either.orElse(() => parse(plain(text))),
    Either.mapLeft(() => findFault(plain(text)) ?? { offset: 0, detail: "this is not valid JSON", isTruncated: false })
  )
}

/**
 * The lines at which the items of a list begin: of the list that is the whole text, or of the one below the top-level key
 * `key`. The text is valid JSON, with or without comments.
 */
export const itemLines = (text: string, key: string): ReadonlyArray<number> => {
  const source = plain(text)
  const root = source.search(/\S/)
  const list = source[root] === "{" ? members(source, root).findLast((member) => member.key === key)?.start : root
  if (list === undefined || source[list] !== "[") return []
  let line = 1
  let counted = 0
  return elements(source, list).starts.map((start) => {
    for (; counted < start; counted++) if (source.charCodeAt(counted) === 10) line++
    return line
  })
}
