/**
 * Copies of git repositories on this computer, which are asked about without a network, and brought up to date only by `fetch`. The port;
 * `GitRepositories` keeps bare clones in the cache of the home.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { type FileTree, fromFiles, isSameFile, type TreeFile } from "./FileTree.js"
import { idOf as treeIdOf } from "./GitTree.js"
import { RepositoryUnavailable, TreeInvalid } from "./RepositoryFailure.js"
import { treeProblems } from "./TreeRules.js"

/** What a copy knows of its branches and tags, each with the full id of its commit. */
export interface RepositoryRefs {
  /** the default branch; undefined if the repository has no commit */
  readonly head: string | undefined
  readonly branches: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
}

/** A commit as its author called it. */
export interface LoggedCommit {
  readonly commit: string
  readonly subject: string
}

/**
 * The port. A URL is one of `GitUrl`, so it cannot be an option of git.
 *
 * @category tags
 * @example
 * ```ts
 * import { Repositories } from "@dev-infra/git-repositories/Repositories"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const isCloned = (url: string) => Effect.flatMap(Repositories, (repositories) => Effect.map(repositories.refs(url), Option.isSome))
 * ```
 */
export class Repositories extends Context.Tag("@dev-infra/git-repositories/Repositories")<
  Repositories,
  {
    /** Branches and tags of the copy; none if there is no copy. */
    readonly refs: (url: string) => Effect.Effect<Option.Option<RepositoryRefs>, RepositoryUnavailable>
    /** The full id of the commit whose id begins with these 4 to 64 hexadecimal digits; none if the copy has none, or several. */
    readonly commit: (url: string, id: string) => Effect.Effect<Option.Option<string>, RepositoryUnavailable>
    /** All files of a folder at a commit, by its full id. Nothing of them was written to the disk. */
    readonly tree: (url: string, commit: string, folder: string) => Effect.Effect<FileTree, RepositoryUnavailable | TreeInvalid>
    /** What git calls the content of a folder at a commit: 40 or 64 hexadecimal digits that are equal for equal files, names and modes. */
    readonly treeId: (url: string, commit: string, folder: string) => Effect.Effect<string, RepositoryUnavailable>
    /** One file at a commit, by its full id; none if it is not there, is no file, or is larger than `limit` bytes. */
    readonly file: (url: string, commit: string, path: string, limit: number) => Effect.Effect<Option.Option<Uint8Array>, RepositoryUnavailable>
    /** What was done between two commits, by their full ids, to files of a folder: the newest first, at most 200. Empty if the copy does not have both. */
    readonly log: (url: string, between: { readonly from: string; readonly to: string; readonly folder: string }) => Effect.Effect<ReadonlyArray<LoggedCommit>, RepositoryUnavailable>
    /** Make the copy, or bring it up to date; true if it was made. What it had, it keeps. */
    readonly fetch: (url: string) => Effect.Effect<boolean, RepositoryUnavailable>
  }
>() {}

/** A file of a version in memory: its text, or all of it. */
export type MemoryFile = string | Omit<TreeFile, "path">

/** A version of a repository in memory. */
export interface MemoryCommit {
  /** 40 hexadecimal digits */
  readonly commit: string
  readonly files: { readonly [path: string]: MemoryFile }
  /** the first line of its message */
  readonly subject?: string
}

/** A repository in memory, as others see it over the network: its commits from the oldest to the newest, each made from the one before. `head` is one of its branches. */
export interface MemoryRepository {
  readonly commits: ReadonlyArray<MemoryCommit>
  readonly branches: { readonly [name: string]: string }
  readonly tags: { readonly [name: string]: string }
  readonly head: string
}

/** Texts and files as a tree. */
export const treeOf = (files: { readonly [path: string]: MemoryFile }): FileTree =>
  fromFiles(
    Object.entries(files).map(([path, file]) => (typeof file === "string" ? { path, mode: "file" as const, content: new TextEncoder().encode(file) } : { path, ...file }))
  )

const isSameFolder = (folder: string, before: MemoryCommit, after: MemoryCommit): boolean => {
  const [old, fresh] = [treeOf(before.files), treeOf(after.files)]
  const paths = [...old.keys(), ...fresh.keys()].filter((path) => folder === "" || path.startsWith(`${folder}/`))
  return paths.every((path) => {
    const [one, other] = [old.get(path), fresh.get(path)]
    return one !== undefined && other !== undefined && isSameFile(one, other)
  })
}

/** One history, in the order in which its commits are listed. */
const loggedIn = (commits: ReadonlyArray<MemoryCommit>, folder: string, from: string, to: string): ReadonlyArray<LoggedCommit> => {
  const [first, last] = [commits.findIndex(({ commit }) => commit === from), commits.findIndex(({ commit }) => commit === to)]
  if (first < 0) return []
  return commits
    .slice(first + 1, last + 1)
    .flatMap((each, at) => {
      const before = commits[first + at]
      return before === undefined || isSameFolder(folder, before, each) ? [] : [{ commit: each.commit, subject: each.subject ?? "" }]
    })
    .toReversed()
}

/**
 * Repositories in memory. `remote` is what is out there at this moment.
 *
 * @category layers
 * @example
 * ```ts
 * import * as Repositories from "@dev-infra/git-repositories/Repositories"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Ref from "effect/Ref"
 *
 * export const none = Layer.unwrapEffect(Effect.map(Ref.make({}), Repositories.layerMemory))
 * ```
 */
export const layerMemory = (remote: Ref.Ref<{ readonly [url: string]: MemoryRepository }>): Layer.Layer<Repositories> =>
  Layer.effect(
    Repositories,
    Effect.gen(function* () {
      const copies = yield* Ref.make<ReadonlyMap<string, MemoryRepository>>(new Map())
      const copyOf = (url: string) => Effect.map(Ref.get(copies), (all) => Option.fromNullable(all.get(url)))
      const notCached = (url: string) => new RepositoryUnavailable({ source: url, reason: "NotCached" })
      const treeAt = (url: string, commit: string, folder: string) =>
        Effect.gen(function* () {
          const { commits } = yield* Effect.flatMap(copyOf(url), Effect.mapError(() => notCached(url)))
          const files = commits.find((each) => each.commit === commit)?.files
          if (files === undefined) return yield* new RepositoryUnavailable({ source: url, reason: "NoSuchVersion", version: commit })
          const prefix = folder === "" ? "" : `${folder}/`
          const inside = [...treeOf(files).values()].filter(({ path }) => path.startsWith(prefix)).map((file) => ({ ...file, path: file.path.slice(prefix.length) }))
          if (inside.length === 0) return yield* new RepositoryUnavailable({ source: url, reason: "NoSuchFolder", version: commit, detail: folder })
          return fromFiles(inside)
        })
      return Repositories.of({
        refs: (url) =>
          Effect.map(copyOf(url), Option.map(({ branches, head, tags }) => ({ head: branches[head], branches: new Map(Object.entries(branches)), tags: new Map(Object.entries(tags)) }))),
        commit: (url, id) =>
          Effect.map(copyOf(url), Option.flatMap(({ commits }) => {
            const found = commits.filter(({ commit }) => commit.startsWith(id))
            return found.length === 1 ? Option.fromNullable(found[0]?.commit) : Option.none()
          })),
        tree: (url, commit, folder) =>
          Effect.flatMap(treeAt(url, commit, folder), (files) => {
            const problems = treeProblems([...files.values()].map(({ content, mode, path }) => ({ path, mode, size: content.length })))
            return problems.length > 0 ? Effect.fail(new TreeInvalid({ source: url, problems })) : Effect.succeed(files)
          }),
        treeId: (url, commit, folder) => Effect.map(treeAt(url, commit, folder), (files) => treeIdOf(files)),
        file: (url, commit, path, limit) =>
          Effect.map(copyOf(url), Option.flatMap(({ commits }) => {
            const file = treeOf(commits.find((each) => each.commit === commit)?.files ?? {}).get(path)
            return file === undefined || file.mode === "symlink" || file.content.length > limit ? Option.none() : Option.some(file.content)
          })),
        log: (url, { folder, from, to }) =>
          Effect.map(copyOf(url), Option.match({ onNone: () => [], onSome: ({ commits }) => loggedIn(commits, folder, from, to) })),
        fetch: (url) =>
          Effect.gen(function* () {
            const now = (yield* Ref.get(remote))[url]
            if (now === undefined) return yield* new RepositoryUnavailable({ source: url, reason: "NotFound" })
            return yield* Ref.modify(copies, (all) => {
              const before = all.get(url)
              const kept = (before?.commits ?? []).filter(({ commit }) => !now.commits.some((each) => each.commit === commit))
              return [before === undefined, new Map([...all, [url, { ...now, commits: [...kept, ...now.commits] }]])]
            })
          })
      })
    })
  )
