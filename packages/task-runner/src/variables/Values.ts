/**
 * Finds the values of variables: each when it is needed, and with it only what it needs itself. What comes of a command is found by the caller.
 *
 * @module
 */
import type { GoMap, GoValue } from "@dev-infra/go-template/GoValue"
import type { TemplateError } from "@dev-infra/go-template/TemplateError"
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { Directory, Variable } from "@dev-infra/taskfile/Variable"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type Cell, type Definition, everything, lookUp, namesIn, type Scope } from "./Scope.js"
import { type Needs, nothing, type Texts, together } from "./Texts.js"

/** A command that says what a variable is. */
export interface ShellQuestion {
  readonly name: string
  readonly command: string
  readonly directory: string
  /** what it sees besides the environment */
  readonly environment: GoMap
  readonly location: SourceLocation
}

/** How values are found. */
export interface Finding<E, R> {
  readonly texts: Texts
  /** where a folder is, once its text is rendered */
  readonly folder: (directory: Directory, rendered: string) => string
  readonly rootDirectory: string
  /** environment of the Taskfiles: what commands of variables see in any case */
  readonly isEnvironment: (cell: Cell) => boolean
  readonly ask: (question: ShellQuestion) => Effect.Effect<string, E, R>
  readonly refuse: (problem: TemplateError, text: string, location: SourceLocation | undefined) => E
  /** what a variable is that cannot be found because of what others are not known */
  readonly unknown: (name: string, data: GoMap) => GoValue | undefined
  /** secrets that became known */
  readonly hide: (values: ReadonlyArray<string>) => Effect.Effect<void, never, R>
}

const needsOfDefinition = new WeakMap<Texts, WeakMap<Definition, Needs>>()

const words = (text: string): ReadonlySet<string> => new Set(text.match(/[A-Za-z_][A-Za-z0-9_]*/gu) ?? [])

const commandOf = (definition: Definition): string | undefined =>
  definition._tag === "Command" ? definition.command : definition._tag === undefined && definition.value._tag === "Shell" ? definition.value.command : undefined

const isReference = (definition: Definition): boolean => definition._tag === undefined && definition.value._tag === "Reference"

const freshNeeds = (texts: Texts, definition: Definition): Needs => {
  switch (definition._tag) {
    case "Fixed":
    case "Command":
      return nothing
    case "Directory":
      return texts.needs(definition.directory.text)
    default:
      return needsOfVariable(texts, definition)
  }
}

const needsOfVariable = (texts: Texts, { directory, value }: Variable): Needs => {
  switch (value._tag) {
    case "Literal":
      return texts.needsOfValue(value.value)
    case "Shell":
      return together([texts.needs(value.command), directory === undefined ? nothing : texts.needs(directory.text)])
    case "Reference":
      return texts.needsOfExpression(value.expression)
  }
}

/** The names in the templates of a definition. */
const needsOf = (texts: Texts, definition: Definition): Needs => {
  let known = needsOfDefinition.get(texts)
  if (known === undefined) needsOfDefinition.set(texts, (known = new WeakMap()))
  let needs = known.get(definition)
  if (needs === undefined) known.set(definition, (needs = freshNeeds(texts, definition)))
  return needs
}

/** Every name of which a definition may speak: also the environment that its command sees. */
export const mentions = (texts: Texts, definition: Definition): Needs => {
  const command = commandOf(definition)
  const needs = needsOf(texts, definition)
  return command === undefined ? needs : together([needs, { names: words(command), all: false }])
}

const cellsOf = (needs: Needs, scope: Scope, before: number): ReadonlyArray<Cell> => {
  const cells: Array<Cell> = []
  for (const name of needs.all ? namesIn(scope, before) : needs.names) {
    const cell = lookUp(scope, name, before)
    if (cell !== undefined) cells.push(cell)
  }
  return cells
}

/** Values that are known of what is needed. */
export const dataOf = (needs: Needs, scope: Scope, before: number = everything): Map<string, GoValue> => {
  const data = new Map<string, GoValue>()
  for (const cell of cellsOf(needs, scope, before)) if (cell.value !== undefined) data.set(cell.name, cell.value)
  return data
}

/** No command has a part in it. Goes through what it needs without recursion: a chain of variables may be long. */
const isPlain = (texts: Texts, cell: Cell, known: Map<Cell, boolean>): boolean => {
  const stack = [cell]
  const begun = new Set<Cell>()
  for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
    const needed = known.has(at) || commandOf(at.definition) !== undefined ? [] : cellsOf(needsOf(texts, at.definition), at.scope, at.before)
    const unknown = begun.has(at) ? [] : needed.filter((other) => !known.has(other) && !begun.has(other))
    begun.add(at)
    if (unknown.length > 0) {
      stack.push(...unknown)
      continue
    }
    if (!known.has(at)) known.set(at, commandOf(at.definition) === undefined && needed.every((other) => known.get(other) === true))
    stack.pop()
  }
  return known.get(cell) === true
}

/** What the command of a variable sees of the variables before it: the environment of the Taskfiles, those that it names, and those for which nothing need be run. */
const seenBy = (finding: { readonly texts: Texts; readonly isEnvironment: (cell: Cell) => boolean }, cell: Cell): ReadonlyArray<Cell> => {
  const command = commandOf(cell.definition)
  if (command === undefined) return []
  const named = words(command)
  const plain = new Map<Cell, boolean>()
  const cells: Array<Cell> = []
  for (const name of namesIn(cell.scope, cell.before)) {
    const other = lookUp(cell.scope, name, cell.before)
    if (other === undefined || other.scope.parent === undefined) continue
    const isSpecial = other.definition._tag === "Directory" || (other.definition._tag === "Fixed" && other.definition.special === true)
    const isWanted = named.has(name) || finding.isEnvironment(other) || (!isSpecial && (!other.ofTask || cell.ofTask) && isPlain(finding.texts, other, plain))
    if (isWanted) cells.push(other)
  }
  return cells
}

const directoryOf = (cell: Cell): Directory | undefined =>
  cell.definition._tag === undefined ? (cell.definition.directory ?? cell.scope.directory) : undefined

const secretTexts = (value: GoValue): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(secretTexts) : value instanceof Map ? [...value.values()].flatMap(secretTexts) : value === null || typeof value === "boolean" ? [] : [String(value)]

/** Make the values of cells known. */
export const force = <E, R>(finding: Finding<E, R>, wanted: ReadonlyArray<Cell>): Effect.Effect<void, E, R> => {
  const { texts } = finding
  const stack = wanted.filter((cell) => cell.value === undefined).toReversed()
  if (stack.length === 0) return Effect.void
  const begun = new Set<Cell>()
  const secrets: Array<string> = []
  const know = (cell: Cell, value: GoValue) => {
    cell.value = value
    if (cell.definition.secret) secrets.push(...secretTexts(value))
  }
  const neededBy = (cell: Cell): ReadonlyArray<Cell> => {
    const directory = directoryOf(cell)
    const needs = commandOf(cell.definition) === undefined || directory === undefined ? needsOf(texts, cell.definition) : together([needsOf(texts, cell.definition), texts.needs(directory.text)])
    return [...cellsOf(needs, cell.scope, cell.before), ...seenBy(finding, cell)]
  }
  const question = (cell: Cell, command: string): Either.Either<ShellQuestion, E> =>
    Either.gen(function* () {
      const location = locationOf(cell.definition)
      const render = (text: string) =>
        Either.mapLeft(texts.render(text, dataOf(texts.needs(text), cell.scope, cell.before)), (problem) => finding.refuse(problem, text, location))
      const directory = directoryOf(cell)
      const environment = new Map<string, GoValue>()
      for (const other of seenBy(finding, cell)) if (other.value !== undefined) environment.set(other.name, other.value)
      return {
        name: cell.name,
        command: cell.definition._tag === "Command" ? command : yield* render(command),
        directory: directory === undefined ? finding.rootDirectory : finding.folder(directory, yield* render(directory.text)),
        environment,
        location: location ?? { file: "", line: 1, column: 1 }
      }
    })
  /** Go on until a command has to be run. */
  const step = (): Effect.Effect<void, E, R> => {
    while (stack.length > 0) {
      const cell = stack.at(-1)
      if (cell === undefined) break
      if (cell.value !== undefined) {
        stack.pop()
        continue
      }
      if (!begun.has(cell)) {
        begun.add(cell)
        const missing = neededBy(cell).filter((other) => other.value === undefined && !begun.has(other))
        if (missing.length > 0) {
          stack.push(...missing.toReversed())
          continue
        }
      }
      const command = commandOf(cell.definition)
      if (command !== undefined) {
        const asked = question(cell, command)
        if (Either.isLeft(asked)) return Effect.fail(asked.left)
        return Effect.flatMap(Effect.zipRight(finding.hide(secrets.splice(0)), finding.ask(asked.right)), (output) => {
          know(cell, output)
          stack.pop()
          return step()
        })
      }
      const value = valueOf(finding, cell)
      const isCertain = Either.isRight(value) && !isReference(cell.definition)
      const unknown = isCertain ? undefined : finding.unknown(cell.name, dataOf(needsOf(texts, cell.definition), cell.scope, cell.before))
      if (unknown === undefined && Either.isLeft(value)) return Effect.fail(value.left)
      know(cell, unknown ?? Either.getOrElse(value, () => ""))
      stack.pop()
    }
    return secrets.length === 0 ? Effect.void : finding.hide(secrets)
  }
  return Effect.suspend(step)
}

const locationOf = (definition: Definition): SourceLocation | undefined => (definition._tag === "Fixed" ? undefined : definition.location)

/** The value of what no command says. */
const valueOf = <E, R>(finding: Finding<E, R>, { before, definition, scope }: Cell): Either.Either<GoValue, E> => {
  const data = dataOf(needsOf(finding.texts, definition), scope, before)
  const refusing = <A>(value: Either.Either<A, TemplateError>, text: string) => Either.mapLeft(value, (problem) => finding.refuse(problem, text, locationOf(definition)))
  switch (definition._tag) {
    case "Fixed":
      return Either.right(definition.fixed)
    case "Command":
      return Either.right("")
    case "Directory":
      return Either.map(refusing(finding.texts.render(definition.directory.text, data), definition.directory.text), (text) => finding.folder(definition.directory, text))
    default:
      if (definition.value._tag === "Literal") return Either.map(refusing(finding.texts.renderValue(definition.value.value, data), definition.name), (value) => value ?? "")
      return definition.value._tag === "Reference" ? refusing(finding.texts.evaluate(definition.value.expression, data), definition.value.expression) : Either.right("")
  }
}

/** The cells that texts need, seen from the top of a scope. */
export const neededCells = (needs: Needs, scope: Scope): ReadonlyArray<Cell> => cellsOf(needs, scope, everything)

/** Every cell of every layer, hidden ones too, the lowest first; without the environment of the computer. */
export const allCells = (scope: Scope): ReadonlyArray<Cell> => {
  const layers: Array<Scope> = []
  for (let at: Scope | undefined = scope; at !== undefined && at.parent !== undefined; at = at.parent) layers.unshift(at)
  return layers.flatMap((layer) => [...layer.ownNames(everything)].flatMap((name) => layer.own(name, everything) ?? []))
}
