/**
 * Repositories of this computer, read from their files: checkouts and bare clones. Nothing is started, nothing is asked over the network. The port;
 * `GitHistoryFiles` reads the disk.
 *
 * @module
 */
import { type FileTree, fromFiles } from "@dev-infra/git-repositories/FileTree"
import { idOf as treeIdOf } from "@dev-infra/git-repositories/GitTree"
import type { RepositoryRefs } from "@dev-infra/git-repositories/Repositories"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A repository that cannot be read, so nothing can be said about it. @category errors */
export class HistoryUnreadable extends Schema.TaggedError<HistoryUnreadable>("@dev-infra/inheritance/HistoryUnreadable")("HistoryUnreadable", {
  /** where it is */
  folder: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the repository in ${this.folder} cannot be read: ${this.detail}`
  }
}

/** How far a commit is behind another one. `isMore`: there are more commits than were counted. @category models */
export interface Distance {
  readonly commits: number
  readonly isMore: boolean
}

/**
 * The port. A `repository` is what `locate` gave.
 *
 * @category tags
 * @example
 * ```ts
 * import { GitHistory } from "@dev-infra/inheritance/GitHistory"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const tags = (folder: string) =>
 *   Effect.gen(function* () {
 *     const history = yield* GitHistory
 *     const repository = yield* history.locate(folder)
 *     return Option.isNone(repository) ? [] : [...(yield* history.refs(repository.value)).tags.keys()]
 *   })
 * ```
 */
export class GitHistory extends Context.Tag("@dev-infra/inheritance/GitHistory")<
  GitHistory,
  {
    /** The repository of a checkout, or of a bare clone, by its folder; none if there is none. */
    readonly locate: (folder: string) => Effect.Effect<Option.Option<string>>
    /** Where the bare clone of a URL would be. */
    readonly cloneOf: (url: string) => string
    /** All branches and tags, each with its commit. Read once. */
    readonly refs: (repository: string) => Effect.Effect<RepositoryRefs, HistoryUnreadable>
    /** The full id of the one commit whose id begins so; none if there is none, or several. */
    readonly commit: (repository: string, id: string) => Effect.Effect<Option.Option<string>, HistoryUnreadable>
    /** How many commits `to` has that `from` does not have, on the way of first parents; none if `from` is not found on it. */
    readonly distance: (repository: string, from: string, to: string) => Effect.Effect<Option.Option<Distance>, HistoryUnreadable>
    /** The text files of a commit that could belong to tasks: all up to a size; links and what lies below them are left out. */
    readonly tree: (repository: string, commit: string) => Effect.Effect<FileTree, HistoryUnreadable>
    /** What git calls the content of a folder at a commit; the empty text is the root. None if there is no such folder. */
    readonly treeId: (repository: string, commit: string, folder: string) => Effect.Effect<Option.Option<string>, HistoryUnreadable>
    /** The addresses that a checkout calls its remotes, as they are written, without credentials. */
    readonly remotes: (repository: string) => Effect.Effect<ReadonlyArray<string>, HistoryUnreadable>
  }
>() {}

/** A repository in memory: its commits from the oldest to the newest, each made from the one before. @category models */
export interface MemoryHistory {
  readonly folder: string
  readonly remotes?: ReadonlyArray<string>
  readonly commits: ReadonlyArray<{ readonly commit: string; readonly files: { readonly [path: string]: string } }>
  readonly branches: { readonly [name: string]: string }
  readonly tags: { readonly [name: string]: string }
}

/**
 * Repositories in memory. That of a URL has the folder `/clones/URL`.
 *
 * @category layers
 * @example
 * ```ts
 * import * as GitHistory from "@dev-infra/inheritance/GitHistory"
 *
 * export const none = GitHistory.layerMemory([])
 * ```
 */
export const layerMemory = (repositories: ReadonlyArray<MemoryHistory>): Layer.Layer<GitHistory> =>
  Layer.sync(GitHistory, () => {
    const found = (folder: string) => {
      const repository = repositories.find((each) => each.folder === folder)
      return repository === undefined ? Effect.fail(new HistoryUnreadable({ folder, detail: "it is not there" })) : Effect.succeed(repository)
    }
    return GitHistory.of({
      locate: (folder) => Effect.succeed(repositories.some((each) => each.folder === folder) ? Option.some(folder) : Option.none()),
      cloneOf: (url) => `/clones/${url}`,
      refs: (folder) =>
        Effect.map(found(folder), ({ branches, commits, tags }) => ({ head: commits.at(-1)?.commit, branches: new Map(Object.entries(branches)), tags: new Map(Object.entries(tags)) })),
      commit: (folder, id) =>
        Effect.map(found(folder), ({ commits }) => {
          const fitting = commits.filter(({ commit }) => commit.startsWith(id))
          return fitting.length === 1 ? Option.fromNullable(fitting[0]?.commit) : Option.none()
        }),
      distance: (folder, from, to) =>
        Effect.map(found(folder), ({ commits }) => {
          const [first, last] = [commits.findIndex(({ commit }) => commit === from), commits.findIndex(({ commit }) => commit === to)]
          return first < 0 || last < first ? Option.none() : Option.some({ commits: last - first, isMore: false })
        }),
      tree: (folder, id) =>
        Effect.flatMap(found(folder), ({ commits }) => {
          const files = commits.find(({ commit }) => commit === id)?.files
          return files === undefined
            ? Effect.fail(new HistoryUnreadable({ folder, detail: `it has no commit ${id}` }))
            : Effect.succeed(fromFiles(Object.entries(files).map(([path, text]) => ({ path, mode: "file" as const, content: new TextEncoder().encode(text) }))))
        }),
      treeId: (folder, id, inside) =>
        Effect.map(found(folder), ({ commits }) => {
          const prefix = inside === "" ? "" : `${inside}/`
          const files = Object.entries(commits.find(({ commit }) => commit === id)?.files ?? {}).filter(([path]) => path.startsWith(prefix))
          return files.length === 0
            ? Option.none()
            : Option.some(treeIdOf(fromFiles(files.map(([path, text]) => ({ path: path.slice(prefix.length), mode: "file" as const, content: new TextEncoder().encode(text) })))))
        }),
      remotes: (folder) => Effect.map(found(folder), ({ remotes = [] }) => remotes)
    })
  })
