/**
 * What names stand for, layer over layer: a later layer wins, and what a layer defines sees what comes before it only.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { Directory, Variable } from "@dev-infra/taskfile/Variable"

/** A value that is there already. */
interface FixedDefinition {
  readonly _tag: "Fixed"
  readonly name: string
  readonly fixed: GoValue
  readonly secret: boolean
  /** a name that Taskfiles give a meaning */
  readonly special?: boolean
}

/** A command whose text is rendered already: of a call. */
interface CommandDefinition {
  readonly _tag: "Command"
  readonly name: string
  readonly command: string
  readonly secret: boolean
  readonly location: SourceLocation
}

/** The folder of a task. */
interface DirectoryDefinition {
  readonly _tag: "Directory"
  readonly name: string
  readonly directory: Directory
  readonly secret: boolean
  readonly location: SourceLocation
}

/** What a name stands for, as it is stated. */
export type Definition = (Variable & { readonly _tag?: never }) | FixedDefinition | CommandDefinition | DirectoryDefinition

/** In their order. */
export type Definitions = ReadonlyMap<string, Definition>

/** A definition within a scope, and its value as soon as it is known. */
export interface Cell {
  readonly name: string
  readonly definition: Definition
  /** what it sees: this scope, and of it only what is before `before` */
  readonly scope: Scope
  readonly before: number
  /** it may not be shared with other tasks */
  readonly ofTask: boolean
  value: GoValue | undefined
}

/** One layer, and those below it. */
export interface Scope {
  readonly parent: Scope | undefined
  /** of this layer only */
  readonly own: (name: string, before: number) => Cell | undefined
  /** of this layer only */
  readonly ownNames: (before: number) => Iterable<string>
  /** where commands of its variables run, if not in the folder of the root */
  readonly directory: Directory | undefined
}

/** Sees all of a scope. */
export const everything = Number.POSITIVE_INFINITY

/** What a name stands for, seen from a place. */
export const lookUp = (scope: Scope, name: string, before: number = everything): Cell | undefined => {
  const here = scope.own(name, before)
  if (here !== undefined) return here
  for (let at = scope.parent; at !== undefined; at = at.parent) {
    const cell = at.own(name, everything)
    if (cell !== undefined) return cell
  }
  return undefined
}

/** All names that are seen from a place. */
export const namesIn = (scope: Scope, before: number = everything): Set<string> => {
  const names = new Set<string>(scope.ownNames(before))
  for (let at = scope.parent; at !== undefined; at = at.parent) for (const name of at.ownNames(everything)) names.add(name)
  return names
}

const positions = new WeakMap<Definitions, ReadonlyMap<string, number>>()

/** Which of its layer each is, from 0. */
const positionsOf = (definitions: Definitions): ReadonlyMap<string, number> => {
  const known = positions.get(definitions)
  if (known !== undefined) return known
  const made = new Map<string, number>()
  for (const name of definitions.keys()) made.set(name, made.size)
  positions.set(definitions, made)
  return made
}

function* namesBefore(definitions: Definitions, before: number): Iterable<string> {
  let position = 0
  for (const name of definitions.keys()) {
    if (position >= before) return
    position += 1
    yield name
  }
}

/** A layer of definitions. */
export const overlay = (
  parent: Scope | undefined,
  definitions: Definitions,
  options: { readonly directory?: Directory; readonly ofTask: boolean; readonly seen?: () => Scope }
): Scope => {
  const cells = new Map<string, Cell>()
  const scope: Scope = {
    parent,
    directory: options.directory,
    ownNames: (before) => namesBefore(definitions, before),
    own: (name, before) => {
      const position = positionsOf(definitions).get(name)
      if (position === undefined || position >= before) return undefined
      const known = cells.get(name)
      if (known !== undefined) return known
      const definition = definitions.get(name)
      if (definition === undefined) return undefined
      const cell: Cell = {
        name,
        definition,
        scope: options.seen === undefined ? scope : options.seen(),
        before: options.seen === undefined ? position : everything,
        ofTask: options.ofTask,
        value: definition._tag === "Fixed" ? definition.fixed : undefined
      }
      cells.set(name, cell)
      return cell
    }
  }
  return scope
}

/**
 * A layer over another one with the same definitions: what is the same for every task is taken from there, so that it is found out once; the rest is of the task.
 */
export const sharedOverlay = (parent: Scope, shared: Scope, definitions: Definitions, isOfTask: (name: string) => boolean): Scope => {
  const own = overlay(parent, definitions, { ofTask: true })
  return { ...own, own: (name, before) => (definitions.has(name) && !isOfTask(name) ? shared.own(name, before) : own.own(name, before)) }
}

/** The environment, as the lowest layer. */
export const environmentScope = (environment: { readonly [name: string]: string }): Scope => {
  const cells = new Map<string, Cell>()
  const scope: Scope = {
    parent: undefined,
    directory: undefined,
    ownNames: () => Object.keys(environment),
    own: (name) => {
      const known = cells.get(name)
      if (known !== undefined) return known
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined
      if (value === undefined) return undefined
      const cell: Cell = { name, definition: { _tag: "Fixed", name, fixed: value, secret: false }, scope, before: 0, ofTask: false, value }
      cells.set(name, cell)
      return cell
    }
  }
  return scope
}

/** A scope that is put together when something is looked up in it. */
export const lazily = (make: () => Scope): Scope => {
  let made: Scope | undefined
  const get = () => (made ??= make())
  return {
    get parent() {
      return get().parent
    },
    get directory() {
      return get().directory
    },
    own: (name, before) => get().own(name, before),
    ownNames: (before) => get().ownNames(before)
  }
}
