/**
 * All files of a library at one commit, as they lie in a folder: scripts come along, modes stay, and what git calls the files is known and checked.
 *
 * A folder appears as a whole or not at all: it is written beside its place and then renamed. What belongs to it stands in a list beside it
 * (`NAME.tree`), which is written last; a folder without that list counts as not there.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as GitTree from "@dev-infra/git-repositories/GitTree"
import { pathProblem } from "@dev-infra/git-repositories/TreeRules"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as LibraryFolder from "./folders/LibraryFolder.js"
import { InheritanceRefused } from "./InheritanceFailure.js"

/** A library that is there. @category models */
export interface Materialised {
  /** what git calls the files that belong to it */
  readonly tree: string
  readonly entries: ReadonlyMap<string, GitTree.TreeEntry>
  /** the first file that is not as it came, with what is wrong, as a clause */
  readonly difference: string | undefined
  /** a file that is there and does not belong to it */
  readonly extra: string | undefined
}

/**
 * The service. `folder` is absolute; its list is the file `FOLDER.tree`.
 *
 * @category tags
 * @example
 * ```ts
 * import { Library } from "@dev-infra/inheritance/Library"
 * import * as Effect from "effect/Effect"
 *
 * export const found = Effect.flatMap(Library, (libraries) => libraries.inspect("/home/me/api/.dev-infra/inherit/infra"))
 * ```
 */
export class Library extends Context.Tag("@dev-infra/inheritance/Library")<
  Library,
  {
    /** Put files into a folder, in place of what was there; false if they were there already, untouched. Fails if git would not call them `tree`. */
    readonly materialise: (folder: string, files: FileTree, tree: string) => Effect.Effect<boolean, InheritanceRefused | FileFailure>
    /** What is there, every file of it compared; none if it is not there, or not whole. */
    readonly inspect: (folder: string) => Effect.Effect<Option.Option<Materialised>, FileFailure>
    /** The content of a file that belongs to a library, compared anew; none if it does not belong to it, is not as it came, or is larger than `limit` bytes. */
    readonly read: (folder: string, path: string, limit: number) => Effect.Effect<Option.Option<Uint8Array>, FileFailure>
    /** Remove a library with its list; no failure if there is none. */
    readonly remove: (folder: string) => Effect.Effect<void, FileFailure>
  }
>() {}

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1)

/**
 * What is wrong with where a link points, as a clause: it may climb with `..` at its beginning only, because a name before could be a link as well.
 *
 * @param path of the link in the library
 * @category guards
 */
export const linkProblem = (path: string, target: string): string | undefined => {
  if (target === "" || target.startsWith("/")) return `the link ${path} leads out of the library`
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(target)) return `the link ${path} holds control characters`
  const parts = target.split("/").filter((part) => part !== "" && part !== ".")
  const climbs = parts.findIndex((part) => part !== "..")
  const up = climbs < 0 ? parts.length : climbs
  if (up > path.split("/").length - 1) return `the link ${path} leads out of the library`
  return parts.slice(up).includes("..") ? `the link ${path} climbs with .. behind a name` : undefined
}

/** Refuses files that are not exactly what git names, and links that lead out. @category guards */
export const check = (subject: string, files: FileTree, tree: string): Either.Either<ReadonlyArray<GitTree.TreeEntry>, InheritanceRefused> => {
  for (const { content, mode, path } of files.values()) {
    const bad = pathProblem(path)
    if (bad !== undefined) return Either.left(new InheritanceRefused({ subject, reason: "Escapes", detail: `${path}: ${bad}` }))
    if (mode !== "symlink") continue
    const problem = linkProblem(path, new TextDecoder().decode(content))
    if (problem !== undefined) return Either.left(new InheritanceRefused({ subject, reason: "Escapes", detail: problem }))
  }
  const format = GitTree.formatOf(tree)
  const entries = GitTree.entriesOf(files, format)
  const id = GitTree.idOfEntries(entries, format)
  return id === tree
    ? Either.right(entries)
    : Either.left(new InheritanceRefused({ subject, reason: "NotExact", detail: `its files are ${id}, not ${tree}` }))
}

/** The text of a list. @category combinators */
export const printList = (entries: ReadonlyArray<GitTree.TreeEntry>): string => entries.map(({ id, mode, path }) => `${mode} ${id} ${path}\n`).join("")

/** Reads a list; none if it is none. @category constructors */
export const parseList = (text: string): Option.Option<ReadonlyMap<string, GitTree.TreeEntry>> => {
  const entries = new Map<string, GitTree.TreeEntry>()
  for (const line of text.split("\n").slice(0, -1)) {
    const [, mode, id, path] = /^(file|executable|symlink) ([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/.exec(line) ?? []
    if (id === undefined || path === undefined || pathProblem(path) !== undefined) return Option.none()
    entries.set(path, { path, mode: mode === "executable" || mode === "symlink" ? mode : "file", id })
  }
  return text === "" || text.endsWith("\n") ? Option.some(entries) : Option.none()
}

const formatOfEntries = (entries: ReadonlyMap<string, GitTree.TreeEntry>): GitTree.ObjectFormat => {
  const [first] = entries.values()
  return first === undefined ? "sha1" : GitTree.formatOf(first.id)
}

/** So many links are followed from one file to the next. */
const mostLinks = 20

interface Found {
  readonly mode: GitTree.TreeEntry["mode"]
  readonly content: Uint8Array
}

/** The content of a file, links to other files of the same library followed. */
const followed = <E>(path: string, find: (path: string) => Effect.Effect<Option.Option<Found>, E>, links = 0): Effect.Effect<Option.Option<Uint8Array>, E> =>
  Effect.flatMap(find(path), (found) => {
    if (Option.isNone(found)) return Effect.succeed(Option.none())
    if (found.value.mode !== "symlink") return Effect.succeed(Option.some(found.value.content))
    if (links >= mostLinks) return Effect.succeed(Option.none())
    const folder = path.split("/").slice(0, -1)
    for (const part of new TextDecoder().decode(found.value.content).split("/")) {
      if (part === "..") folder.pop()
      else if (part !== "" && part !== ".") folder.push(part)
    }
    return followed(folder.join("/"), find, links + 1)
  })

/**
 * Libraries on the disk.
 *
 * @category layers
 * @example
 * ```ts
 * import { Library, layer } from "@dev-infra/inheritance/Library"
 * import * as Effect from "effect/Effect"
 *
 * export const found = Effect.provide(Effect.flatMap(Library, (libraries) => libraries.inspect("/home/me/api/.dev-infra/inherit/infra")), layer)
 * ```
 */
export const layer: Layer.Layer<Library> = Layer.succeed(
  Library,
  ((): Library["Type"] => {
    const listOf = (folder: string) => Effect.map(LibraryFolder.readList(folder), Option.flatMap(parseList))
    const inspect: Library["Type"]["inspect"] = (folder) =>
      Effect.flatMap(listOf(folder), Option.match({
        onNone: () => Effect.succeed(Option.none()),
        onSome: (entries) =>
          Effect.gen(function* () {
            const difference = yield* LibraryFolder.compare(folder, [...entries.values()], formatOfEntries(entries))
            const extra = difference === undefined ? yield* LibraryFolder.extra(folder, new Set(entries.keys())) : undefined
            return Option.some({ tree: GitTree.idOfEntries(entries.values(), formatOfEntries(entries)), entries, difference, extra })
          })
      }))
    return {
      inspect,
      materialise: (folder, files, tree) =>
        Effect.gen(function* () {
          const entries = yield* check(nameOf(folder), files, tree)
          const found = yield* inspect(folder)
          if (Option.isSome(found) && found.value.tree === tree && found.value.difference === undefined && found.value.extra === undefined) return false
          yield* LibraryFolder.replace(folder, files, printList(entries))
          return true
        }),
      read: (folder, path, limit) =>
        Effect.flatMap(listOf(folder), (entries) =>
          followed(path, (each) => {
            const entry = Option.getOrUndefined(entries)?.get(each)
            return entry === undefined ? Effect.succeed(Option.none()) : Effect.map(LibraryFolder.readEntry(folder, entry, GitTree.formatOf(entry.id), limit), Option.map((content) => ({ mode: entry.mode, content })))
          })),
      remove: (folder) => LibraryFolder.remove(folder)
    }
  })()
)

/**
 * Libraries in memory, for tests. `folders` can be changed from outside.
 *
 * @category layers
 * @example
 * ```ts
 * import type { FileTree } from "@dev-infra/git-repositories/FileTree"
 * import * as Library from "@dev-infra/inheritance/Library"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Ref from "effect/Ref"
 *
 * export const empty = Layer.unwrapEffect(Effect.map(Ref.make<ReadonlyMap<string, FileTree>>(new Map()), Library.layerMemory))
 * ```
 */
export const layerMemory = (folders: Ref.Ref<ReadonlyMap<string, FileTree>>): Layer.Layer<Library> =>
  Layer.effect(
    Library,
    Effect.map(Ref.make<ReadonlyMap<string, ReadonlyMap<string, GitTree.TreeEntry>>>(new Map()), (lists): Library["Type"] => {
      const find = (folder: string) => Effect.all([Effect.map(Ref.get(lists), (all) => all.get(folder)), Effect.map(Ref.get(folders), (all) => all.get(folder))])
      const inspect: Library["Type"]["inspect"] = (folder) =>
        Effect.map(find(folder), ([entries, files]) => {
          if (entries === undefined) return Option.none()
          const format = formatOfEntries(entries)
          const now = new Map(GitTree.entriesOf(files ?? new Map(), format).map((entry) => [entry.path, entry] as const))
          const extra = [...now.keys()].find((path) => !entries.has(path))
          const differs = [...entries.values()].find((entry) => now.get(entry.path)?.id !== entry.id || now.get(entry.path)?.mode !== entry.mode)
          return Option.some({ tree: GitTree.idOfEntries(entries.values(), format), entries, difference: differs === undefined ? undefined : `${differs.path} is not as it came`, extra })
        })
      return {
        inspect,
        materialise: (folder, files, tree) =>
          Effect.gen(function* () {
            const entries = yield* check(nameOf(folder), files, tree)
            const found = yield* inspect(folder)
            if (Option.isSome(found) && found.value.tree === tree && found.value.difference === undefined && found.value.extra === undefined) return false
            yield* Ref.update(folders, (all) => new Map([...all, [folder, files]]))
            yield* Ref.update(lists, (all) => new Map([...all, [folder, new Map(entries.map((entry) => [entry.path, entry]))]]))
            return true
          }),
        read: (folder, path, limit) =>
          Effect.flatMap(find(folder), ([entries, files]) =>
            followed(path, (each) => {
              const entry = entries?.get(each)
              const file = files?.get(each)
              if (entry === undefined || file === undefined || file.content.length > limit) return Effect.succeed(Option.none())
              const [now] = GitTree.entriesOf(new Map([[each, file]]), GitTree.formatOf(entry.id))
              return Effect.succeed(now?.id === entry.id ? Option.some({ mode: entry.mode, content: file.content }) : Option.none())
            })),
        remove: (folder) =>
          Effect.zipRight(
            Ref.update(folders, (all) => new Map([...all].filter(([path]) => path !== folder))),
            Ref.update(lists, (all) => new Map([...all].filter(([path]) => path !== folder)))
          )
      }
    })
  )
