/**
 * Regular expressions of RE2, the language of Go: read into a tree.
 *
 * @module
 */
import * as Classes from "./Classes.js"
import type { Class } from "./Classes.js"

/** @category models */
export type Assertion = "TextStart" | "TextEnd" | "LineStart" | "LineEnd" | "WordEdge" | "NoWordEdge"

/** @category models */
export type Node =
  | { readonly _tag: "Empty" }
  | { readonly _tag: "Class"; readonly set: Class }
  | { readonly _tag: "Assert"; readonly what: Assertion }
  | { readonly _tag: "Sequence"; readonly nodes: ReadonlyArray<Node> }
  | { readonly _tag: "Choice"; readonly nodes: ReadonlyArray<Node> }
  | { readonly _tag: "Repeat"; readonly node: Node; readonly least: number; readonly most: number | undefined; readonly greedy: boolean }
  | { readonly _tag: "Group"; readonly node: Node; readonly index: number }

/** @category models */
export interface Expression {
  readonly node: Node
  /** from 1; unnamed ones are not in it */
  readonly names: ReadonlyMap<string, number>
  readonly groups: number
}

/** What is wrong with an expression, in the words of Go. @category errors */
export class BadExpression extends Error {
  override readonly name = "BadExpression"
}

const bad = (what: string, where: string): BadExpression => new BadExpression(`error parsing regexp: ${what}: \`${where}\``)

interface Flags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly U: boolean
}

/** Groups within each other. */
const deepest = 200

class Reader {
  private at = 0
  private flags: Flags = { i: false, m: false, s: false, U: false }
  private depth = 0
  groups = 0
  readonly names = new Map<string, number>()
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  whole(): Node {
    const node = this.choice()
    if (this.at < this.text.length) throw bad("unexpected )", this.text)
    return node
  }

  private choice(): Node {
    const nodes = [this.sequence()]
    while (this.text[this.at] === "|") {
      this.at++
      nodes.push(this.sequence())
    }
    const [only] = nodes
    return nodes.length === 1 && only !== undefined ? only : { _tag: "Choice", nodes }
  }

  private sequence(): Node {
    const nodes: Array<Node> = []
    while (this.at < this.text.length && this.text[this.at] !== "|" && this.text[this.at] !== ")") {
      if (this.text.startsWith("\\Q", this.at)) {
        nodes.push(...this.quotedLetters())
        continue
      }
      const start = this.at
      const atom = this.atom()
      if (atom === undefined) continue
      nodes.push(this.repeated(atom, start))
    }
    const [only] = nodes
    return nodes.length === 1 && only !== undefined ? only : { _tag: "Sequence", nodes }
  }

  /** `\Q…\E`: all but the last, which what follows may repeat. */
  private quotedLetters(): ReadonlyArray<Node> {
    const end = this.text.indexOf("\\E", this.at + 2)
    const letters = Array.from(this.text.slice(this.at + 2, end < 0 ? undefined : end), (character) => this.literal(character))
    this.at = end < 0 ? this.text.length : end + 2
    const last = letters.at(-1)
    return last === undefined ? [] : [...letters.slice(0, -1), this.repeated(last, this.at - 1)]
  }

  private count(): readonly [number, number | undefined] | undefined {
    const found = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.text.slice(this.at, this.at + 24))
    if (found === null) return undefined
    const [written, first = "", comma, second = ""] = found
    const least = Number(first)
    const most = comma === undefined ? least : second === "" ? undefined : Number(second)
    if (least > 1000 || (most !== undefined && (most > 1000 || most < least))) throw bad("invalid repeat count", written)
    this.at += written.length
    return [least, most]
  }

  private repeated(atom: Node, start: number): Node {
    let node = atom
    let before: string | undefined
    for (;;) {
      const from = this.at
      const mark = this.text[this.at]
      let bounds: readonly [number, number | undefined] | undefined
      if (mark === "*") bounds = [0, undefined]
      else if (mark === "+") bounds = [1, undefined]
      else if (mark === "?") bounds = [0, 1]
      else if (mark === "{") bounds = this.count()
      if (bounds === undefined) return node
      if (mark !== "{") this.at++
      let lazy = this.flags.U
      if (this.text[this.at] === "?") {
        this.at++
        lazy = !lazy
      }
      const written = this.text.slice(from, this.at)
      if (before !== undefined) throw bad("invalid nested repetition operator", before + written)
      before = written
      if (start === from) throw bad("missing argument to repetition operator", written)
      node = { _tag: "Repeat", node, least: bounds[0], most: bounds[1], greedy: !lazy }
    }
  }

  private literal(character: string): Node {
    return { _tag: "Class", set: Classes.letter(character.codePointAt(0) ?? 0, this.flags.i) }
  }

  /** None for what only sets flags. */
  private atom(): Node | undefined {
    const character = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)
    switch (character) {
      case "(":
        return this.group()
      case "[":
        return this.brackets()
      case ".":
        this.at++
        return { _tag: "Class", set: this.flags.s ? Classes.any : Classes.notNewline }
      case "^":
        this.at++
        return { _tag: "Assert", what: this.flags.m ? "LineStart" : "TextStart" }
      case "$":
        this.at++
        return { _tag: "Assert", what: this.flags.m ? "LineEnd" : "TextEnd" }
      case "*":
      case "+":
      case "?":
        throw bad("missing argument to repetition operator", character)
      case "\\":
        return this.escape()
      default:
        this.at += character.length
        return this.literal(character)
    }
  }

  private group(): Node | undefined {
    const start = this.at
    this.depth++
    if (this.depth > deepest) throw bad("expression nests too deeply", this.text.slice(0, 40))
    const outer = this.flags
    const named = /^\(\?P?<([^>]*)>/.exec(this.text.slice(start, start + 200))
    let index: number | undefined
    if (named !== null && !/^\(\?<[=!]/.test(named[0])) {
      const [written, name = ""] = named
      if (!/^\w+$/.test(name)) throw bad("invalid named capture", written)
      if (this.names.has(name)) throw bad("duplicate capture group name", name)
      this.at += written.length
      index = ++this.groups
      this.names.set(name, index)
    } else if (this.text.startsWith("(?", start)) {
      const found = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.text.slice(start, start + 40))
      if (found === null || (found[0] === "(?)")) throw bad("invalid or unsupported Perl syntax", this.text.slice(start, start + 3))
      const [written, on = "", off = "", end] = found
      const is = (flag: keyof Flags): boolean => !off.includes(flag) && (on.includes(flag) || this.flags[flag])
      this.flags = { i: is("i"), m: is("m"), s: is("s"), U: is("U") }
      this.at += written.length
      if (end === ")") {
        this.depth--
        return undefined
      }
    } else {
      this.at++
      index = ++this.groups
    }
    const node = this.choice()
    if (this.text[this.at] !== ")") throw bad("missing closing )", this.text)
    this.at++
    this.flags = outer
    this.depth--
    return index === undefined ? (node._tag === "Class" ? node : { _tag: "Sequence", nodes: [node] }) : { _tag: "Group", node, index }
  }

  private escape(): Node | undefined {
    const next = this.text[this.at + 1]
    if (next === undefined) throw bad("trailing backslash at end of expression", "")
    const assertions: { readonly [letter: string]: Assertion | undefined } = { A: "TextStart", z: "TextEnd", b: "WordEdge", B: "NoWordEdge" }
    const what = Object.hasOwn(assertions, next) ? assertions[next] : undefined
    if (what !== undefined) {
      this.at += 2
      return { _tag: "Assert", what }
    }
    if (next === "C") {
      this.at += 2
      return { _tag: "Class", set: Classes.any }
    }
    const set = this.classEscape()
    if (set !== undefined) return { _tag: "Class", set }
    return { _tag: "Class", set: Classes.letter(this.character(), this.flags.i) }
  }

  /** `\d`, `\pL` and their like. */
  private classEscape(): Class | undefined {
    const perl = Classes.perl(this.text[this.at + 1] ?? "")
    if (perl !== undefined) {
      this.at += 2
      return perl
    }
    const property = /^\\([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Za-z]))/.exec(this.text.slice(this.at, this.at + 40))
    if (property === null) return undefined
    const [written, letter, caret, long, short] = property
    const set = Classes.property(long ?? short ?? "", (letter === "P") !== (caret === "^"))
    if (set === undefined) throw bad("invalid character class range", written)
    this.at += written.length
    return set
  }

  /** The code of an escaped character. */
  private character(): number {
    const rest = this.text.slice(this.at, this.at + 16)
    const hex = /^\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest)
    const octal = /^\\(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/.exec(rest)
    const controls: { readonly [letter: string]: number | undefined } = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }
    const next = String.fromCodePoint(this.text.codePointAt(this.at + 1) ?? 0)
    const control = Object.hasOwn(controls, next) ? controls[next] : undefined
    if (hex !== null || octal !== null) {
      const code = hex !== null ? Number.parseInt(hex[1] ?? hex[2] ?? "", 16) : Number.parseInt(octal?.[0].slice(1) ?? "", 8)
      if (code > 0x10ffff) throw bad("invalid escape sequence", hex?.[0] ?? "")
      this.at += (hex ?? octal)?.[0].length ?? 0
      return code
    }
    if (control === undefined && /[A-Za-z0-9]/.test(next)) throw bad("invalid escape sequence", `\\${next}`)
    this.at += 1 + next.length
    return control ?? next.codePointAt(0) ?? 0
  }

  private brackets(): Node {
    const start = this.at
    this.at++
    const negated = this.text[this.at] === "^"
    if (negated) this.at++
    const parts: Array<Class> = []
    for (let first = true; first || this.text[this.at] !== "]"; first = false) {
      if (this.at >= this.text.length) throw bad("missing closing ]", this.text.slice(start))
      const named = /^\[:(\^?)([a-z]+):\]/.exec(this.text.slice(this.at, this.at + 20))
      const posix = named === null ? undefined : Classes.posix(named[2] ?? "", named[1] === "^")
      if (named !== null) {
        if (posix === undefined) throw bad("invalid character class range", named[0])
        this.at += named[0].length
        parts.push(posix)
        continue
      }
      const set = this.text[this.at] === "\\" ? this.classEscape() : undefined
      if (set === undefined) parts.push(this.range())
      else parts.push(set)
    }
    this.at++
    return { _tag: "Class", set: Classes.union(parts, negated, this.flags.i) }
  }

  private range(): Class {
    const start = this.at
    const low = this.bound()
    if (this.text[this.at] !== "-" || this.text[this.at + 1] === "]" || this.at + 1 >= this.text.length) return Classes.span(low, low)
    this.at++
    const high = this.bound()
    if (high < low) throw bad("invalid character class range", this.text.slice(start, this.at))
    return Classes.span(low, high)
  }

  private bound(): number {
    if (this.text[this.at] === "\\") {
      if (this.at + 1 >= this.text.length) throw bad("missing closing ]", this.text)
      return this.character()
    }
    const code = this.text.codePointAt(this.at) ?? 0
    this.at += code > 0xffff ? 2 : 1
    return code
  }
}

/** It throws a BadExpression. @category constructors */
export const read = (text: string): Expression => {
  const reader = new Reader(text)
  const node = reader.whole()
  return { node, names: reader.names, groups: reader.groups }
}
