/**
 * Read git's configuration format.
 *
 * Written after the section "CONFIGURATION FILE" of git-config(1). Not followed: `include` files, and `url.<base>.insteadOf`
 * (a URL is given as it stands in the file).
 *
 * @module
 */

/**
 * One variable. `section` and `name` are in lower case, as git compares them without case; `subsection` is as written.
 *
 * @category models
 */
export interface GitVariable {
  readonly section: string
  readonly subsection?: string
  readonly name: string
  /** `true` for a name without a value */
  readonly value: string
}

const escapes = new Map([["n", "\n"], ["t", "\t"], ["b", "\b"]])

/** A value up to the end of its line with nothing special in it, which is nearly every one. */
const plainValue = /[^\n"\\#;]*(?=\n|$)/y

/** A value from `start`: quotes, escapes, comments, lines that go on. Gives the value and the place after its line. */
const readValue = (text: string, start: number): readonly [value: string, next: number] => {
  plainValue.lastIndex = start
  if (plainValue.test(text)) return [text.slice(start, plainValue.lastIndex).trimEnd(), plainValue.lastIndex]
  let value = ""
  /** length of the value up to its last character that is no trailing blank */
  let kept = 0
  let quoted = false
  let at = start
  for (; at < text.length; at++) {
    const character = text[at] ?? ""
    if (character === "\n") {
      at += 1
      break
    }
    if (character === "\\") {
      at += 1
      const next = text[at] ?? ""
      if (next === "\n") continue
      value += escapes.get(next) ?? next
      kept = value.length
    } else if (character === "\"") {
      quoted = !quoted
      kept = value.length
    } else if (!quoted && (character === "#" || character === ";")) {
      const end = text.indexOf("\n", at)
      at = end < 0 ? text.length : end + 1
      break
    } else if (quoted || !/\s/.test(character)) {
      value += character
      kept = value.length
    } else if (value !== "") {
      value += character
    }
  }
  return [value.slice(0, kept), at]
}

const blank = /\s+/y
const header = /\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\\n]|\\[^\n])*)")?\s*\]/y
const variable = /([A-Za-z][A-Za-z0-9-]*)[^\S\n]*(=[^\S\n]*)?/y

/**
 * All variables of a file, in order. Lines that are no configuration are passed over: the reader of somebody else's file
 * takes what it can.
 *
 * @param source the text of the file
 * @category constructors
 */
export const parse = (source: string): ReadonlyArray<GitVariable> => {
  const text = source.startsWith("\uFEFF") || source.includes("\r") ? source.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n") : source
  const found: Array<GitVariable> = []
  let section = ""
  let subsection: string | undefined
  let at = 0
  while (at < text.length) {
    blank.lastIndex = at
    if (blank.test(text)) at = blank.lastIndex
    const character = text[at]
    if (character === undefined) break
    if (character === "[") {
      header.lastIndex = at
      const match = header.exec(text)
      if (match !== null) {
        const name = (match[1] ?? "").toLowerCase()
        const dot = name.indexOf(".")
        const quoted = match[2]
        section = quoted === undefined && dot > 0 ? name.slice(0, dot) : name
        subsection = quoted === undefined ? (dot > 0 ? name.slice(dot + 1) : undefined) : quoted.replace(/\\(.)/gs, "$1")
        at = header.lastIndex
        continue
      }
    } else if (character !== "#" && character !== ";") {
      variable.lastIndex = at
      const match = variable.exec(text)
      if (match !== null) {
        const name = (match[1] ?? "").toLowerCase()
        const [value, next] = match[2] === undefined ? ["true", variable.lastIndex] : readValue(text, variable.lastIndex)
        found.push(subsection === undefined ? { section, name, value } : { section, subsection, name, value })
        at = next
        continue
      }
    }
    const end = text.indexOf("\n", at)
    at = end < 0 ? text.length : end + 1
  }
  return found
}

/**
 * The last value of a variable outside subsections.
 *
 * @category combinators
 */
export const get = (variables: ReadonlyArray<GitVariable>, section: string, name: string): string | undefined =>
  variables.findLast((each) => each.section === section && each.subsection === undefined && each.name === name)?.value

/**
 * Whether a variable is set to a true value, by git's rules (`true`, `yes`, `on`, a number that is not 0, or no value).
 *
 * @category combinators
 */
export const isTrue = (variables: ReadonlyArray<GitVariable>, section: string, name: string): boolean => {
  const value = get(variables, section, name)
  return value !== undefined && /^(true|yes|on|0*[1-9][0-9]*)$/i.test(value)
}

/**
 * The URL of the remote that stands for the repository: `origin`, else the only, else the first one that has a URL.
 *
 * @category combinators
 */
export const remoteUrl = (variables: ReadonlyArray<GitVariable>): string | undefined => {
  const urls = variables.filter((each) => each.section === "remote" && each.subsection !== undefined && each.name === "url" && each.value !== "")
  return (urls.find((each) => each.subsection === "origin") ?? urls[0])?.value
}
