/**
 * From the text of a template to its tree.
 *
 * @module
 */
import { builtins } from "../evaluation/Builtins.js"
import type { FunctionTable } from "../Template.js"
import type { TemplateError } from "../TemplateError.js"
import { Lexer } from "./Lexer.js"
import type { Body, Command, Expression, Pipeline, Statement, Tree } from "./Node.js"
import { errorAt } from "./Place.js"

/** What was read, and what it speaks of. @category models */
export interface Parsed {
  readonly tree: Tree
  readonly fields: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  readonly usesAll: boolean
}

const keywords: ReadonlySet<string> = new Set(["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"])

/** Actions and brackets within each other. */
const deepest = 1000

type Ending = "end" | "else" | "eof"

const blankStart = /[ \t\r\n]*/y

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

/** By hand: a pattern takes a time that grows with the square of the blanks within the text. */
const withoutBlankEnd = (text: string): string => {
  let end = text.length
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

/** Reads one text. It throws a TemplateError, which `parse` below catches. */
class Parser {
  readonly fields = new Set<string>()
  readonly functions = new Set<string>()
  usesAll = false
  private readonly definitions = new Map<string, Body>()
  private variables: Array<string> = ["$"]
  private ranges = 0
  /** how many actions and brackets are open */
  private depth = 0
  /** 0 where the dot is what the template is given */
  private dotDepth = 0
  private readonly text: string
  private readonly table: FunctionTable
  private readonly lexer: Lexer
  /** what stopped the last body: behind `else` the word that follows it is next */
  private ending: Ending = "eof"

  constructor(text: string, table: FunctionTable) {
    this.text = text
    this.table = table
    this.lexer = new Lexer(text, 0)
  }

  private fail(detail: string, at = this.lexer.start): TemplateError {
    return errorAt(this.text, at, "Syntax", detail)
  }

  private unexpected(where: string): TemplateError {
    const { kind, value } = this.lexer
    if (kind === "Bad") return this.fail(String(value))
    if (kind === "End") return this.fail("an action that begins with {{ does not end with }}")
    return this.fail(kind === "Right" ? `something is missing before }} ${where}` : `${this.lexer.written()} is not expected ${where}`)
  }

  tree(): Tree {
    const body = this.body(true)
    if (this.ending !== "eof") throw this.fail(`{{ ${this.ending} }} without an action that it belongs to`)
    return { body, definitions: this.definitions }
  }

  private enter(): void {
    this.depth++
    if (this.depth > deepest) throw errorAt(this.text, this.lexer.start, "TooMuch", "it is nested too deeply")
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

  /** Names in front of `:=` or `=`. */
  private declaration(isRange: boolean): { readonly names: ReadonlyArray<string>; readonly assigns: boolean } {
    const { lexer } = this
    if (lexer.kind !== "Variable") return { names: [], assigns: false }
    const back = { at: lexer.at, start: lexer.start, value: lexer.value, spaced: lexer.spaced }
    const names = [String(lexer.value)]
    lexer.advance()
    // a comma joins two names in range only
    if (this.isKind("Comma") && isRange) {
      lexer.advance()
      if (!this.isKind("Variable")) throw this.unexpected("in range")
      names.push(String(lexer.value))
      lexer.advance()
    }
    if (this.isKind("Declare") || this.isKind("Assign")) {
      const assigns = this.isKind("Assign")
      lexer.advance()
      return { names, assigns }
    }
    if (names.length > 1) throw this.unexpected("in range")
    lexer.kind = "Variable"
    lexer.at = back.at
    lexer.start = back.start
    lexer.value = back.value
    lexer.spaced = back.spaced
    return { names: [], assigns: false }
  }

  private isKind(kind: Lexer["kind"]): boolean {
    return this.lexer.kind === kind
  }

  private pipeline(end: "Right" | "Close", where: string, isRange = false): Pipeline {
    const { lexer } = this
    const at = lexer.start
    const { names, assigns } = this.declaration(isRange)
    const commands: Array<Command> = []
    for (;;) {
      const command = this.command(where)
      const [first] = command.words
      if (commands.length > 0 && (first._tag === "Constant" || first._tag === "Dot" || first._tag === "Nil")) {
        throw this.fail("behind | stands a function, which is given what is before it", first.at)
      }
      commands.push(command)
      if (lexer.kind !== "Pipe") break
      lexer.advance()
    }
    if (lexer.kind !== end) throw this.unexpected(end === "Close" ? "in brackets" : where)
    if (assigns) for (const name of names) this.check(name, at)
    else this.variables.push(...names)
    return { _tag: "Pipeline", at, commands, variables: names, assigns }
  }

  private check(name: string, at: number): void {
    if (!this.variables.includes(name)) throw this.fail(`there is no variable ${name} here`, at)
  }

  private command(where: string): Command {
    const at = this.lexer.start
    const first = this.operand(where)
    const others: Array<Expression> = []
    for (;;) {
      const { kind, spaced } = this.lexer
      if (kind === "Right" || kind === "Close" || kind === "Pipe") return { at, words: [first, ...others] }
      if (!spaced || kind === "Comma" || kind === "Assign" || kind === "Declare") throw this.unexpected(where)
      others.push(this.operand(where))
    }
  }

  private operand(where: string): Expression {
    const { lexer } = this
    const term = this.term(where)
    if (!this.isKind("Field") || lexer.spaced) return this.seen(term)
    const names: Array<string> = []
    while (this.isKind("Field") && !lexer.spaced) {
      names.push(String(lexer.value))
      lexer.advance()
    }
    switch (term._tag) {
      case "Field":
        return this.seen({ ...term, names: [...term.names, ...names] })
      case "Variable":
        return this.seen({ ...term, names })
      case "Constant":
      case "Dot":
      case "Nil":
        throw this.fail("a dot behind what has no fields", term.at)
      default:
        return { _tag: "Chain", at: term.at, of: term, names }
    }
  }

  /** Notes which data it speaks of. */
  private seen(term: Expression): Expression {
    if (term._tag === "Field" && term.names[0] !== undefined) this.fields.add(term.names[0])
    else if (term._tag === "Variable" && term.name === "$") {
      if (term.names[0] === undefined) this.usesAll = true
      else this.fields.add(term.names[0])
    } else if (term._tag === "Dot" && this.dotDepth === 0) this.usesAll = true
    return term
  }

  private term(where: string): Expression {
    const { lexer } = this
    const { kind, start: at, value } = lexer
    switch (kind) {
      case "Field":
        lexer.advance()
        return { _tag: "Field", at, names: [String(value)] }
      case "Variable":
        this.check(String(value), at)
        lexer.advance()
        return { _tag: "Variable", at, name: String(value), names: [] }
      case "Dot":
        lexer.advance()
        return { _tag: "Dot", at }
      case "Constant":
        lexer.advance()
        return { _tag: "Constant", at, value }
      case "Identifier":
        return this.identifier(String(value), at, where)
      case "Open": {
        this.enter()
        lexer.advance()
        const pipeline = this.pipeline("Close", "in brackets")
        lexer.advance()
        this.depth--
        return pipeline
      }
      default:
        throw this.unexpected(where)
    }
  }

  private identifier(name: string, at: number, where: string): Expression {
    if (name === "nil") {
      this.lexer.advance()
      return { _tag: "Nil", at }
    }
    if (keywords.has(name)) throw this.unexpected(where)
    const call = this.table.get(name) ?? builtins.get(name)
    if (call === undefined) throw errorAt(this.text, at, "UnknownFunction", name)
    this.functions.add(name)
    this.lexer.advance()
    return { _tag: "Function", at, name, call: name === "and" || name === "or" ? name : call }
  }
}

/** It throws a TemplateError. @category constructors */
export const parseTree = (text: string, table: FunctionTable): Parsed => {
  const parser = new Parser(text, table)
  const tree = parser.tree()
  return { tree, fields: parser.fields, functions: parser.functions, usesAll: parser.usesAll }
}
