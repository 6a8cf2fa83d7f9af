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
import { UsageError } from "./UsageError.js"

/** @category models */
export interface ReferenceOptions {
  /** read further ones from standard input */
  readonly stdin?: boolean
  /** they do, and end with a NUL character instead of a newline */
  readonly nullSeparated?: boolean
}

const readsInput = (options: ReferenceOptions): boolean => options.stdin === true || options.nullSeparated === true

/**
 * What was named, as text: the arguments in their order, with standard input in the place of `-` (or at the end with
 * `stdin` or `nullSeparated`). Empty lines are left out.
 *
 * @category reading
 */
export const references = (
  words: ReadonlyArray<string>,
  options: ReferenceOptions = {}
): Effect.Effect<ReadonlyArray<string>, never, StandardStreams> =>
  Effect.gen(function* () {
    const all = readsInput(options) && !words.includes("-") ? [...words, "-"] : words
    if (!all.includes("-")) return all
    const { stdin } = yield* StandardStreams
    const content = yield* stdin.readAll
    const lines = options.nullSeparated === true ? content.split("\0") : content.split("\n").map((line) => line.replace(/\r$/, ""))
    const read = lines.filter((line) => line !== "")
    const place = all.indexOf("-")
    return [...all.slice(0, place), ...read, ...all.slice(place + 1).filter((word) => word !== "-")]
  })

/**
 * What was named, in order: projects, and which folder of them where a folder was named. The registry is read once, however
 * many they are.
 *
 * @category reading
 */
export const locate = (
  words: ReadonlyArray<string>,
  options: ReferenceOptions = {}
): Effect.Effect<ReadonlyArray<ProjectReference.Located>, ProjectNotFound | AmbiguousProject | ReadError, Registry | StandardStreams | Surroundings> =>
  Effect.gen(function* () {
    const named = yield* references(words, options)
    if (named.length === 0) return []
    const registry = yield* Registry
    const { workingFolder } = yield* Surroundings
    const { projects } = yield* registry.list()
    return yield* Effect.forEach(named, (reference) => ProjectReference.locate(projects, reference, workingFolder))
  })

/**
 * The projects that were named, each once, in the order in which they were named first.
 *
 * @category reading
 */
export const resolve = (
  words: ReadonlyArray<string>,
  options: ReferenceOptions = {}
): Effect.Effect<ReadonlyArray<Project>, ProjectNotFound | AmbiguousProject | ReadError, Registry | StandardStreams | Surroundings> =>
  Effect.map(locate(words, options), (found) => [...new Map(found.map(({ project }) => [project.id, project])).values()])

/**
 * Fails if a command line names no project where one is needed. Nothing on standard input is no mistake: a list may be empty.
 *
 * @category reading
 */
export const required = (command: ReadonlyArray<string>, words: ReadonlyArray<string>, options: ReferenceOptions): Effect.Effect<void, UsageError> =>
  words.length > 0 || readsInput(options)
    ? Effect.void
    : Effect.fail(new UsageError({ command, message: "no project is named", hint: `name one or more, e.g. dev-infra ${command.join(" ")} . for the project of this folder` }))
