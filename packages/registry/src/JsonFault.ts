/**
 * Where and why a text is not JSON. `JSON.parse` is quick but does not say so reliably; this is only asked once it has failed.
 * The grammar is that of RFC 8259.
 *
 * @module
 */

/** The first thing that is wrong. `offset` counts UTF-16 units from 0. @category models */
export interface JsonFault {
  readonly offset: number
  readonly detail: string
  /** the text ends too early, and is valid up to there */
  readonly isTruncated: boolean
}

/** A place for people: both count from 1. @category models */
export interface LinePosition {
  readonly line: number
  readonly column: number
}

/** The line and column of an offset. @category constructors */
export const positionAt = (text: string, offset: number): LinePosition => {
  let line = 1
  let start = 0
  for (let next = text.indexOf("\n"); next !== -1 && next < offset; next = text.indexOf("\n", next + 1)) {
    line += 1
    start = next + 1
  }
  return { line, column: offset - start + 1 }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** The end of a string that starts at `offset`, or what is wrong with it. */
const skipString = (text: string, offset: number): number | JsonFault => {
  for (let index = offset + 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) return index + 1
    if (code < 0x20) {
      return code === 0x0a || code === 0x0d
        ? { offset, detail: "this text is not closed on its line", isTruncated: false }
        : { offset: index, detail: "a control character stands inside a text", isTruncated: false }
    }
    if (code !== 0x5c) continue
    const rest = text.slice(index + 1, index + 6)
    if (/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(rest)) index += rest.startsWith("u") ? 5 : 1
    else if (index + 1 + rest.length >= text.length && /^(?:$|u[0-9a-fA-F]{0,3}$)/.test(rest)) break
    else return { offset: index, detail: "a backslash is followed by a character that it cannot escape", isTruncated: false }
  }
  return { offset: text.length, detail: "the file ends inside a text", isTruncated: true }
}

/** The end of a value that is neither list nor object, or what is wrong with it. */
const skipScalar = (text: string, offset: number): number | JsonFault => {
  const first = text[offset] ?? ""
  if (first === "\"") return skipString(text, offset)
  number.lastIndex = offset
  const match = number.exec(text)
  if (match !== null && !/[\w.+-]/.test(text[number.lastIndex] ?? "")) return number.lastIndex
  for (const word of ["true", "false", "null"]) {
    if (text.startsWith(word, offset) && !/\w/.test(text[offset + word.length] ?? "")) return offset + word.length
    if (word.startsWith(text.slice(offset)) && text.length > offset) return { offset: text.length, detail: "the file ends inside a value", isTruncated: true }
  }
  if (/^-?[\d.eE+-]*$/.test(text.slice(offset, offset + 40)) && text.length <= offset + 40) {
    return { offset: text.length, detail: "the file ends inside a number", isTruncated: true }
  }
  if (first === "'") return { offset, detail: "a text stands in double quotes, not in single ones", isTruncated: false }
  if (first === "/" || first === "#") return { offset, detail: "JSON has no comments", isTruncated: false }
  return { offset, detail: `${show(text, offset)} is no value`, isTruncated: false }
}

const show = (text: string, offset: number): string => {
  const word = /^(?:[\p{L}\d_$.+-]{1,20}|[^])/u.exec(text.slice(offset, offset + 40))?.[0] ?? ""
  return JSON.stringify(word)
}

/**
 * What is wrong with a text that is not JSON; undefined if it is JSON after all.
 *
 * @category parsing
 */
export const findFault = (text: string): JsonFault | undefined => {
  const open: Array<"{" | "["> = []
  let expected: "value" | "value or ]" | "key" | "key or }" | "colon" | "comma" | "end" = "value"
  let offset = 0
  let lastComma = 0
  const wrong = (detail: string, at = offset): JsonFault => ({ offset: at, detail, isTruncated: false })
  for (;;) {
    while (/[ \t\n\r]/.test(text[offset] ?? "")) offset += 1
    const character = text[offset]
    if (character === undefined) {
      return expected === "end" ? undefined : { offset: text.length, detail: "the file ends too early", isTruncated: true }
    }
    if (expected === "end") return wrong(`${show(text, offset)} stands after the end`)
    if (expected === "colon") {
      if (character !== ":") return wrong(`a colon is missing before ${show(text, offset)}`)
      offset += 1
      expected = "value"
      continue
    }
    const closes = open.at(-1) === "{" ? "}" : "]"
    const mayClose = expected === "comma" || expected === "value or ]" || expected === "key or }"
    if (character === closes && open.length > 0) {
      if (!mayClose) return expected === "value" && closes === "}" ? wrong("a value is missing") : wrong(`there is a comma too much before "${closes}"`, lastComma)
      open.pop()
      offset += 1
      expected = open.length === 0 ? "end" : "comma"
      continue
    }
    if (expected === "comma") {
      if (character !== ",") return wrong(`a comma or "${closes}" is missing before ${show(text, offset)}`)
      lastComma = offset
      offset += 1
      expected = open.at(-1) === "{" ? "key" : "value"
      continue
    }
    if (expected === "key" || expected === "key or }") {
      if (character !== "\"") return wrong(`a key in double quotes is missing before ${show(text, offset)}`)
      const end = skipString(text, offset)
      if (typeof end !== "number") return end
      offset = end
      expected = "colon"
      continue
    }
    if (character === "{" || character === "[") {
      open.push(character)
      offset += 1
      expected = character === "{" ? "key or }" : "value or ]"
      continue
    }
    const end = skipScalar(text, offset)
    if (typeof end !== "number") return end
    offset = end
    expected = open.length === 0 ? "end" : "comma"
  }
}
