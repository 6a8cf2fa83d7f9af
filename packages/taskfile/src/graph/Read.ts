/**
 * Reads a Taskfile and what it includes, each file once.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isEqual } from "../decode/Version.js"
import { snippetOf } from "../decode/Snippet.js"
import type { SourceLocation } from "../SourceLocation.js"
import type { Include, TaskfileWarning } from "../Taskfile.js"
import * as TaskfileDecoder from "../TaskfileDecoder.js"
import { IncludeCycle, IncludeUnavailable, type ReadFailure, TaskfileInvalid, TaskfileNotFound, TaskfileVersion } from "../TaskfileError.js"
import { type InheritedInclude, TaskfileSources, type TaskfileText } from "../TaskfileSources.js"
import type { Entry, LoadOptions, TaskfileNode, TaskfileOrigin } from "../TaskGraph.js"
import { renderInclude, staticData, targetOf } from "./IncludePath.js"
import { expand, isAbsolute, resolve } from "./Paths.js"

/** A file that includes another. */
export interface Edge {
  readonly include: Include
  /** where the tasks run: absolute; undefined where they run does not change */
  readonly directory: string | undefined
  /** variables are given and kept apart: includes that are written as a map, and libraries */
  readonly isMap: boolean
  readonly vertex: Vertex
}

/** A file with what it includes. */
export interface Vertex {
  readonly node: TaskfileNode
  readonly text: string
  readonly edges: ReadonlyArray<Edge>
}

/** All files. */
export interface ReadFiles {
  readonly root: Vertex
  /** the root first, in the order in which they were read */
  readonly vertices: ReadonlyArray<Vertex>
  readonly warnings: ReadonlyArray<TaskfileWarning>
}

/** Files that include each other go no deeper. */
const deepest = 200

const top = (file: string): SourceLocation => ({ file, line: 1, column: 1 })

/** Whether tasks of a file run in the folder of the caller unless they say otherwise. */
type Mode = "own" | "caller"

const inheritedInclude = (root: TaskfileText, { excludes, file, flatten, location, namespace }: InheritedInclude): Include => ({
  namespace,
  location: location ?? top(root.file),
  taskfile: file,
  directory: undefined,
  optional: false,
  internal: false,
  flatten,
  aliases: [],
  excludes,
  variables: new Map(),
  checksum: undefined
})

/** Where the key `dotenv` stands in a text that has one. */
const dotenvProblem = (text: TaskfileText): TaskfileInvalid => {
  const before = text.text.slice(0, Math.max(0, text.text.search(/^["']?dotenv["']?\s*:/m)))
  const line = before.split("\n").length
  return new TaskfileInvalid({
    location: { file: text.file, line, column: 1 },
    problem: "an included Taskfile has dotenv, which only the root may have",
    snippet: snippetOf(text.text, line, 1),
    suggestion: "move it to the root Taskfile or to its tasks"
  })
}

/** Reads everything from an entry on. */
export const readFiles = (entry: Entry, options: LoadOptions): Effect.Effect<ReadFiles & { readonly directory: string }, ReadFailure, TaskfileSources> =>
  Effect.gen(function* () {
    const sources = yield* TaskfileSources
    const warnings: Array<TaskfileWarning> = []
    const vertices: Array<Vertex> = []
    const known = new Map<string, Vertex>()
    let rootFolder: string | undefined
    let libraries: ReadonlyMap<string, InheritedInclude> = new Map()

    const modeOf = (origin: TaskfileOrigin, from: TaskfileOrigin, mode: Mode): Mode => {
      if (origin._tag === "Local") return "own"
      if (origin._tag === "Remote") return "caller"
      // A library that an include names by itself is what its entry says that it is.
      return from._tag === "Inherited" ? mode : libraries.get(origin.name)?.directory === "library" ? "own" : "caller"
    }

    const read = (target: string, within: TaskfileOrigin, checksum: string | undefined) =>
      sources.read(target, { within, checksum, ...(rootFolder === undefined ? {} : { root: rootFolder }) })

    const unavailable = (include: Include, target: string) => (problem: { readonly reason: IncludeUnavailable["reason"]; readonly detail?: string }) =>
      new IncludeUnavailable({ location: include.location, namespace: include.namespace, target, reason: problem.reason, ...(problem.detail === undefined ? {} : { detail: problem.detail }) })

    /** The folder of an include, absolute; undefined where tasks keep running where they do. */
    const directoryOf = (include: Include, from: TaskfileText, data: ReturnType<typeof staticData>, mode: Mode) =>
      Effect.gen(function* () {
        if (include.directory === undefined) return undefined
        const written = expand(yield* renderInclude(include, include.directory, data, options, from), options.environment)
        if (written === "") return mode === "caller" || from.directory === "" ? undefined : from.directory
        if (isAbsolute(written)) return written
        return from.directory === "" ? undefined : resolve(from.directory, written)
      })

    const visit = (text: TaskfileText, path: ReadonlyArray<string>, mode: Mode, extra: ReadonlyArray<InheritedInclude>, via: SourceLocation): Effect.Effect<Vertex, ReadFailure> =>
      Effect.gen(function* () {
        const before = path.indexOf(text.file)
        if (before !== -1) return yield* new IncludeCycle({ files: [...path.slice(before), text.file], location: via })
        const key = `${mode} ${text.file}`
        const seen = known.get(key)
        if (seen !== undefined) return seen
        if (path.length > deepest) {
          return yield* new TaskfileInvalid({ location: via, problem: `includes go more than ${deepest} files deep`, snippet: "" })
        }
        const { taskfile, warnings: odd } = yield* TaskfileDecoder.decode(text.text, text.file)
        if (![...known.values()].some(({ node }) => node.taskfile.file === text.file)) warnings.push(...odd)
        if (path.length > 0 && taskfile.dotenv.length > 0) return yield* dotenvProblem(text)
        const node: TaskfileNode = { taskfile, origin: text.origin, directory: text.directory }
        const edges: Array<Edge> = []
        const vertex: Vertex = { node, text: text.text, edges }
        vertices.push(vertex)
        const data = staticData(taskfile, options.environment)
        const here = [...path, text.file]

        const follow = (include: Include, target: string, inherited: InheritedInclude | undefined) =>
          Effect.gen(function* () {
            const found = yield* read(target, text.origin, include.checksum).pipe(
              Effect.asSome,
              Effect.catchAll((problem) => (include.optional && problem.reason === "NotFound" ? Effect.succeedNone : Effect.fail(unavailable(include, target)(problem))))
            )
            if (Option.isNone(found)) return
            const childMode = inherited === undefined ? modeOf(found.value.origin, text.origin, mode) : inherited.directory === "caller" ? "caller" : "own"
            const child = yield* visit(found.value, here, childMode, [], include.location)
            const { version } = child.node.taskfile
            if (!isEqual(taskfile.version, version)) return yield* new TaskfileVersion({ location: include.location, reason: "Unequal", version, other: taskfile.version })
            const directory = inherited === undefined ? yield* directoryOf(include, text, data, mode) : inherited.directory === "library" ? found.value.directory : undefined
            edges.push({ include, directory, isMap: include.directory !== undefined || inherited !== undefined, vertex: child })
          })

        for (const include of taskfile.includes.values()) {
          const path_ = yield* renderInclude(include, include.taskfile, data, options, text)
          yield* follow(include, targetOf(path_, text, options.environment), undefined)
        }
        for (const one of extra) {
          const own = taskfile.includes.get(one.namespace)
          const isSame = edges.some(({ include, vertex: { node: included } }) => include === own && (included.taskfile.file === one.file || (included.origin._tag === "Inherited" && included.origin.name === one.namespace)))
          if (own === undefined) yield* follow(inheritedInclude(text, one), one.file, one)
          else if (!isSame && !own.taskfile.replace(/^\.\//, "").startsWith(`.dev-infra/inherit/${one.namespace}/`)) {
            warnings.push({
              code: "INH003",
              location: own.location,
              message: `this include has the name ${one.namespace}, which .dev-infra.yml inherits under too; the include counts`,
              suggestion: "rename one of the two"
            })
          }
        }
        known.set(key, vertex)
        return vertex
      })

    const local: TaskfileOrigin = { _tag: "Local" }
    const entryInclude = (file: string): Include => ({ ...inheritedInclude({ file, text: "", origin: local, directory: "" }, { namespace: "", flatten: false, excludes: [], directory: "caller", file }) })
    const start = entry._tag === "File" ? entry.file : entry.folder
    const found = entry._tag === "File" ? Option.some(entry.file) : yield* Effect.mapError(sources.find(entry.folder), (problem) => (problem.reason === "NotFound" ? new TaskfileNotFound({ path: start }) : unavailable(entryInclude(start), start)(problem)))
    if (Option.isNone(found)) return yield* new TaskfileNotFound({ path: start })
    const text = yield* Effect.mapError(read(found.value, local, undefined), (problem) =>
      problem.reason === "NotFound" ? new TaskfileNotFound({ path: found.value }) : unavailable(entryInclude(found.value), found.value)(problem)
    )
    rootFolder = text.directory
    const inherited = yield* Effect.mapError(sources.inherited(text.directory), (problem) =>
      problem.invalid === undefined ? unavailable(entryInclude(text.file), text.directory)(problem) : new TaskfileInvalid({ ...problem.invalid, snippet: "" }))
    libraries = new Map(inherited.map((one) => [one.namespace, one] as const))
    const root = yield* visit(text, [], "own", inherited, top(text.file))
    return { root, vertices, warnings, directory: entry._tag === "File" && entry.directory !== undefined ? entry.directory : text.directory }
  })
