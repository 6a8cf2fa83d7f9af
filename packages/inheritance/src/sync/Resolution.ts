/**
 * From a source and a ref to a commit with its files. The network is asked only if this computer does not know the answer.
 *
 * @module
 */
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as GitReference from "@dev-infra/git-repositories/GitReference"
import * as GitVersion from "@dev-infra/git-repositories/GitVersion"
import type { Repositories, RepositoryRefs } from "@dev-infra/git-repositories/Repositories"
import type { RepositoryUnavailable, TreeInvalid } from "@dev-infra/git-repositories/RepositoryFailure"
import { defaultNames } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { InheritanceRefused } from "../InheritanceFailure.js"

type Copies = Repositories["Type"]

/** A ref, and what it means now. */
export interface Resolved {
  /** as it is to be locked: of a range the tag that it means */
  readonly ref: string
  readonly commit: string
  /** it is a branch, which moves */
  readonly isBranch: boolean
}

const shownTags = 5

const inRefs = (refs: RepositoryRefs, ref: string): Resolved | undefined => {
  const found = Option.getOrUndefined(GitVersion.resolve(refs, ref))
  if (found === undefined) return undefined
  return { ref: GitReference.isRange(ref) && found.tag !== undefined ? found.tag : ref, commit: found.commit, isBranch: found.tag === undefined }
}

/** What a ref means in a clone. */
const known = (copies: Copies, url: string, ref: string): Effect.Effect<Resolved | undefined, RepositoryUnavailable> =>
  Effect.gen(function* () {
    const refs = Option.getOrUndefined(yield* copies.refs(url))
    if (refs === undefined) return undefined
    const found = inRefs(refs, ref)
    if (found !== undefined) return found
    const commit = /^[0-9a-f]{7,64}$/i.test(ref) ? Option.getOrUndefined(yield* copies.commit(url, ref.toLowerCase())) : undefined
    return commit === undefined ? undefined : { ref: commit, commit, isBranch: false }
  })

/**
 * What a ref means. A clone that knows it is not brought up to date, unless `refresh` says so.
 */
export const resolve = (copies: Copies, subject: string, url: string, ref: string, refresh: boolean): Effect.Effect<Resolved, RepositoryUnavailable | InheritanceRefused> =>
  Effect.gen(function* () {
    const before = refresh ? undefined : yield* known(copies, url, ref)
    if (before !== undefined) return before
    yield* copies.fetch(url)
    const after = yield* known(copies, url, ref)
    if (after !== undefined) return after
    const refs = yield* copies.refs(url)
    const tags = Option.match(refs, { onNone: () => [], onSome: (all) => GitReference.offered(all.tags.keys()) }).slice(0, shownTags)
    const hint = tags.length === 0 ? "" : `; its newest versions are ${tags.join(", ")}`
    return yield* new InheritanceRefused({ subject, reason: "BadReference", detail: `its repository has no tag, branch or commit ${ref}${hint}` })
  })

/** All files of a folder at a commit, fetched if the clone does not have that commit yet. */
export const filesAt = (copies: Copies, url: string, commit: string, folder: string): Effect.Effect<{ readonly files: FileTree; readonly tree: string }, RepositoryUnavailable | TreeInvalid> => {
  const read = Effect.all({ files: copies.tree(url, commit, folder), tree: copies.treeId(url, commit, folder) })
  return Effect.catchTag(read, "RepositoryUnavailable", (failure) =>
    failure.reason === "NotCached" || failure.reason === "NoSuchVersion" ? Effect.zipRight(copies.fetch(url), read) : Effect.fail(failure))
}

const isTaskfile = (content: Uint8Array): boolean => {
  if (content.length > 1024 * 1024) return false
  const text = new TextDecoder().decode(content)
  return /^(["']?)version\1\s*:/m.test(text) && /^(["']?)(?:tasks|includes)\1\s*:/m.test(text)
}

const shownCandidates = 20

/** The Taskfile that an entry means, relative to the library; fails with what there is instead. */
export const taskfileIn = (subject: string, files: FileTree, path: string | undefined): Effect.Effect<string, InheritanceRefused> => {
  const wanted = path === undefined ? defaultNames : [path, ...defaultNames.map((name) => `${path}/${name}`)]
  const found = wanted.find((name) => files.has(name))
  if (found !== undefined) return Effect.succeed(found)
  const candidates = [...files.values()].filter((file) => /\.ya?ml$/i.test(file.path) && file.mode !== "symlink" && isTaskfile(file.content)).map((file) => file.path)
  const place = path === undefined ? "the library has no Taskfile at its root" : `the library has no Taskfile ${path}`
  const shown = candidates.slice(0, shownCandidates)
  const more = candidates.length > shown.length ? `, and ${candidates.length - shown.length} more` : ""
  const detail = shown.length === 0 ? `${place}, nor elsewhere` : `${place}; name one with --path: ${shown.join(", ")}${more}`
  return Effect.fail(new InheritanceRefused({ subject, reason: "NoTaskfile", detail }))
}
