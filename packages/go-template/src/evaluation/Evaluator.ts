/**
 * From a tree and its data to text.
 *
 * @module
 */
import * as Either from "effect/Either"
import { call as callMethod } from "../dates/Methods.js"
import { print } from "../formatting/Print.js"
import type { GoMap, GoTime, GoValue } from "../GoValue.js"
import type { Body, Command, Expression, Pipeline, Statement, Tree } from "../language/Node.js"
import { errorAt } from "../language/Place.js"
import type { TemplateError } from "../TemplateError.js"
import type { TemplateWorld } from "../TemplateWorld.js"
import * as Limits from "./Limits.js"
import { described, isList, isMap, isTime, isTrue, sortedEntries } from "./Values.js"

/** `undefined` is what is not there; `null` is there and nothing. */
type Value = GoValue | undefined

type Flow = "next" | "break" | "continue"

interface Variable {
  readonly name: string
  value: Value
}

/** How much a value adds to the steps. */
const weight = (value: Value): number => (typeof value === "string" ? value.length >> 5 : isList(value) ? value.length >> 2 : 0)

/** Renders one tree once. It throws a TemplateError. */
export class Evaluator {
  private readonly parts: Array<string> = []
  private length = 0
  private steps = 0
  private depth = 0
  private variables: Array<Variable>
  private readonly text: string
  private readonly tree: Tree
  private readonly world: TemplateWorld
  private readonly missing: string

  constructor(text: string, tree: Tree, data: GoMap, world: TemplateWorld, missing: string) {
    this.text = text
    this.tree = tree
    this.world = world
    this.missing = missing
    this.variables = [{ name: "$", value: data }]
  }

  render(data: GoMap): string {
    this.body(data, this.tree.body)
    return this.parts.join("")
  }

  /** The value of the only action of the tree. */
  evaluate(data: GoMap, pipeline: Pipeline): GoValue {
    return this.pipeline(data, pipeline) ?? null
  }

  private failed(at: number, detail: string): TemplateError {
    return errorAt(this.text, at, "Failed", detail)
  }

  private tooMuch(at: number, detail: string): TemplateError {
    return errorAt(this.text, at, "TooMuch", detail)
  }

  private count(at: number, steps = 1): void {
    this.steps += steps
    if (this.steps > Limits.steps) throw this.tooMuch(at, "it takes more steps than is allowed")
  }

  private write(text: string, at: number): void {
    this.length += text.length
    if (this.length > Limits.textLength) throw this.tooMuch(at, "it makes more text than is allowed")
    this.parts.push(text)
  }

  private print(value: Value, at: number): void {
    if (value === undefined || value === null) return this.write(this.missing, at)
    try {
      this.write(print(value), at)
    } catch (error) {
      throw error instanceof Limits.LimitReached ? this.tooMuch(at, error.message) : error
    }
  }

  private body(dot: Value, body: Body): Flow {
    for (const statement of body) {
      const flow = this.statement(dot, statement)
      if (flow !== "next") return flow
    }
    return "next"
  }

  private statement(dot: Value, statement: Statement): Flow {
    if (statement._tag === "Text") {
      this.write(statement.text, 0)
      return "next"
    }
    this.count(statement.at)
    switch (statement._tag) {
      case "Action": {
        const value = this.pipeline(dot, statement.pipeline)
        if (statement.pipeline.variables.length === 0) this.print(value, statement.at)
        return "next"
      }
      case "Break":
        return "break"
      case "Continue":
        return "continue"
      case "Template":
        this.call(dot, statement)
        return "next"
      default: {
        const mark = this.variables.length
        const value = this.pipeline(dot, statement.pipeline, statement._tag === "Range")
        const flow =
          statement._tag === "Range"
            ? this.range(dot, value, statement)
            : isTrue(value)
              ? this.body(statement._tag === "With" ? value : dot, statement.body)
              : this.body(dot, statement.otherwise)
        this.variables.length = mark
        return flow
      }
    }
  }

  private call(dot: Value, statement: Statement & { readonly _tag: "Template" }): void {
    const body = this.tree.definitions.get(statement.name)
    if (body === undefined) throw this.failed(statement.at, `no template ${JSON.stringify(statement.name)} is defined`)
    const value = statement.pipeline === undefined ? undefined : this.pipeline(dot, statement.pipeline)
    this.depth++
    if (this.depth > Limits.depth) throw this.tooMuch(statement.at, `templates call each other more than ${Limits.depth} times within each other`)
    const outer = this.variables
    this.variables = [{ name: "$", value }]
    this.body(value, body)
    this.variables = outer
    this.depth--
  }

  private range(dot: Value, value: Value, statement: Statement & { readonly _tag: "If" | "With" | "Range" }): Flow {
    const { pipeline, body, otherwise, at } = statement
    const mark = this.variables.length
    const [first, second] = pipeline.variables
    const once = (key: GoValue, entry: GoValue): Flow => {
      this.count(at)
      if (first !== undefined) this.declare(first, second === undefined ? entry : key, pipeline)
      if (second !== undefined) this.declare(second, entry, pipeline)
      const flow = this.body(entry, body)
      this.variables.length = mark
      return flow
    }
    const outer = this.outcome(value, at, second !== undefined, once)
    return outer === "empty" ? this.body(dot, otherwise) : "next"
  }

  private outcome(value: Value, at: number, hasTwo: boolean, once: (key: GoValue, entry: GoValue) => Flow): "empty" | "done" {
    if (value === undefined || value === null) return "empty"
    if (typeof value === "bigint") {
      if (hasTwo) throw this.failed(at, "range over an integer has one variable")
      for (let index = 0n; index < value; index++) if (once(index, index) === "break") break
      return value > 0n ? "done" : "empty"
    }
    if (isList(value)) {
      for (const [index, entry] of value.entries()) if (once(BigInt(index), entry) === "break") break
      return value.length > 0 ? "done" : "empty"
    }
    if (!isMap(value)) throw this.failed(at, `range can't iterate over ${described(value)}`)
    this.count(at, value.size >> 2)
    for (const [key, entry] of sortedEntries(value)) if (once(key, entry) === "break") break
    return value.size > 0 ? "done" : "empty"
  }

  private declare(name: string, value: Value, pipeline: Pipeline): void {
    if (pipeline.assigns) this.assign(name, value, pipeline.at)
    else this.variables.push({ name, value })
  }

  private find(name: string, at: number): Variable {
    for (let index = this.variables.length - 1; index >= 0; index--) {
      const variable = this.variables[index]
      if (variable?.name === name) return variable
    }
    throw this.failed(at, `there is no variable ${name} here`)
  }

  private assign(name: string, value: Value, at: number): void {
    this.find(name, at).value = value
  }

  /** Variables of `range` are set for each entry, not here. */
  private pipeline(dot: Value, pipeline: Pipeline, isRange = false): Value {
    let value: Value
    let isFirst = true
    for (const command of pipeline.commands) {
      value = this.command(dot, command, isFirst ? undefined : { value })
      isFirst = false
    }
    if (!isRange) for (const name of pipeline.variables) this.declare(name, value, pipeline)
    return value
  }

  private command(dot: Value, command: Command, piped: { readonly value: Value } | undefined): Value {
    const [first] = command.words
    if (first._tag === "Function") return this.function(dot, first, command, piped)
    if (command.words.length > 1 || piped !== undefined) return this.method(dot, first, command, piped)
    if (first._tag === "Nil") throw this.failed(first.at, "nil is not a command")
    return this.value(dot, first)
  }

  /** What is asked of a time may be given something; nothing else that is no function. */
  private method(dot: Value, first: Expression, command: Command, piped: { readonly value: Value } | undefined): Value {
    const name = first._tag === "Field" || first._tag === "Chain" || first._tag === "Variable" ? first.names.at(-1) : undefined
    if (name === undefined || !("names" in first)) throw this.failed(first.at, "only a function takes arguments")
    const receiver = this.value(dot, { ...first, names: first.names.slice(0, -1) })
    if (!isTime(receiver)) throw this.failed(first.at, `.${first.names.join(".")} is no function and takes no arguments`)
    return this.ask(receiver, name, this.given(dot, command, piped), first.at)
  }

  private ask(time: GoTime, name: string, given: ReadonlyArray<GoValue>, at: number): GoValue {
    const answer = callMethod(time, name, given, this.world.zone)
    if (Either.isLeft(answer)) throw this.failed(at, answer.left)
    return answer.right
  }

  private given(dot: Value, command: Command, piped: { readonly value: Value } | undefined): ReadonlyArray<GoValue> {
    const given: Array<GoValue> = []
    for (let index = 1; index < command.words.length; index++) {
      const word = command.words[index]
      if (word !== undefined) given.push(this.value(dot, word) ?? null)
    }
    if (piped !== undefined) given.push(piped.value ?? null)
    return given
  }

  private value(dot: Value, expression: Expression): Value {
    this.count(expression.at)
    switch (expression._tag) {
      case "Dot":
        return dot
      case "Nil":
        return null
      case "Constant":
        return expression.value
      case "Field":
        return this.fields(dot, expression.names, expression.at)
      case "Variable":
        return this.fields(this.find(expression.name, expression.at).value, expression.names, expression.at)
      case "Chain":
        if (expression.of._tag === "Nil") throw this.failed(expression.at, "nil has no fields")
        return this.fields(this.value(dot, expression.of), expression.names, expression.at)
      case "Function":
        return this.function(dot, expression, { at: expression.at, words: [expression] }, undefined)
      default:
        return this.pipeline(dot, expression)
    }
  }

  private fields(start: Value, names: ReadonlyArray<string>, at: number): Value {
    let value = start
    for (const name of names) {
      if (value === undefined) return undefined
      if (value === null) throw this.failed(at, `nothing has no field ${name}`)
      if (isTime(value)) {
        value = this.ask(value, name, [], at)
        continue
      }
      if (!isMap(value)) throw this.failed(at, `can't evaluate field ${name}: it is looked up in ${described(value)}, and only maps have fields`)
      value = value.get(name)
    }
    return value
  }

  private function(dot: Value, expression: Expression & { readonly _tag: "Function" }, command: Command, piped: { readonly value: Value } | undefined): Value {
    const { call, name, at } = expression
    this.count(at)
    if (typeof call === "string") return this.shortCircuit(dot, call === "or", command, piped, at)
    const given = this.given(dot, command, piped)
    for (const value of given) this.count(at, weight(value))
    const before = Limits.work.done
    const answer = call(given, this.world)
    this.count(at, (Limits.work.done - before) >> 4)
    if (Either.isRight(answer)) {
      this.count(at, weight(answer.right))
      return answer.right
    }
    throw typeof answer.left === "string" ? this.failed(at, name === "fail" ? answer.left : `${name}: ${answer.left}`) : this.tooMuch(at, `${name}: ${answer.left.detail}`)
  }

  /** `and` and `or` do not look at what follows the one that decides. */
  private shortCircuit(dot: Value, stop: boolean, command: Command, piped: { readonly value: Value } | undefined, at: number): Value {
    const words = command.words.slice(1)
    if (words.length === 0 && piped === undefined) throw this.failed(at, `${stop ? "or" : "and"}: it takes one argument or more, not 0`)
    let value: Value
    for (const word of words) {
      value = this.value(dot, word)
      if (isTrue(value) === stop) return value
    }
    return piped === undefined ? value : piped.value
  }
}
