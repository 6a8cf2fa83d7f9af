/**
 * Who inherits which version of what, and how far behind it is. Nothing is started, and nothing is asked over the network: how far behind is what the last fetch knows.
 *
 * @module
 */
import { offered } from "@dev-infra/git-repositories/GitVersion"
import { sortedVersions } from "@dev-infra/git-repositories/GitReference"
import type { RepositoryRefs } from "@dev-infra/git-repositories/Repositories"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { type Distance, GitHistory, type HistoryUnreadable } from "./GitHistory.js"
import * as InheritanceUses from "./InheritanceUses.js"

/** How far behind a use is. @category models */
export interface Behind {
  /** the version it could have; undefined: the repository has no versions, and its default branch counts */
  readonly newest: string | undefined
  /** versions between; undefined if the commit is none */
  readonly versions: number | undefined
  /** commits between; undefined if the newest version was not made from this commit */
  readonly commits: Distance | undefined
}

/** `NotPinned`: it is used as it is. `NotLocked`: no commit is known. `NotFetched`: its repository was never fetched here. @category models */
export type NotCompared = "NotPinned" | "NotLocked" | "NotFetched" | HistoryUnreadable

/** @category models */
export interface ListedUse extends InheritanceUses.LibraryUse {
  readonly behind: Either.Either<Behind, NotCompared>
  /** the ref turned out to be a branch */
  readonly isBranch: boolean
}

/** @category models */
export interface InheritanceList {
  readonly uses: ReadonlyArray<ListedUse>
  readonly unread: ReadonlyArray<InheritanceUses.UnreadProject>
}

interface Library {
  readonly repository: string
  readonly refs: RepositoryRefs
}

/** The version of a commit in a sorted list; -1 if it is none. */
const placeOf = (versions: ReadonlyArray<string>, { tags }: RepositoryRefs, commit: string): number => versions.findIndex((tag) => tags.get(tag) === commit)

const compare = (history: GitHistory["Type"], { refs, repository }: Library, use: InheritanceUses.LibraryUse, commit: string) =>
  Effect.gen(function* () {
    const branch = use.floating && use.ref !== undefined ? refs.branches.get(use.ref) : undefined
    const [newest] = branch === undefined ? offered(refs, undefined) : [{ commit: branch, tag: undefined }]
    if (newest === undefined) return { newest: undefined, versions: 0, commits: { commits: 0, isMore: false } }
    const versions = sortedVersions(refs.tags.keys())
    const at = placeOf(versions, refs, commit)
    const target = newest.tag === undefined ? -1 : versions.indexOf(newest.tag)
    const distance = yield* history.distance(repository, commit, newest.commit)
    return { newest: newest.tag, versions: at < 0 || target < 0 ? undefined : Math.max(0, at - target), commits: Option.getOrUndefined(distance) }
  })

/**
 * The list. Each repository is read once, however many projects use it.
 *
 * @example
 * ```ts
 * import * as InheritanceList from "@dev-infra/inheritance/InheritanceList"
 * import type { UsingProject } from "@dev-infra/inheritance/InheritanceUses"
 * import * as Effect from "effect/Effect"
 *
 * export const floating = (projects: ReadonlyArray<UsingProject>) => Effect.map(InheritanceList.make(projects), ({ uses }) => uses.filter((use) => use.floating))
 * ```
 * @category constructors
 */
export const make = (projects: ReadonlyArray<InheritanceUses.UsingProject>): Effect.Effect<InheritanceList, never, GitHistory | LocalFiles> =>
  Effect.gen(function* () {
    const history = yield* GitHistory
    const { unread, uses } = yield* InheritanceUses.read(projects)
    const libraries = new Map<string, Either.Either<Library, NotCompared>>()
    const compared = new Map<string, Either.Either<Behind, NotCompared>>()

    const libraryOf = (url: string) =>
      Effect.gen(function* () {
        const known = libraries.get(url)
        if (known !== undefined) return known
        const repository = yield* history.locate(history.cloneOf(url))
        const found: Either.Either<Library, NotCompared> = Option.isNone(repository)
          ? Either.left("NotFetched")
          : Either.map(yield* Effect.either(history.refs(repository.value)), (refs) => ({ repository: repository.value, refs }))
        libraries.set(url, found)
        return found
      })

    const behindOf = (use: InheritanceUses.LibraryUse) =>
      Effect.gen(function* () {
        if (use.kind === "linked" || use.kind === "sibling") return Either.left<NotCompared>("NotPinned")
        if (use.commit === undefined) return Either.left<NotCompared>("NotLocked")
        const library = yield* libraryOf(use.library)
        if (Either.isLeft(library)) return Either.left(library.left)
        const key = `${use.library}\n${use.commit}\n${use.floating ? (use.ref ?? "") : ""}`
        const known = compared.get(key)
        if (known !== undefined) return known
        const found = yield* Effect.either(compare(history, library.right, use, use.commit))
        compared.set(key, found)
        return found
      })

    // One after the other: whoever comes second finds what the first one read.
    const listed = yield* Effect.forEach(uses, (use) =>
      Effect.map(behindOf(use), (behind): ListedUse => {
        const library = libraries.get(use.library)
        const isBranch = use.ref !== undefined && library !== undefined && Either.isRight(library) && !library.right.refs.tags.has(use.ref) && library.right.refs.branches.has(use.ref)
        return { ...use, behind, isBranch }
      }))
    return { uses: listed, unread }
  })
