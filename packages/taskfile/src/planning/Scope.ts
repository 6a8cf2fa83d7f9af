/**
 * Values of variables as far as they can be known without running anything. A value is worked out when a text asks for it.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import { evaluate, parse, render, type Template } from "@dev-infra/go-template/Template"
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import * as Either from "effect/Either"
import type { Variables, VariableValue } from "../Variable.js"

/** What stands for a value that is not known. */
export interface Placeholders {
  readonly shell: (name: string) => string
  readonly reference: (name: string) => string
  readonly secret: string
}

/** As plans show them. */
export const planned: Placeholders = { shell: (name) => `‹sh:${name}›`, reference: (name) => `‹ref:${name}›`, secret: "*****" }

/** As lists of tasks show them: what is not known is nothing. */
export const listed: Placeholders = { shell: () => "", reference: () => "", secret: "*****" }

interface Definition {
  readonly name: string
  readonly value: VariableValue
  readonly secret: boolean
  /** known as it is: no template */
  readonly isRaw: boolean
}

/** Names and what they mean, at one place. */
export interface Scope {
  readonly value: (name: string) => GoValue | undefined
  /** undefined where it cannot be rendered */
  readonly render: (text: string) => string | undefined
  readonly expression: (text: string) => GoValue | undefined
  /** the names of secret variables that a text renders */
  readonly secretsIn: (text: string) => ReadonlyArray<string>
  /** a scope with more definitions, which come later and so win */
  readonly extend: (variables: Variables) => Scope
  /** a scope with values that are known; texts in them are no templates */
  readonly with: (values: ReadonlyMap<string, GoValue>) => Scope
}

const templates = new Map<string, Template | undefined>()

/** Texts repeat in every task of a plan; what was read is kept, up to a bound. */
const templateOf = (text: string): Template | undefined => {
  if (templates.has(text)) return templates.get(text)
  const parsed = Either.getOrUndefined(parse(text, taskFunctions))
  if (templates.size > 5000) templates.clear()
  templates.set(text, parsed)
  return parsed
}

/** Deeper than this, variables that name each other are taken as nothing. */
const deepest = 200

const makeScope = (
  definitions: ReadonlyArray<Definition>,
  byName: ReadonlyMap<string, ReadonlyArray<number>>,
  memory: Map<number, GoValue>,
  world: TemplateWorld,
  placeholders: Placeholders
): Scope => {
  /** The last definition of a name before a place. */
  const lastBefore = (name: string, before: number): number | undefined => {
    const places = byName.get(name)
    if (places === undefined) return undefined
    for (let at = places.length - 1; at >= 0; at -= 1) {
      const place = places[at]
      if (place !== undefined && place < before) return place
    }
    return undefined
  }

  const namesOf = (template: Template): Iterable<string> => (template.usesAll ? byName.keys() : template.fields)

  const dataFor = (template: Template, before: number, depth: number): Map<string, GoValue> => {
    const data = new Map<string, GoValue>()
    for (const name of namesOf(template)) {
      const place = lastBefore(name, before)
      if (place !== undefined) data.set(name, valueAt(place, depth + 1))
    }
    return data
  }

  const renderAt = (text: string, before: number, depth: number): string | undefined => {
    if (!text.includes("{{")) return text
    const template = templateOf(text)
    return template === undefined ? undefined : Either.getOrUndefined(render(template, dataFor(template, before, depth), { world, missing: "" }))
  }

  const deep = (value: GoValue, before: number, depth: number): GoValue => {
    if (typeof value === "string") return renderAt(value, before, depth) ?? value
    if (Array.isArray(value)) return value.map((item: GoValue) => deep(item, before, depth))
    if (value instanceof Map) return new Map([...value].map(([key, item]: [string, GoValue]) => [key, deep(item, before, depth)] as const))
    return value
  }

  const expressionAt = (text: string, before: number, depth: number): GoValue | undefined => {
    const template = templateOf(`{{${text}}}`)
    if (template === undefined) return undefined
    return Either.getOrUndefined(evaluate(text, taskFunctions, dataFor(template, before, depth), { world, missing: "" }))
  }

  const valueAt = (place: number, depth: number): GoValue => {
    const known = memory.get(place)
    if (known !== undefined) return known
    const definition = definitions[place]
    if (definition === undefined || depth > deepest) return null
    const { isRaw, name, secret, value } = definition
    if (isRaw) return value._tag === "Literal" ? value.value : null
    const found = secret
      ? placeholders.secret
      : value._tag === "Shell"
        ? placeholders.shell(name)
        : value._tag === "Reference"
          ? (expressionAt(value.expression, place, depth) ?? placeholders.reference(name))
          : deep(value.value, place, depth)
    memory.set(place, found)
    return found
  }

  const end = definitions.length

  const secretsIn = (text: string): ReadonlyArray<string> => {
    const template = text.includes("{{") ? templateOf(text) : undefined
    if (template === undefined) return []
    const found = new Set<string>()
    const visited = new Set<number>()
    const visit = (names: Iterable<string>, before: number): void => {
      for (const name of names) {
        const place = lastBefore(name, before)
        const definition = place === undefined ? undefined : definitions[place]
        if (place === undefined || definition === undefined || visited.has(place)) continue
        visited.add(place)
        const { value } = definition
        if (definition.secret) found.add(name)
        else if (value._tag === "Literal" && !definition.isRaw && typeof value.value === "string" && value.value.includes("{{")) visit(templateOf(value.value)?.fields ?? [], place)
        else if (value._tag === "Reference") visit(templateOf(`{{${value.expression}}}`)?.fields ?? [], place)
      }
    }
    visit(template.fields, end)
    return [...found]
  }

  const extendWith = (added: ReadonlyArray<Definition>): Scope => {
    if (added.length === 0) return scope
    const places = new Map(byName)
    for (const [at, { name }] of added.entries()) places.set(name, [...(places.get(name) ?? []), end + at])
    return makeScope([...definitions, ...added], places, new Map(memory), world, placeholders)
  }

  const scope: Scope = {
    value: (name) => {
      const place = lastBefore(name, end)
      return place === undefined ? undefined : valueAt(place, 0)
    },
    render: (text) => renderAt(text, end, 0),
    expression: (text) => expressionAt(text, end, 0),
    secretsIn,
    extend: (variables) => extendWith([...variables.values()].map(({ name, secret, value }) => ({ name, secret, value, isRaw: false }))),
    with: (values) => extendWith([...values].map(([name, value]) => ({ name, value: { _tag: "Literal" as const, value }, secret: false, isRaw: true })))
  }
  return scope
}

/** A scope without variables. */
export const emptyScope = (world: TemplateWorld, placeholders: Placeholders): Scope => makeScope([], new Map(), new Map(), world, placeholders)
