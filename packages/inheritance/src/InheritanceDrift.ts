/**
 * Where projects do not inherit what they should: other versions than their neighbours, no fixed version, no lock, other files than the lock says. What could not be checked is a
 * finding too: a check that could not check has not passed.
 *
 * @module
 */
import { sortedVersions } from "@dev-infra/git-repositories/GitReference"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { libraryFolder } from "./folders/Places.js"
import type { GitHistory } from "./GitHistory.js"
import * as InheritanceList from "./InheritanceList.js"
import type { LibraryUse, UnreadProject, UsingProject } from "./InheritanceUses.js"
import { Library } from "./Library.js"

/**
 * What is wrong. `versions`: another version than most projects have. `floating`: a branch. `unpinned`: a checkout or path as it is. `notLocked`: no entry in the lock.
 * `lockDiffers`: the lock is about another address or ref. `notSynced`: its files are not here. `changed`: they are not those of the lock. `notChecked`: nobody knows.
 *
 * @category models
 */
export type DriftKind = "versions" | "floating" | "unpinned" | "notLocked" | "lockDiffers" | "notSynced" | "changed" | "notChecked"

/** @category models */
export interface DriftFinding {
  readonly project: UsingProject
  /** the namespace; empty if it is about the project as a whole */
  readonly name: string
  readonly kind: DriftKind
  /** a clause in plain words */
  readonly text: string
  readonly file: string
  readonly line: number | undefined
}

/** How the files of an inherited library are: as the lock says, not there, others, or not to be read. @category models */
export type Materialised = "fits" | "missing" | "changed" | { readonly problem: string }

/** Looks at the files of a library in a project. @category models */
export type LookAt<R> = (use: LibraryUse) => Effect.Effect<Materialised, never, R>

const short = 7

/** The ref is that from which the commit came. */
const versionText = ({ commit, lockedRef: ref }: LibraryUse): string => (commit === undefined ? (ref ?? "no version") : ref === undefined || ref.startsWith(commit.slice(0, short)) ? commit.slice(0, short) : `${ref} (${commit.slice(0, short)})`)

const grouped = (uses: ReadonlyArray<LibraryUse>, key: (use: LibraryUse) => string): ReadonlyArray<ReadonlyArray<LibraryUse>> => {
  const groups = new Map<string, Array<LibraryUse>>()
  for (const use of uses) {
    const group = groups.get(key(use))
    if (group === undefined) groups.set(key(use), [use])
    else group.push(use)
  }
  return [...groups.values()]
}

/** Those that have another version than most; of equally many the newest version counts. @category combinators */
export const deviations = (uses: ReadonlyArray<LibraryUse>): ReadonlyArray<{ readonly use: LibraryUse; readonly usual: LibraryUse; readonly count: number; readonly of: number }> =>
  grouped(uses.filter(({ commit }) => commit !== undefined), ({ library }) => library).flatMap((group) => {
    const versions = grouped(group, ({ commit }) => commit ?? "")
    if (versions.length < 2) return []
    const inOrder = sortedVersions(new Set(group.flatMap(({ lockedRef }) => lockedRef ?? [])))
    const rank = ([use]: ReadonlyArray<LibraryUse>): number => {
      const at = use?.lockedRef === undefined ? -1 : inOrder.indexOf(use.lockedRef)
      return at < 0 ? inOrder.length : at
    }
    const [most] = versions.toSorted((left, right) => right.length - left.length || rank(left) - rank(right))
    const usual = most?.[0]
    if (most === undefined || usual === undefined) return []
    return group.filter(({ commit }) => commit !== usual.commit).map((use) => ({ use, usual, count: most.length, of: group.length }))
  })

const unreadText = ({ failure }: UnreadProject): string => (failure === "NoTaskfile" ? "its folder is not there, or its Taskfile is no YAML" : failure.message)

const ofUse = <R>(use: InheritanceList.ListedUse, lookAt: LookAt<R>): Effect.Effect<ReadonlyArray<DriftFinding>, never, R> =>
  Effect.gen(function* () {
    const { file, line, name, project } = use
    const found: Array<DriftFinding> = []
    const add = (kind: DriftKind, text: string) => void found.push({ project, name, kind, text, file, line })
    if (use.kind === "linked" || use.kind === "sibling") add("unpinned", `${use.from} is used as it is, at no fixed version`)
    else {
      if (use.floating || use.isBranch) add("floating", `${use.ref ?? "its ref"} is a branch, so it may mean something else tomorrow`)
      else if (use.kind === "remote" && use.ref === undefined && use.lock !== "fits") add("floating", "it has no ?ref=, so it may mean something else tomorrow")
      if (use.lock === "missing") add("notLocked", "dev-infra.lock does not have it")
      if (use.lock === "differs") add("lockDiffers", `dev-infra.lock is about another address or ref than ${use.ref ?? use.from}`)
      if (use.kind === "inherited" && use.lock === "fits") {
        const state = yield* lookAt(use)
        if (state === "missing") add("notSynced", "its files are not here")
        else if (state === "changed") add("changed", "its files are not those of dev-infra.lock")
        else if (state !== "fits") add("notChecked", `its files could not be checked: ${state.problem}`)
      }
    }
    return found
  })

/**
 * Looks at the files of a library where `inherit sync` puts them, each file of it compared.
 *
 * @category checking
 */
export const lookAt: LookAt<Library> = ({ name, project, tree }) =>
  Effect.gen(function* () {
    const libraries = yield* Library
    const found = yield* Effect.either(libraries.inspect(libraryFolder(project.path, name)))
    if (Either.isLeft(found)) return { problem: found.left.message }
    if (Option.isNone(found.right)) return "missing"
    return found.right.value.difference === undefined && found.right.value.tree === tree ? "fits" : "changed"
  })

/**
 * All findings, in the order of the projects; empty if everything is as it should be and could be checked.
 *
 * @param lookAt looks at the files of a library in a project
 * @example
 * ```ts
 * import * as InheritanceDrift from "@dev-infra/inheritance/InheritanceDrift"
 * import type { UsingProject } from "@dev-infra/inheritance/InheritanceUses"
 * import * as Effect from "effect/Effect"
 *
 * export const isFine = (projects: ReadonlyArray<UsingProject>) => Effect.map(InheritanceDrift.find(projects, () => Effect.succeed("fits" as const)), ({ length }) => length === 0)
 * ```
 * @category checking
 */
export const find = <R>(projects: ReadonlyArray<UsingProject>, lookAt: LookAt<R>): Effect.Effect<ReadonlyArray<DriftFinding>, never, GitHistory | LocalFiles | R> =>
  Effect.gen(function* () {
    const { unread, uses } = yield* InheritanceList.make(projects)
    const single = yield* Effect.forEach(uses, (use) => ofUse(use, lookAt))
    const versions = deviations(uses).map(({ count, of, usual, use }): DriftFinding => ({
      project: use.project,
      name: use.name,
      kind: "versions",
      text: `it is at ${versionText(use)}, where ${count} of ${of} are at ${versionText(usual)}`,
      file: use.file,
      line: use.line
    }))
    const notRead = unread.map((each): DriftFinding => ({ project: each.project, name: "", kind: "notChecked", text: `it could not be checked: ${unreadText(each)}`, file: each.project.path, line: undefined }))
    const order = new Map(projects.map(({ id }, at) => [id, at]))
    return [...single.flat(), ...versions, ...notRead].toSorted((left, right) => (order.get(left.project.id) ?? 0) - (order.get(right.project.id) ?? 0))
  })
