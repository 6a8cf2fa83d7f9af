/**
 * What shells make of a text before they look for files: quotes, variables, braces. The result is a pattern in which a backslash before a character takes its meaning away.
 *
 * @module
 */

const special = /[*?[\]{},\\]/

/** Take quotes away, and put values in the place of `$NAME` and `${NAME}`; undefined for what only a shell can do. @category combinators */
export const unquote = (text: string, valueOf: (name: string) => string | undefined): string | undefined => {
  let made = ""
  const literal = (part: string): void => {
    for (const character of part) made += special.test(character) ? `\\${character}` : character
  }
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at)
    const [escaped] = /^\\[^]/.exec(rest) ?? []
    const single = /^'([^']*)'/.exec(rest)
    const double = /^"((?:[^"\\]|\\[^])*)"/.exec(rest)
    const variable = /^\$(?:\{(\w+)\}|([A-Za-z_]\w*))/.exec(rest)
    if (escaped !== undefined) {
      literal(escaped.slice(1))
      at += escaped.length
    } else if (single !== null) {
      literal(single[1] ?? "")
      at += single[0].length
    } else if (double !== null) {
      literal((double[1] ?? "").replace(/\\([$`"\\])/g, "$1").replace(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (_, one?: string, other?: string) => valueOf(one ?? other ?? "") ?? ""))
      at += double[0].length
    } else if (variable !== null) {
      made += valueOf(variable[1] ?? variable[2] ?? "") ?? ""
      at += variable[0].length
    } else if (/^(?:\$[({]|`|['"])/.test(rest)) {
      return undefined
    } else {
      made += rest.slice(0, 1)
      at++
    }
  }
  return made
}

/** The most texts that braces may stand for; those that stand for more are taken as they are. */
const limit = 10_000

/** The place after the bracket that closes the one at `from`, and the commas between them. */
const closing = (pattern: string, from: number): { readonly end: number; readonly commas: ReadonlyArray<number> } | undefined => {
  const commas: Array<number> = []
  let depth = 0
  for (let at = from; at < pattern.length; at++) {
    const character = pattern[at]
    if (character === "\\") at++
    else if (character === "{") depth++
    else if (character === "," && depth === 1) commas.push(at)
    else if (character === "}" && --depth === 0) return { end: at, commas }
  }
  return undefined
}

const sequence = (inside: string): ReadonlyArray<string> | undefined => {
  const found = /^(?:([+-]?\d+)\.\.([+-]?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.([+-]?\d+))?$/.exec(inside)
  if (found === null) return undefined
  const isNumber = found[1] !== undefined
  const place = (text: string | undefined): number => (isNumber ? Number(text) : (text ?? "").charCodeAt(0))
  const [from, to] = [place(found[1] ?? found[3]), place(found[2] ?? found[4])]
  const step = Math.abs(Number(found[5] ?? 1)) || 1
  if (Math.abs(to - from) / step >= limit) return undefined
  const count = Math.floor(Math.abs(to - from) / step) + 1
  const values = Array.from({ length: count }, (_, at) => from + at * step * Math.sign(to - from))
  return values.map((value) => (isNumber ? String(value) : String.fromCharCode(value)))
}

/** What braces stand for: `{a,b}`, `{1..3}`, within each other too. @category combinators */
export const expandBraces = (pattern: string): ReadonlyArray<string> => {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === "\\") {
      at++
      continue
    }
    const found = pattern[at] === "{" ? closing(pattern, at) : undefined
    if (found === undefined) continue
    const { commas, end } = found
    const places = [at, ...commas, end]
    const choices = commas.length === 0 ? sequence(pattern.slice(at + 1, end)) : places.slice(1).map((place, index) => pattern.slice((places[index] ?? 0) + 1, place))
    if (choices === undefined) continue
    const rest = expandBraces(pattern.slice(end + 1))
    const middles = choices.flatMap(expandBraces)
    if (middles.length * rest.length > limit) return [pattern]
    return middles.flatMap((middle) => rest.map((tail) => pattern.slice(0, at) + middle + tail))
  }
  return [pattern]
}
