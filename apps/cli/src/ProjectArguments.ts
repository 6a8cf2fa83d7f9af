/**
 * The projects that a command line names: arguments, and lines of standard input.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import * as ProjectReference from "@dev-infra/registry/ProjectReference"
import { type ReadError, Registry } from "@dev-infra/registry/Registry"
import type { AmbiguousProject, ProjectNotFound } from "@dev-infra/registry/RegistryError"
import * as Effect from "effect/Effect"
import { StandardStreams } from "./StandardStreams.js"
import { Surroundings } from "./Surroundings.js"

/** @category models */
export interface ReferenceOptions {
  /** read further ones from standard input */
  readonly stdin?: boolean
  /** those end with a NUL character instead of a newline */
  readonly nullSeparated?: boolean
}

/**
 * What was named, as text: the arguments in their order, with standard input in the place of `-` (or at the end with
 * `stdin`). Empty lines are left out.
 *
 * @category reading
 */
export const references = (
  words: ReadonlyArray<string>,
  options: ReferenceOptions = {}
): Effect.Effect<ReadonlyArray<string>, never, StandardStreams> =>
  Effect.gen(function* () {
    const all = options.stdin === true && !words.includes("-") ? [...words, "-"] : words
    if (!all.includes("-")) return all
    const { stdin } = yield* StandardStreams
    const content = yield* stdin.readAll
    const lines = options.nullSeparated === true ? content.split("\0") : content.split("\n").map((line) => line.replace(/\r$/, ""))
    const read = lines.filter((line) => line !== "")
    const place = all.indexOf("-")
    return [...all.slice(0, place), ...read, ...all.slice(place + 1).filter((word) => word !== "-")]
  })

/**
 * The projects that were named, each once, in the order in which they were named first. The registry is read once, however
 * many they are.
 *
 * @category reading
 */
export const resolve = (
  words: ReadonlyArray<string>,
  options: ReferenceOptions = {}
): Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | AmbiguousProject | ReadError, Registry | StandardStreams | Surroundings> =>
  Effect.gen(function* () {
    const named = yield* references(words, options)
    if (named.length === 0) return []
    const registry = yield* Registry
    const { workingFolder } = yield* Surroundings
    const { projects } = yield* registry.list()
    const found = yield* Effect.forEach(named, (reference) => ProjectReference.resolve(projects, reference, workingFolder))
    return [...new Map(found.map((project) => [project.id, project])).values()]
  })
