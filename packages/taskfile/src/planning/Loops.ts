/**
 * What a command is repeated over, as far as it is known.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { Loop } from "../Task.js"
import type { Scope } from "./Scope.js"

/** More rounds than this are not planned one by one. */
const mostRounds = 10_000

const deep = (scope: Scope, value: GoValue): GoValue => (typeof value === "string" ? (scope.render(value) ?? value) : value)

const combinations = (rows: ReadonlyArray<readonly [string, ReadonlyArray<GoValue>]>): ReadonlyArray<ReadonlyMap<string, GoValue>> => {
  let found: ReadonlyArray<ReadonlyMap<string, GoValue>> = [new Map()]
  for (const [name, values] of rows) {
    if (found.length * values.length > mostRounds) return [new Map(rows.map(([row]) => [row, `‹${row}›`] as const))]
    found = found.flatMap((before) => values.map((value) => new Map([...before, [name, value] as const])))
  }
  return found
}

const ofVariable = (scope: Scope, name: string, split: string | undefined, as: string): ReadonlyArray<ReadonlyMap<string, GoValue>> => {
  const value = scope.value(name)
  if (typeof value === "string") {
    if (value.includes("‹")) return [new Map([[as, value]])]
    const items = split === undefined ? value.split(/\s+/).filter((item) => item !== "") : value.split(split)
    return items.map((item) => new Map([[as, item]]))
  }
  if (Array.isArray(value)) return value.map((item: GoValue) => new Map([[as, item]]))
  if (value instanceof Map) return [...value].map(([key, item]: [string, GoValue]) => new Map([["KEY", key], [as, item]]))
  return value === undefined || value === null ? [] : [new Map([[as, value]])]
}

/** The variables of each round; files are not looked for. */
export const roundsOf = (loop: Loop | undefined, scopeOf: () => Scope): ReadonlyArray<ReadonlyMap<string, GoValue>> => {
  if (loop === undefined) return [new Map()]
  const as = loop.as ?? "ITEM"
  const scope = scopeOf()
  switch (loop._tag) {
    case "List":
      return loop.items.map((item) => new Map([[as, deep(scope, item)]]))
    case "Variable":
      return ofVariable(scope, loop.name, loop.split, as)
    case "Matrix": {
      const rows = [...loop.rows].map(([name, row]) => {
        const values = "expression" in row ? scope.expression(row.expression) : row.map((item) => deep(scope, item))
        return [name, Array.isArray(values) ? (values as ReadonlyArray<GoValue>) : [`‹ref:${name}›`]] as const // Array.isArray forgets what the values are
      })
      return combinations(rows).map((round) => new Map([[as, round]]))
    }
    default:
      return [new Map([[as, `‹file of ${loop._tag.toLowerCase()}›`]])]
  }
}
