/**
 * `dev-infra.lock`: exactly which content a project inherits, and who approved it. It lies beside `.dev-infra.yml`, is committed, and is written by dev-infra
 * alone; comments in it stay.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as GitUrl from "@dev-infra/git-repositories/GitUrl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Document, isMap, parseDocument, type YAMLMap } from "yaml"
import { LockUnreadable } from "./InheritanceFailure.js"
import { nameProblem } from "./InheritedSource.js"

const line = Schema.String.pipe(Schema.pattern(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u))

/** Somebody decided for all who work on the project. `at` is a time as of ISO 8601. @category schemas */
export const Approval = Schema.Struct({ by: line, at: Schema.String.pipe(Schema.pattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/)) })

/** @category models */
export type Approval = typeof Approval.Type

const objectId = Schema.String.pipe(Schema.pattern(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/))

const isAddress = (url: string): boolean => Either.match(GitUrl.parse(url), { onLeft: () => false, onRight: (address) => address.url === url && address.subfolder === "" && address.ref === undefined })

const isFolder = (folder: string): boolean => folder.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git")

const repository = {
  url: line.pipe(Schema.filter((url) => isAddress(url) || "it is no address of a repository")),
  ref: line,
  commit: objectId,
  /** what git calls the files of the folder at that commit */
  tree: objectId,
  approved: Schema.optional(Approval)
}

const StoredLibrary = Schema.Struct({ ...repository, folder: Schema.optional(line.pipe(Schema.filter((folder) => isFolder(folder) || "it is no folder in a repository"))), floating: Schema.optional(Schema.Literal(true)) })

const StoredRemote = Schema.Union(
  Schema.Struct({ sha256: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)), approved: Schema.optional(Approval) }),
  Schema.Struct({ ...repository })
)

const Stored = Schema.Struct({
  version: Schema.Literal(1),
  libraries: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: StoredLibrary }))),
  remotes: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: StoredRemote })))
})

/** A library as it is locked. @category models */
export interface LockedLibrary {
  readonly name: string
  readonly url: string
  /** in its repository; empty: the root */
  readonly folder: string
  readonly ref: string
  readonly commit: string
  readonly tree: string
  readonly floating: boolean
  readonly approved: Approval | undefined
}

/** A remote include as it is locked, by its URL: one file, or a repository at a ref. @category models */
export type LockedRemote =
  | { readonly _tag: "File"; readonly key: string; readonly sha256: string; readonly approved: Approval | undefined }
  | { readonly _tag: "Repository"; readonly key: string; readonly url: string; readonly ref: string; readonly commit: string; readonly tree: string; readonly approved: Approval | undefined }

/** @category models */
export interface Lock {
  readonly libraries: ReadonlyArray<LockedLibrary>
  readonly remotes: ReadonlyArray<LockedRemote>
}

/** @category constants */
export const empty: Lock = { libraries: [], remotes: [] }

/** The name of the file. @category constants */
export const fileName = "dev-infra.lock"

/** The file of a project. @category constants */
export const pathIn = (folder: string): string => `${folder === "/" ? "" : folder}/${fileName}`

const sizeLimit = 4 * 1024 * 1024

const header = " Written by dev-infra: which content the tasks of this project come from. Commit it; inherit sync changes it."

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const decodeStored = Schema.decodeUnknownEither(Stored, { onExcessProperty: "ignore" })

const unreadable = (path: string, problem: string, at = 1) => new LockUnreadable({ path, line: at, problem })

const documentOf = (text: string, path: string): Either.Either<Document, LockUnreadable> => {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, logLevel: "silent" })
  const [fault] = document.errors
  if (/^<{7} /m.test(text)) return Either.left(unreadable(path, "it holds a merge conflict", text.slice(0, text.search(/^<{7} /m)).split("\n").length))
  return fault === undefined ? Either.right(document) : Either.left(unreadable(path, `it is no YAML: ${fault.message.split("\n")[0] ?? ""}`, fault.linePos?.[0].line ?? 1))
}

/**
 * Reads the text of a lock. An empty text is an empty lock.
 *
 * @param path of the file, for errors
 * @category constructors
 */
export const parse = (text: string, path: string = fileName): Either.Either<Lock, LockUnreadable> =>
  Either.gen(function* () {
    const document = yield* documentOf(text, path)
    if (document.contents === null) return empty
    const value: unknown = yield* Either.try({ try: () => document.toJS({ maxAliasCount: 0 }) as unknown, catch: () => unreadable(path, "a lock has no aliases") })
    const version = typeof value === "object" && value !== null && "version" in value ? value.version : undefined
    if (typeof version === "number" && version > 1) return yield* Either.left(unreadable(path, `it is of version ${version}, which a newer dev-infra wrote`))
    const stored = yield* Either.mapLeft(decodeStored(value), (error) => unreadable(path, `it is no lock any more: ${firstLine(error.message)}`))
    // the name of a library is that of a folder, which is removed with its entry
    const badName = Object.keys(stored.libraries ?? {}).find((name) => nameProblem(name) !== undefined)
    if (badName !== undefined) return yield* Either.left(unreadable(path, `it is no lock any more: ${JSON.stringify(badName)} is no name of a library`))
    return {
      libraries: Object.entries(stored.libraries ?? {}).sort(([a], [b]) => byText(a, b)).map(([name, { approved, commit, floating, folder, ref, tree, url }]) =>
        ({ name, url, folder: folder ?? "", ref, commit, tree, floating: floating === true, approved })),
      remotes: Object.entries(stored.remotes ?? {}).sort(([a], [b]) => byText(a, b)).map(([key, remote]): LockedRemote =>
        "sha256" in remote
          ? { _tag: "File", key, sha256: remote.sha256, approved: remote.approved }
          : { _tag: "Repository", key, url: remote.url, ref: remote.ref, commit: remote.commit, tree: remote.tree, approved: remote.approved })
    }
  })

const firstLine = (message: string): string => (message.split("\n").at(-1) ?? "").replace(/^[\s\u2514\u2500\u2502\u251c]+/, "")

/** The keys of an entry in the order in which they are written. */
const libraryFields = ({ approved, commit, floating, folder, ref, tree, url }: LockedLibrary) => ({
  url,
  ...(folder === "" ? {} : { folder }),
  ref,
  ...(floating ? { floating: true } : {}),
  commit,
  tree,
  ...(approved === undefined ? {} : { approved: { by: approved.by, at: approved.at } })
})

const remoteFields = (remote: LockedRemote) => ({
  ...(remote._tag === "File" ? { sha256: remote.sha256 } : { url: remote.url, ref: remote.ref, commit: remote.commit, tree: remote.tree }),
  ...(remote.approved === undefined ? {} : { approved: { by: remote.approved.by, at: remote.approved.at } })
})

/** Makes a group hold exactly these entries, sorted; what stays keeps its comments. */
const setGroup = (document: Document, name: string, entries: ReadonlyArray<readonly [string, object]>): void => {
  if (entries.length === 0) {
    document.delete(name)
    return
  }
  const existing = document.get(name)
  const group: YAMLMap = isMap(existing) ? existing : document.createNode({})
  if (!isMap(existing)) document.set(name, group)
  group.flow = false
  const wanted = new Map(entries)
  for (const { key } of group.items.filter((pair) => !wanted.has(String(pair.key)))) group.delete(key)
  for (const [key, fields] of entries) {
    const before = group.get(key)
    const node = isMap(before) ? before : document.createNode({})
    if (!isMap(before)) group.set(document.createNode(key), node)
    node.flow = false
    const values = new Map(Object.entries(fields))
    for (const { key: field } of node.items.filter((pair) => !values.has(String(pair.key)))) node.delete(field)
    for (const [field, value] of values) {
      const old = node.get(field)
      const isSame = isMap(old) ? JSON.stringify(old.toJS(document)) === JSON.stringify(value) : old === value
      if (!isSame) node.set(field, typeof value === "object" ? document.createNode(value) : value)
    }
  }
  group.items.sort((a, b) => byText(String(a.key), String(b.key)))
}

/**
 * The text of a lock: sorted, with the comments of `before`.
 *
 * @param before the text until now, if there is one that can be read
 * @category combinators
 */
export const print = (lock: Lock, before?: string): string => {
  const read = before === undefined ? undefined : documentOf(before, fileName)
  const document = read !== undefined && Either.isRight(read) && isMap(read.right.contents) ? read.right : new Document({})
  if (read === undefined || Either.isLeft(read)) document.commentBefore = header
  document.set("version", 1)
  setGroup(document, "libraries", lock.libraries.map((library) => [library.name, libraryFields(library)]))
  setGroup(document, "remotes", lock.remotes.map((remote) => [remote.key, remoteFields(remote)]))
  return document.toString({ lineWidth: 0 })
}

/** The lock with this library instead of what it had of that name. @category combinators */
export const withLibrary = (lock: Lock, library: LockedLibrary): Lock => ({
  ...lock,
  libraries: [...lock.libraries.filter(({ name }) => name !== library.name), library].sort((a, b) => byText(a.name, b.name))
})

/** The lock without a library. @category combinators */
export const withoutLibrary = (lock: Lock, name: string): Lock => ({ ...lock, libraries: lock.libraries.filter((library) => library.name !== name) })

/** The lock with this remote include instead of what it had of that URL. @category combinators */
export const withRemote = (lock: Lock, remote: LockedRemote): Lock => ({
  ...lock,
  remotes: [...lock.remotes.filter(({ key }) => key !== remote.key), remote].sort((a, b) => byText(a.key, b.key))
})

/**
 * The lock of a project; none if it has none.
 *
 * @param folder of the project, absolute
 * @example
 * ```ts
 * import * as LockFile from "@dev-infra/inheritance/LockFile"
 * import * as GitUrl from "@dev-infra/git-repositories/GitUrl"
import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const commits = Effect.map(LockFile.read("/home/me/api"), Option.map(({ libraries }) => libraries.map(({ commit }) => commit)))
 * ```
 * @category constructors
 */
export const read = (folder: string): Effect.Effect<Option.Option<Lock>, LockUnreadable | FileFailure, LocalFiles> =>
  Effect.flatMap(LocalFiles, (files) =>
    Effect.flatMap(files.read(pathIn(folder), sizeLimit), (found) =>
      Option.isNone(found) ? Effect.succeed(Option.none()) : Effect.map(parse(new TextDecoder().decode(found.value.bytes), pathIn(folder)), Option.some)))

/**
 * Changes the lock of a project under its own lock, all or nothing; true if its text is another one now.
 *
 * @category combinators
 */
export const modify = (folder: string, change: (lock: Lock) => Lock): Effect.Effect<boolean, LockUnreadable | FileFailure | LockUnavailable, DurableFile> =>
  Effect.flatMap(DurableFile, (files) =>
    files.modify(pathIn(folder), { backup: "none", modeWhenNew: 0o644, limit: sizeLimit }, (current) =>
      Effect.gen(function* () {
        const before = Option.getOrUndefined(current)?.text
        const lock = before === undefined ? empty : yield* parse(before, pathIn(folder))
        const changed = change(lock)
        const after = print(changed, before)
        const isNothing = changed.libraries.length === 0 && changed.remotes.length === 0 && before === undefined
        return isNothing || after === before ? { result: false, content: undefined } : { result: true, content: after }
      })))
