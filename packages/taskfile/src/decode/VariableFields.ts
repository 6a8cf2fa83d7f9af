/**
 * Variables and environment.
 *
 * @module
 */
import { isMap, type Node } from "yaml"
import type { Variable, Variables, VariableValue } from "../Variable.js"
import type { Field, Reading } from "./Reading.js"

const known = ["sh", "ref", "map", "value", "secret"]

const valueOfMap = (reading: Reading, field: Field, inner: ReadonlyArray<Field>): { readonly value: VariableValue; readonly secret: boolean } => {
  let value: VariableValue | undefined
  let secret = false
  const set = (one: VariableValue, at: Node | null): void => {
    if (value !== undefined) reading.fail(at, `the variable ${field.key} has two values`, "keep one of sh, ref, map and value")
    value = one
  }
  for (const one of inner) {
    switch (one.key) {
      case "sh":
        set({ _tag: "Shell", command: reading.text(one) ?? "" }, one.at)
        break
      case "ref":
        set({ _tag: "Reference", expression: reading.text(one) ?? "" }, one.at)
        break
      case "map":
        if (isMap(one.value)) set({ _tag: "Literal", value: reading.value(one.value) }, one.at)
        else reading.fail(one.value ?? one.at, `map must be a map, here is ${reading.kindOf(one.value)}`)
        break
      case "value":
        set({ _tag: "Literal", value: reading.value(one.value) }, one.at)
        break
      case "secret":
        secret = reading.boolean(one) ?? false
        break
      default:
        reading.fail(one.at, `${JSON.stringify(one.key)} is no kind of a variable: there are ${known.join(", ")}`, "write a map as `map: {…}`")
    }
  }
  if (value === undefined && reading.noted() === undefined) reading.fail(field.value, `the variable ${field.key} has no value`, "give it sh, ref, map or value")
  return { value: value ?? { _tag: "Literal", value: null }, secret }
}

/** `vars:` or `env:`. */
export const variablesOf = (reading: Reading, owner: Field): Variables => {
  const map = reading.map(owner)
  const variables = new Map<string, Variable>()
  if (map === undefined) return variables
  for (const field of reading.fields(map, { code: "DUP002", what: "variable" })) {
    if (!reading.name(field.at, field.key, "variable")) continue
    const { secret, value } = isMap(field.value)
      ? valueOfMap(reading, field, reading.fields(field.value, "refuse"))
      : { secret: false, value: { _tag: "Literal" as const, value: reading.value(field.value) } }
    variables.set(field.key, { name: field.key, value, secret, location: reading.locate(field.at) })
  }
  return variables
}
