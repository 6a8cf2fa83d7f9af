/**
 * The format of `.env` files, as Taskfiles know it: `export`, quotes, variables, comments, values over several lines.
 *
 * @module
 */
import * as Either from "effect/Either"

/** Where a file is wrong. @category models */
export interface DotenvProblem {
  /** from 1 */
  readonly line: number
  readonly problem: string
}

const isSpace = (character: string | undefined): boolean => character !== undefined && /[\t\v\f\r \u0085\u00a0]/.test(character)

/** Names in capital letters only; a backslash before `$` keeps it. */
const expand = (text: string, valueOf: (name: string) => string): string =>
  text.replace(/(\\)?\$\(?\{?([A-Z0-9_]+)?\}?/g, (whole: string, escape: string | undefined, name: string | undefined) => (escape !== undefined ? whole.slice(1) : name !== undefined ? valueOf(name) : whole))

const unescape = (text: string): string => text.replace(/\\(?:n|r)/g, (escape) => (escape === "\\n" ? "\n" : "\r")).replace(/\\([^$])/g, "$1")

/** Where a value in quotes ends; -1 if it does not. */
const closing = (text: string, quote: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) if (text[at] === quote && text[at - 1] !== "\\") return at
  return -1
}

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf("\n", from)
  return end === -1 ? text.length : end
}

/** A value without quotes: to the end of the line, or to a `#` behind a space. */
const bareValue = (line: string): string => {
  const comment = /[\t\v\f\r \u0085\u00a0]#/.exec(line)
  return (comment === null ? line : line.slice(0, comment.index)).replace(/^[\t\v\f\r \u0085\u00a0]+|[\t\v\f\r \u0085\u00a0]+$/g, "")
}

/**
 * Names and values, in the order of the file; of a name that stands twice the last value counts. `$NAME` means an earlier line, or else `environment`, or nothing.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as Dotenv from "@dev-infra/taskfile/Dotenv"
 *
 * export const values = Dotenv.parse("export HOST=example.org # a comment\nURL=\"https://$HOST\"\n") // HOST example.org, URL https://example.org
 * ```
 */
export const parse = (source: string, environment: { readonly [name: string]: string | undefined } = {}): Either.Either<ReadonlyMap<string, string>, DotenvProblem> => {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n/g, "\n")
  const values = new Map<string, string>()
  const valueOf = (name: string): string => values.get(name) ?? (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? ""
  const refuse = (at: number, problem: string) => Either.left({ line: text.slice(0, at).split("\n").length, problem })
  let at = 0
  for (;;) {
    while (at < text.length && (isSpace(text[at]) || text[at] === "\n")) at += 1
    if (at >= text.length) return Either.right(values)
    if (text[at] === "#") {
      at = lineEnd(text, at)
      continue
    }
    const named = /^(?:export[\t ]+)?([A-Za-z0-9_.]*)[\t ]*([=:])?/.exec(text.slice(at, lineEnd(text, at)))
    const name = named?.[1] ?? ""
    if (named?.[2] === undefined || name === "") return refuse(at, "a line must be NAME=value")
    at += named[0].length
    while (isSpace(text[at])) at += 1
    const quote = text[at]
    if (quote === '"' || quote === "'") {
      const end = closing(text, quote, at)
      if (end === -1) return refuse(at, `the value of ${name} has no closing quote`)
      const inner = text.slice(at + 1, end)
      values.set(name, quote === "'" ? inner : expand(unescape(inner), valueOf))
      at = end + 1
    } else {
      const end = lineEnd(text, at)
      values.set(name, expand(bareValue(text.slice(at, end)), valueOf))
      at = end
    }
  }
}
