/**
 * JSON from people's hands: comments and commas before a closing bracket are let pass, and the places of list items are known.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"

/** What is wrong, and the offset at which it was noticed. */
export interface JsonFault {
  readonly detail: string
  readonly offset: number
}

/** Strings, comments, brackets, commas and colons; everything else is between them. */
const token = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[[\]{},:]/g

/** The text with comments and trailing commas blanked out; every character keeps its offset. */
const withoutComments = (text: string): string => {
  const blank = (part: string) => part.replace(/[^\n]/g, " ")
  const bare = text.replace(token, (part) => (part.startsWith("/") ? blank(part) : part))
  return bare.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/g, (part) => (part === "," ? " " : part))
}

/** One token of JSON, blanks before it included. The last alternative takes what is no token. */
const jsonToken = /\s*("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)|[[\]{},:]|$|[\s\S])/y

/** The first place at which the text stops being JSON; V8 names it for some faults only. */
const faultOf = (text: string): JsonFault => {
  const stack: Array<"{" | "["> = []
  let expected = "value"
  jsonToken.lastIndex = 0
  for (;;) {
    const part = jsonToken.exec(text)?.[1] ?? ""
    const offset = jsonToken.lastIndex - part.length
    const isClose = (part === "}" && stack.at(-1) === "{") || (part === "]" && stack.at(-1) === "[")
    const isString = part.length > 1 && part.startsWith('"')
    const isValue = isString || /^(-?\d|true|false|null)/.test(part)
    const after = () => (stack.length === 0 ? "end" : "comma")
    if (part === "") return { detail: "the JSON ends too early", offset: text.trimEnd().length }
    if (isClose && (expected === "comma" || expected === "first key" || expected === "first value")) {
      stack.pop()
      expected = after()
    } else if ((expected === "value" || expected === "first value") && (part === "{" || part === "[")) {
      stack.push(part)
      expected = part === "{" ? "first key" : "first value"
    } else if ((expected === "value" || expected === "first value") && isValue) expected = after()
    else if ((expected === "key" || expected === "first key") && isString) expected = "colon"
    else if (expected === "colon" && part === ":") expected = "value"
    else if (expected === "comma" && part === ",") expected = stack.at(-1) === "{" ? "key" : "value"
    else return { detail: part === '"' ? "a text is not closed here, or has a character that JSON does not allow" : "this is not valid JSON", offset }
  }
}

/** Read JSON with or without comments. */
export const parseJson = (text: string): Either.Either<JsonValue, JsonFault> => {
  const source = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text
  const parse = (candidate: string) =>
    Either.try({
      try: (): JsonValue => JSON.parse(candidate),
      catch: () => faultOf(candidate)
    })
  return Either.orElse(parse(source), () => parse(withoutComments(source)))
}

/**
 * The lines at which the items of a list begin: of the list that is the whole text, or of the one below the top-level key
 * `key`. The text is valid JSON, with or without comments.
 */
export const itemLines = (text: string, key: string): ReadonlyArray<number> => {
  const source = withoutComments(text)
  const lines: Array<number> = []
  const stack: Array<string> = []
  let line = 1
  let counted = 0
  let lastString = ""
  let itemDepth = 0
  let expectItem = false
  const lineAt = (offset: number) => {
    for (; counted < offset; counted++) if (source.charCodeAt(counted) === 10) line++
    return line
  }
  const parts = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g
  for (const { 0: part, index } of source.matchAll(parts)) {
    if (expectItem && stack.length === itemDepth && part !== "]" && part !== ",") {
      lines.push(lineAt(index))
      expectItem = false
    }
    if (part === "[" || part === "{") {
      const opens = part === "[" && itemDepth === 0 && (stack.length === 0 || (stack.length === 1 && stack[0] === "{" && lastString === key))
      stack.push(part)
      if (opens) {
        itemDepth = stack.length
        expectItem = true
      }
      lastString = ""
    } else if (part === "]" || part === "}") {
      if (stack.length === itemDepth) return lines
      stack.pop()
      lastString = ""
    } else if (part === ",") {
      if (stack.length === itemDepth) expectItem = true
      lastString = ""
    } else if (part.startsWith('"')) lastString = part.slice(1, -1)
    else if (part !== ":") lastString = ""
  }
  return lines
}
