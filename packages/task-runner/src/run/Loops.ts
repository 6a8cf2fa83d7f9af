/**
 * What a command or a dependency is repeated over.
 *
 * @module
 */
import type { GoMap, GoValue } from "@dev-infra/go-template/GoValue"
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { FilePattern, Loop } from "@dev-infra/taskfile/Task"
import * as Effect from "effect/Effect"
import { SystemFailed, TextFailed } from "../RunFailure.js"
import { relative } from "../variables/Paths.js"
import type { Scope } from "../variables/Scope.js"
import { evaluate, renderValue, type RenderingOptions, valuesOf } from "./Rendering.js"
import type { Failure, RunState } from "./RunState.js"
import { isUnknown } from "./Unknown.js"

/** A combination more is no loop that anybody wrote on purpose. */
const limit = 100_000

/** Where a loop stands. */
export interface LoopPlace {
  readonly task: string
  readonly scope: Scope
  readonly directory: string
  readonly sources: ReadonlyArray<FilePattern>
  readonly generates: ReadonlyArray<FilePattern>
  readonly useGitignore: boolean
}

const asItems = (items: ReadonlyArray<GoValue>, as: string | undefined): ReadonlyArray<GoMap> => items.map((item) => new Map([[as ?? "ITEM", item]]))

const files = (state: RunState, place: LoopPlace, patterns: ReadonlyArray<FilePattern>): Effect.Effect<ReadonlyArray<string>, Failure> =>
  state.fingerprints.expand(place.directory, patterns, { useGitignore: place.useGitignore }).pipe(
    Effect.mapBoth({
      onFailure: ({ detail, path }) => new SystemFailed({ task: place.task, problem: detail, path }),
      onSuccess: (paths) => paths.map((path) => relative(place.directory, path))
    })
  )

const product = (rows: ReadonlyMap<string, ReadonlyArray<GoValue>>): ReadonlyArray<GoMap> | undefined => {
  let combinations: Array<Map<string, GoValue>> = [new Map()]
  for (const [name, items] of rows) {
    if (combinations.length * items.length > limit) return undefined
    combinations = combinations.flatMap((combination) => items.map((item) => new Map(combination).set(name, item)))
  }
  return combinations
}

/** The names that each round adds. */
export const rounds = (state: RunState, place: LoopPlace, loop: Loop, location: SourceLocation, options: RenderingOptions): Effect.Effect<ReadonlyArray<GoMap>, Failure> =>
  Effect.gen(function* () {
    const refuse = (problem: string) => new TextFailed({ task: place.task, problem, text: "for", location })
    const listOf = (value: GoValue): Effect.Effect<ReadonlyArray<GoValue>, Failure> => (state.processes === "none" && isUnknown(value) ? Effect.succeed([value]) : Array.isArray(value) ? Effect.succeed(value) : Effect.fail(refuse("what is gone through here must be a list")))
    switch (loop._tag) {
      case "List":
        return asItems(yield* Effect.flatMap(renderValue(state, place.task, place.scope, loop.items, location, options), listOf), loop.as)
      case "Sources":
        return asItems(yield* files(state, place, place.sources), loop.as)
      case "Generates":
        return asItems(yield* files(state, place, place.generates), loop.as)
      case "Matrix": {
        const rows = new Map<string, ReadonlyArray<GoValue>>()
        for (const [name, row] of loop.rows) {
          const value =
            "expression" in row ? yield* evaluate(state, place.task, place.scope, row.expression, location, options) : yield* renderValue(state, place.task, place.scope, row, location, options)
          rows.set(name, yield* listOf(value))
        }
        const combinations = product(rows)
        return combinations === undefined ? yield* refuse(`the matrix has more than ${limit} combinations`) : asItems(combinations, loop.as)
      }
      case "Variable": {
        const value = options.extra?.get(loop.name) ?? (yield* valuesOf(state, place.task, place.scope, [loop.name], options)).get(loop.name)
        if (value === undefined || value === null) return []
        if (typeof value === "string") return asItems(loop.split === undefined ? value.split(/\s+/u).filter(Boolean) : value.split(loop.split), loop.as)
        if (Array.isArray(value)) return asItems(value, loop.as)
        if (value instanceof Map) return [...value].map(([key, item]) => new Map([["KEY", key], [loop.as ?? "ITEM", item]]))
        return yield* refuse(`${loop.name} must be a text, a list or a map`)
      }
    }
  })
