/**
 * What a project inherits and depends on, as its `.dev-infra.yml` says. Everything else in that file is left to others, so that a thousand files are read quickly.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as GitReference from "@dev-infra/git-repositories/GitReference"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml"
import { InheritsInvalid } from "./InheritanceFailure.js"
import * as InheritedSource from "./InheritedSource.js"

/** An entry of `inherits`. @category models */
export interface Inherited {
  /** the namespace of its tasks */
  readonly name: string
  /** as written, without a ref */
  readonly from: string
  readonly source: InheritedSource.InheritedSource
  readonly ref: string | undefined
  /** the Taskfile within the library; undefined: the first of the default names */
  readonly path: string | undefined
  /** where its tasks run */
  readonly directory: "caller" | "library"
  readonly flatten: boolean
  readonly excludes: ReadonlyArray<string>
  /** its ref is a branch, and that is meant */
  readonly floating: boolean
  /** where it is written */
  readonly location?: SourceLocation
}

/** @category models */
export interface ProjectLinks {
  readonly inherits: ReadonlyArray<Inherited>
  readonly dependsOn: ReadonlyArray<string>
}

/** Nothing is inherited. @category constants */
export const none: ProjectLinks = { inherits: [], dependsOn: [] }

const sizeLimit = 1024 * 1024

/** So many entries a project may have. */
const most = 200

const isLink = (value: string): boolean => value.startsWith("/") || value.split(/[/\\]/).some((part) => part === "..")

/** What is wrong with the path of a Taskfile in a library. @category guards */
export const pathProblem = (path: string): string | undefined => {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (path === "" || /[\u0000-\u001f\u007f\\]/.test(path)) return "the path of a Taskfile is empty or holds a backslash or control characters"
  return isLink(path) ? "the path of a Taskfile lies in the library: it neither begins with / nor holds .." : undefined
}

/**
 * Reads the two fields of a text. Without them nothing else of it is looked at.
 *
 * @param text of a `.dev-infra.yml`
 * @param path of the file, for errors
 * @category constructors
 */
export const parse = (text: string, path: string): Either.Either<ProjectLinks, InheritsInvalid> => {
  if (!/inherits|depends_on/.test(text)) return Either.right(none)
  const lines = new LineCounter()
  const fail = (node: { readonly range?: readonly [number, number, number] | null | undefined } | null | undefined, problem: string) => {
    const { col, line } = lines.linePos(node?.range?.[0] ?? 0)
    return new InheritsInvalid({ path, line: Math.max(1, line), column: Math.max(1, col), problem })
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: "silent" })
  const [fault] = document.errors
  if (fault !== undefined) {
    const { col, line } = lines.linePos(fault.pos[0])
    return Either.left(new InheritsInvalid({ path, line, column: col, problem: `it is no YAML: ${fault.message.split("\n")[0] ?? ""}` }))
  }
  const root = document.contents
  if (!isMap(root)) return Either.right(none)
  const at = (map: { readonly get: (key: string, keepScalar: true) => unknown }, key: string): Node | undefined => {
    const written = map.get(key, true)
    const found = isAlias(written) ? written.resolve(document) : written
    return isScalar(found) || isMap(found) || isSeq(found) ? found : undefined
  }
  const isNull = (node: Node | undefined): boolean => node === undefined || (isScalar(node) && node.value === null)
  const textOf = (node: Node | undefined, what: string): Either.Either<string, InheritsInvalid> =>
    isScalar(node) && typeof node.value === "string" && node.value !== ""
      ? Either.right(node.value)
      : isScalar(node) && typeof node.value === "number" && what !== "name"
        ? Either.right(node.source ?? String(node.value))
        : Either.left(fail(node ?? root, `${what} must be a text`))
  const flag = (node: Node | undefined, what: string): Either.Either<boolean, InheritsInvalid> =>
    isNull(node) ? Either.right(false) : isScalar(node) && typeof node.value === "boolean" ? Either.right(node.value) : Either.left(fail(node, `${what} must be true or false`))
  const texts = (node: Node | undefined, what: string): Either.Either<ReadonlyArray<string>, InheritsInvalid> => {
    if (isNull(node)) return Either.right([])
    if (!isSeq(node)) return Either.left(fail(node, `${what} must be a list of texts`))
    return Either.all(node.items.map((item) => textOf(isScalar(item) ? item : undefined, `each of ${what}`)))
  }
  const entryOf = (node: unknown): Either.Either<Inherited, InheritsInvalid> =>
    Either.gen(function* () {
      if (!isMap(node)) return yield* Either.left(fail(isScalar(node) || isSeq(node) ? node : root, "each entry of inherits has name, from and ref"))
      const name = yield* textOf(at(node, "name") ?? node, "name")
      const badName = InheritedSource.nameProblem(name)
      if (badName !== undefined) return yield* Either.left(fail(at(node, "name"), badName))
      const from = yield* textOf(at(node, "from") ?? node, `from of ${name}`)
      const source = yield* Either.mapLeft(InheritedSource.parse(from), (problem) => fail(at(node, "from"), `from of ${name} cannot be used: ${problem}`))
      const written = at(node, "ref")
      const ref = isNull(written) ? (source._tag === "Folder" ? undefined : source.ref) : yield* textOf(written, `ref of ${name}`)
      const badRef = ref === undefined ? undefined : GitReference.problemOf(ref)
      if (badRef !== undefined) return yield* Either.left(fail(written ?? at(node, "from"), `ref of ${name} cannot be used: ${badRef}`))
      if (source._tag === "Git" && ref === undefined) return yield* Either.left(fail(node, `${name} has no ref: a tag, a commit, or a branch with floating: true`))
      const writtenPath = at(node, "path")
      const file = isNull(writtenPath) ? undefined : yield* textOf(writtenPath, `path of ${name}`)
      const badPath = file === undefined ? undefined : pathProblem(file)
      if (badPath !== undefined) return yield* Either.left(fail(writtenPath, badPath))
      const directory = isNull(at(node, "dir")) ? "caller" : yield* textOf(at(node, "dir"), `dir of ${name}`)
      if (directory !== "caller" && directory !== "library") return yield* Either.left(fail(at(node, "dir"), `dir of ${name} must be caller or library`))
      const flatten = yield* flag(at(node, "flatten"), `flatten of ${name}`)
      const floating = yield* flag(at(node, "floating"), `floating of ${name}`)
      const excludes = yield* texts(at(node, "excludes"), `excludes of ${name}`)
      const { col, line } = lines.linePos(node.range?.[0] ?? 0)
      return { name, from, source, ref, path: file, directory, flatten, excludes, floating, location: { file: path, line: Math.max(1, line), column: Math.max(1, col) } }
    })
  return Either.gen(function* () {
    const list = at(root, "inherits")
    if (!isNull(list) && !isSeq(list)) return yield* Either.left(fail(list, "inherits must be a list of entries with name, from and ref"))
    const items = isSeq(list) ? list.items : []
    if (items.length > most) return yield* Either.left(fail(list, `inherits has at most ${most} entries`))
    const inherits = yield* Either.all(items.map(entryOf))
    const twice = inherits.findIndex(({ name }, index) => inherits.findIndex((other) => other.name === name) !== index)
    if (twice >= 0) return yield* Either.left(fail(list, `two entries of inherits have the name ${inherits[twice]?.name ?? ""}`))
    return { inherits, dependsOn: yield* texts(at(root, "depends_on"), "depends_on") }
  })
}

/** The file of a project. @category constants */
export const pathIn = (folder: string): string => `${folder === "/" ? "" : folder}/${metadataFileName}`

/**
 * What the project in a folder says; nothing if it has no file.
 *
 * @param folder absolute
 * @example
 * ```ts
 * import * as ProjectInherits from "@dev-infra/inheritance/ProjectInherits"
 * import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import * as Effect from "effect/Effect"
 *
 * export const names = Effect.map(ProjectInherits.read("/home/me/api"), ({ inherits }) => inherits.map(({ name }) => name))
 * ```
 * @category constructors
 */
export const read = (folder: string): Effect.Effect<ProjectLinks, InheritsInvalid | FileFailure, LocalFiles> =>
  Effect.flatMap(LocalFiles, (files) =>
    Effect.flatMap(files.read(pathIn(folder), sizeLimit), (found) =>
      Option.isNone(found) ? Effect.succeed(none) : parse(new TextDecoder().decode(found.value.bytes), pathIn(folder))))
