/**
 * The words of an action: what stands between `{{` and `}}`.
 *
 * @module
 */
import * as Quoted from "./Quoted.js"

/** @category models */
export type TokenKind =
  | "Right"
  | "End"
  | "Field"
  | "Variable"
  | "Identifier"
  | "Dot"
  | "Constant"
  | "Pipe"
  | "Comma"
  | "Open"
  | "Close"
  | "Declare"
  | "Assign"
  | "Bad"

const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

const isDigit = (code: number): boolean => code >= 48 && code <= 57

const letter = /\p{L}|\p{Nd}|_/u

const isWord = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95
  // NaN at the end of the text compares as false above
  return code >= 128 && letter.test(String.fromCodePoint(text.codePointAt(at) ?? 0))
}

const wordEnd = (text: string, from: number): number => {
  let at = from
  while (isWord(text, at)) at += text.charCodeAt(at) >= 0xd800 && text.charCodeAt(at) < 0xdc00 ? 2 : 1
  return at
}

const numberPattern = /[+-]?(?:0[xX][0-9a-fA-F_]+(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?\d+)?|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y

/** Reads one word after the other. `kind`, `value`, `start` and `spaced` speak of the word that comes next. */
export class Lexer {
  at: number
  kind: TokenKind = "End"
  /** names without their dot, with their `$`; for `Bad` what is wrong */
  value: string | bigint | number | boolean = ""
  start = 0
  /** there is a blank before it */
  spaced = false
  /** of `Right`: a `-` asks to leave away the blanks that follow */
  trims = false
  readonly text: string

  constructor(text: string, at: number) {
    this.text = text
    this.at = at
  }

  /** What is between the start and the end of the word. */
  written(): string {
    return this.text.slice(this.start, Math.max(this.at, this.start + 1))
  }

  private set(kind: TokenKind, end: number, value: string | bigint | number | boolean = ""): void {
    this.kind = kind
    this.value = value
    this.at = end
  }

  private bad(what: string): void {
    this.set("Bad", Math.min(this.at + 1, this.text.length), what)
  }

  advance(): void {
    const text = this.text
    let at = this.at
    while (isSpace(text.charCodeAt(at))) at++
    this.spaced = at > this.at
    this.at = at
    this.start = at
    const code = text.charCodeAt(at)
    if (code === 125 && text.charCodeAt(at + 1) === 125) {
      this.trims = false
      return this.set("Right", at + 2)
    }
    if (code === 45 && this.spaced && text.startsWith("-}}", at)) {
      this.trims = true
      return this.set("Right", at + 3)
    }
    if (at >= text.length) return this.set("End", at)
    switch (code) {
      case 40:
        return this.set("Open", at + 1)
      case 41:
        return this.set("Close", at + 1)
      case 124:
        return this.set("Pipe", at + 1)
      case 44:
        return this.set("Comma", at + 1)
      case 61:
        return this.set("Assign", at + 1)
      case 58:
        return text.charCodeAt(at + 1) === 61 ? this.set("Declare", at + 2) : this.bad("a : without = behind it")
      case 34:
      case 39:
      case 96:
        return this.quoted(code)
      case 46:
        if (isDigit(text.charCodeAt(at + 1))) return this.number()
        if (isWord(text, at + 1)) return this.word("Field", at + 1)
        return this.set("Dot", at + 1)
      case 36:
        return this.word("Variable", at)
      case 43:
      case 45:
        return this.number()
      default:
        if (isDigit(code)) return this.number()
        return isWord(text, at) ? this.word("Identifier", at) : this.bad(`the character ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} means nothing here`)
    }
  }

  private word(kind: "Field" | "Variable" | "Identifier", from: number): void {
    const end = wordEnd(this.text, kind === "Variable" ? from + 1 : from)
    const code = this.text.charCodeAt(end)
    // what may follow a name: a blank, the end, or one of . , | : ( ) }
    if (end < this.text.length && !isSpace(code) && !(code === 46 || code === 44 || code === 124 || code === 58 || code === 61 || code === 40 || code === 41 || code === 125)) {
      this.at = end
      this.start = end
      return this.bad(`the character ${JSON.stringify(String.fromCodePoint(this.text.codePointAt(end) ?? 0))} cannot stand in a name`)
    }
    const value = this.text.slice(from, end)
    this.set(kind, end, value)
    if (kind === "Identifier" && (value === "true" || value === "false")) this.set("Constant", end, value === "true")
  }

  private number(): void {
    numberPattern.lastIndex = this.at
    const written = numberPattern.exec(this.text)?.[0]
    if (written === undefined) return this.bad("a sign without a number behind it")
    const end = this.at + written.length
    if (isWord(this.text, end)) return this.bad(`${this.text.slice(this.at, Math.min(wordEnd(this.text, end), this.at + 60))} is no number`)
    const value = Quoted.number(written)
    return value === undefined ? this.bad(`${written.slice(0, 60)} is no number`) : this.set("Constant", end, value)
  }

  private quoted(code: number): void {
    const end = Quoted.end(this.text, this.at, code)
    if (end === undefined) return this.bad(code === 96 ? "a text in ` that does not end" : code === 39 ? "a character in ' that does not end" : "a text in \" that does not end in its line")
    const written = this.text.slice(this.at + 1, end - 1)
    if (code === 96) return this.set("Constant", end, written.replaceAll("\r", ""))
    const value = Quoted.unescape(written, code === 39)
    if (value === undefined) return this.bad("an escape sequence that Go does not know")
    if (code === 34) return this.set("Constant", end, value)
    const [character, ...others] = value
    return character === undefined || others.length > 0 ? this.bad("' holds one character; texts are in \" or `") : this.set("Constant", end, BigInt(character.codePointAt(0) ?? 0))
  }
}
