/**
 * From the words of an action to the expression that they mean.
 *
 * @module
 */
import { builtins } from "../evaluation/Builtins.js"
import type { FunctionTable } from "../Template.js"
import type { TemplateError } from "../TemplateError.js"
import { Lexer } from "./Lexer.js"
import type { Command, Expression, Pipeline } from "./Node.js"
import { errorAt } from "./Place.js"

/** Words that are no functions. @category constants */
export const keywords: ReadonlySet<string> = new Set(["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"])

/** Actions and brackets within each other. */
const deepest = 1000

/** Reads expressions, and notes what they speak of. It throws a TemplateError. */
export class Expressions {
  readonly fields = new Set<string>()
  readonly functions = new Set<string>()
  usesAll = false
  protected variables: Array<string> = ["$"]
  /** how many actions and brackets are open */
  protected depth = 0
  /** 0 where the dot is what the template is given */
  protected dotDepth = 0
  protected readonly text: string
  private readonly table: FunctionTable
  protected readonly lexer: Lexer

  constructor(text: string, table: FunctionTable) {
    this.text = text
    this.table = table
    this.lexer = new Lexer(text, 0)
  }

  protected fail(detail: string, at = this.lexer.start): TemplateError {
    return errorAt(this.text, at, "Syntax", detail)
  }

  protected unexpected(where: string): TemplateError {
    const { kind, value } = this.lexer
    if (kind === "Bad") return this.fail(String(value))
    if (kind === "End") return this.fail("an action that begins with {{ does not end with }}")
    return this.fail(kind === "Right" ? `something is missing before }} ${where}` : `${this.lexer.written()} is not expected ${where}`)
  }

  protected enter(): void {
    this.depth++
    if (this.depth > deepest) throw errorAt(this.text, this.lexer.start, "TooMuch", "it is nested too deeply")
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

  protected pipeline(end: "Right" | "Close", where: string, isRange = false): Pipeline {
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
