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
import { type FileTree, fromFiles, type TreeFile } from "../FileTree.js"
import { treeProblems } from "../format/TreeRules.js"
import { TemplateInvalid, TemplateUnavailable } from "../TemplateFailure.js"

/** What a copy knows of its branches and tags, each with the full id of its commit. */
export interface RepositoryRefs {
  /** the default branch; undefined if the repository has no commit */
  readonly head: string | undefined
  readonly branches: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
}

/** The port. A URL is one of `TemplateSource`, so it cannot be an option of git. */
export class Repositories extends Context.Tag("@dev-infra/templates/git/Repositories")<
  Repositories,
  {
    /** Branches and tags of the copy; none if there is no copy. */
    readonly refs: (url: string) => Effect.Effect<Option.Option<RepositoryRefs>, TemplateUnavailable>
    /** The full id of the commit whose id begins with these 4 to 64 hexadecimal digits; none if the copy has none, or several. */
    readonly commit: (url: string, id: string) => Effect.Effect<Option.Option<string>, TemplateUnavailable>
    /** All files of a folder at a commit, by its full id. Nothing of them was written to the disk. */
    readonly tree: (url: string, commit: string, folder: string) => Effect.Effect<FileTree, TemplateUnavailable | TemplateInvalid>
    /** Make the copy, or bring it up to date; true if it was made. What it had, it keeps. */
    readonly fetch: (url: string) => Effect.Effect<boolean, TemplateUnavailable>
  }
>() {}

/** A file of a version in memory: its text, or all of it. */
export type MemoryFile = string | Omit<TreeFile, "path">

/** A version of a repository in memory. */
export interface MemoryCommit {
  /** 40 hexadecimal digits */
  readonly commit: string
  readonly files: { readonly [path: string]: MemoryFile }
}

/** A repository in memory, as others see it over the network. `head` is one of its branches. */
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

/** Repositories in memory. `remote` is what is out there at this moment. */
export const layerMemory = (remote: Ref.Ref<{ readonly [url: string]: MemoryRepository }>): Layer.Layer<Repositories> =>
  Layer.effect(
    Repositories,
    Effect.gen(function* () {
      const copies = yield* Ref.make<ReadonlyMap<string, MemoryRepository>>(new Map())
      const copyOf = (url: string) => Effect.map(Ref.get(copies), (all) => Option.fromNullable(all.get(url)))
      const notCached = (url: string) => new TemplateUnavailable({ source: url, reason: "NotCached" })
      return Repositories.of({
        refs: (url) =>
          Effect.map(copyOf(url), Option.map(({ branches, head, tags }) => ({ head: branches[head], branches: new Map(Object.entries(branches)), tags: new Map(Object.entries(tags)) }))),
        commit: (url, id) =>
          Effect.map(copyOf(url), Option.flatMap(({ commits }) => {
            const found = commits.filter(({ commit }) => commit.startsWith(id))
            return found.length === 1 ? Option.fromNullable(found[0]?.commit) : Option.none()
          })),
        tree: (url, commit, folder) =>
          Effect.gen(function* () {
            const { commits } = yield* Effect.flatMap(copyOf(url), Effect.mapError(() => notCached(url)))
            const files = commits.find((each) => each.commit === commit)?.files
            if (files === undefined) return yield* new TemplateUnavailable({ source: url, reason: "NoSuchVersion", version: commit })
            const prefix = folder === "" ? "" : `${folder}/`
            const inside = [...treeOf(files).values()].filter(({ path }) => path.startsWith(prefix)).map((file) => ({ ...file, path: file.path.slice(prefix.length) }))
            if (inside.length === 0) return yield* new TemplateUnavailable({ source: url, reason: "NoSuchFolder", version: commit, detail: folder })
            const problems = treeProblems(inside.map(({ content, mode, path }) => ({ path, mode, size: content.length })))
            return problems.length > 0 ? yield* new TemplateInvalid({ source: url, problems }) : fromFiles(inside)
          }),
        fetch: (url) =>
          Effect.gen(function* () {
            const now = (yield* Ref.get(remote))[url]
            if (now === undefined) return yield* new TemplateUnavailable({ source: url, reason: "NotFound" })
            return yield* Ref.modify(copies, (all) => {
              const before = all.get(url)
              const kept = (before?.commits ?? []).filter(({ commit }) => !now.commits.some((each) => each.commit === commit))
              return [before === undefined, new Map([...all, [url, { ...now, commits: [...kept, ...now.commits] }]])]
            })
          })
      })
    })
  )
