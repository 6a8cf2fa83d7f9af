/**
 * From the text of a template to its tree.
 *
 * @module
 */
import type { FunctionTable } from "../Template.js"
import { Expressions, keywords } from "./Expressions.js"
import type { Body, Statement, Tree } from "./Node.js"

/** What was read, and what it speaks of. @category models */
export interface Parsed {
  readonly tree: Tree
  readonly fields: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  readonly usesAll: boolean
}

type Ending = "end" | "else" | "eof"

const blankStart = /[ \t\r\n]*/y

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

/** By hand: a pattern takes a time that grows with the square of the blanks within the text. */
const withoutBlankEnd = (text: string): string => {
  let end = text.length
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

/** Reads one text. It throws a TemplateError. */
class Parser extends Expressions {
  private readonly definitions = new Map<string, Body>()
  private ranges = 0
  /** what stopped the last body: behind `else` the word that follows it is next */
  private ending: Ending = "eof"

  tree(): Tree {
    const body = this.body(true)
    if (this.ending !== "eof") throw this.fail(`{{ ${this.ending} }} without an action that it belongs to`)
    return { body, definitions: this.definitions }
  }

  /** Statements up to `end`, `else` or the end of the text, of which the lexer is behind then. */
  private body(top = false): Body {
    const statements: Array<Statement> = []
    const { text, lexer } = this
    for (;;) {
      const from = lexer.at
      const open = text.indexOf("{{", from)
      if (open < 0) {
        if (from < text.length) statements.push({ _tag: "Text", text: text.slice(from) })
        lexer.at = text.length
        lexer.start = text.length
        this.ending = "eof"
        return statements
      }
      const trims = text.charCodeAt(open + 2) === 45 && isBlank(text.charCodeAt(open + 3))
      const before = text.slice(from, open)
      const shown = trims ? withoutBlankEnd(before) : before
      if (shown !== "") statements.push({ _tag: "Text", text: shown })
      lexer.at = open + (trims ? 3 : 2)
      lexer.start = open
      if (this.skipComment(trims ? lexer.at + 1 : lexer.at)) continue
      lexer.advance()
      const statement = this.action(open, top)
      if (statement === "end" || statement === "else") {
        this.ending = statement
        return statements
      }
      if (statement !== undefined) statements.push(statement)
    }
  }

  private skipComment(from: number): boolean {
    let at = from
    while (isBlank(this.text.charCodeAt(at)) && from !== this.lexer.at) at++
    if (!this.text.startsWith("/*", at)) return false
    const close = this.text.indexOf("*/", at + 2)
    if (close < 0) throw this.fail("a comment that begins with /* does not end with */", at)
    const rest = /^(?:[ \t\r\n]+-)?\}\}/.exec(this.text.slice(close + 2, close + 200))?.[0]
    if (rest === undefined) throw this.fail("a comment ends with */}} or with */ -}}", close)
    this.behind(close + 2 + rest.length, rest !== "}}")
    return true
  }

  /** Goes on with text. */
  private behind(at: number, trims: boolean): void {
    blankStart.lastIndex = at
    this.lexer.at = trims ? at + (blankStart.exec(this.text)?.[0].length ?? 0) : at
  }

  /** The end of an action must be next. */
  private close(where: string): void {
    if (this.lexer.kind !== "Right") throw this.unexpected(where)
    this.behind(this.lexer.at, this.lexer.trims)
  }

  private action(open: number, top: boolean): Statement | "end" | "else" | undefined {
    const { lexer } = this
    const keyword = lexer.kind === "Identifier" ? String(lexer.value) : ""
    if (!keywords.has(keyword)) {
      const pipeline = this.pipeline("Right", "in an action")
      this.close("in an action")
      return { _tag: "Action", at: open, pipeline }
    }
    lexer.advance()
    switch (keyword) {
      case "end":
        this.close("behind end")
        return "end"
      case "else":
        return "else"
      case "if":
        return this.control("If", open)
      case "with":
        return this.control("With", open)
      case "range":
        return this.control("Range", open)
      case "break":
      case "continue":
        if (this.ranges === 0) throw this.fail(`{{ ${keyword} }} outside {{ range }}`, open)
        this.close(`behind ${keyword}`)
        return { _tag: keyword === "break" ? "Break" : "Continue", at: open }
      case "template": {
        const name = this.name("template")
        const pipeline = lexer.kind === "Right" ? undefined : this.pipeline("Right", "in template")
        this.close("in template")
        return { _tag: "Template", at: open, name, pipeline }
      }
      case "define": {
        if (!top) throw this.fail("{{ define }} within another action", open)
        const name = this.name("define")
        this.close("in define")
        this.define(name, open)
        return undefined
      }
      default: {
        const name = this.name("block")
        const pipeline = this.pipeline("Right", "in block")
        this.close("in block")
        this.define(name, open)
        return { _tag: "Template", at: open, name, pipeline }
      }
    }
  }

  private name(where: string): string {
    const { kind, value } = this.lexer
    if (kind !== "Constant" || typeof value !== "string") throw this.fail(`behind ${where} stands the name of a template, in quotes`)
    this.lexer.advance()
    return value
  }

  private define(name: string, open: number): void {
    const { variables, dotDepth, ranges } = this
    this.variables = ["$"]
    this.dotDepth = 1
    this.ranges = 0
    this.enter()
    const body = this.body()
    this.depth--
    if (this.ending !== "end") throw this.fail(`{{ define }} or {{ block }} ${JSON.stringify(name)} without its {{ end }}`, open)
    this.variables = variables
    this.dotDepth = dotDepth
    this.ranges = ranges
    const isEmpty = (one: Body): boolean => one.every((statement) => statement._tag === "Text" && statement.text.trim() === "")
    const earlier = this.definitions.get(name)
    if (earlier !== undefined && !isEmpty(earlier) && !isEmpty(body)) throw this.fail(`the template ${JSON.stringify(name)} is defined twice`, open)
    if (earlier === undefined || !isEmpty(body)) this.definitions.set(name, body)
  }

  private control(tag: "If" | "With" | "Range", open: number): Statement {
    const { lexer } = this
    const known = this.variables.length
    this.enter()
    const pipeline = this.pipeline("Right", `in ${tag.toLowerCase()}`, tag === "Range")
    this.close(`in ${tag.toLowerCase()}`)
    const inner = tag === "If" ? 0 : 1
    this.dotDepth += inner
    if (tag === "Range") this.ranges++
    const body = this.body()
    this.dotDepth -= inner
    if (tag === "Range") this.ranges--
    let otherwise: Body = []
    if (this.ending === "else") otherwise = this.otherwise(tag, open)
    if (this.ending !== "end") throw this.fail(`{{ ${tag.toLowerCase()} }} without its {{ end }}`, open)
    this.depth--
    this.variables.length = known
    lexer.start = open
    return { _tag: tag, at: open, pipeline, body, otherwise }
  }

  /** Behind the word `else`. */
  private otherwise(tag: "If" | "With" | "Range", open: number): Body {
    const { lexer } = this
    const next = lexer.kind === "Identifier" ? String(lexer.value) : ""
    if (next !== "" && tag !== "Range" && next === tag.toLowerCase()) {
      const at = lexer.start
      lexer.advance()
      // its {{ end }} ends both
      return [this.control(tag, at)]
    }
    this.close("behind else")
    const body = this.body()
    if (this.ending === "else") throw this.fail("a second {{ else }}", open)
    return body
  }
}

/** It throws a TemplateError. @category constructors */
export const parseTree = (text: string, table: FunctionTable): Parsed => {
  const parser = new Parser(text, table)
  const tree = parser.tree()
  return { tree, fields: parser.fields, functions: parser.functions, usesAll: parser.usesAll }
}
