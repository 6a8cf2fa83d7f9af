/**
 * Entries of `inherits`: which content each means, and how that comes to its place.
 *
 * @module
 */
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import { formatOf, idOf } from "@dev-infra/git-repositories/GitTree"
import * as GitUrl from "@dev-infra/git-repositories/GitUrl"
import type { Repositories } from "@dev-infra/git-repositories/Repositories"
import { hasCredentials, withoutCredentials } from "@dev-infra/metadata/RepositoryUrl"
import { defaultNames } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Places from "../folders/Places.js"
import type { EntryOutcome, InheritanceError } from "../Inheritance.js"
import type { InheritanceRefused, RefusalReason } from "../InheritanceFailure.js"
import type { Library } from "../Library.js"
import type { LinkedProjects } from "../LinkedProjects.js"
import type * as LockFile from "../LockFile.js"
import type { Inherited } from "../ProjectInherits.js"
import type { Trust } from "../Trust.js"
import * as Resolution from "./Resolution.js"

/** What the operations on entries work with. */
interface Needs {
  readonly files: LocalFiles["Type"]
  readonly libraries: Library["Type"]
  readonly repositories: Repositories["Type"]
  readonly trust: Trust["Type"]
  readonly projects: LinkedProjects["Type"]
  readonly refuse: (subject: string, reason: RefusalReason, detail: string) => InheritanceRefused
}

/** Whether an entry means a version; others are links to folders. */
export const isPinned = ({ ref, source }: Inherited): boolean => source._tag === "Git" || (source._tag === "Project" && ref !== undefined)

interface Repository {
  readonly url: string
  readonly folder: string
}

/** The operations on entries. */
export const make = ({ files, libraries, projects, refuse, repositories, trust }: Needs) => {
  /** The repository of an entry. One of a registered project is where that project comes from, else its checkout. */
  const repositoryOf = (project: string, { name, source }: Inherited): Effect.Effect<Repository, InheritanceError> =>
    Effect.gen(function* () {
      if (source._tag === "Git") return { url: source.url, folder: source.folder }
      const found = yield* projects.find(source._tag === "Project" ? source.reference : source.path, project)
      const known = found.repository === undefined ? undefined : GitUrl.parse(hasCredentials(found.repository) ? withoutCredentials(found.repository) : found.repository)
      if (known !== undefined && Either.isRight(known)) return { url: known.right.url, folder: known.right.subfolder }
      const here = GitUrl.parse(`file://${found.folder.split("/").map(encodeURIComponent).join("/")}`)
      return Either.isRight(here) ? { url: here.right.url, folder: "" } : yield* refuse(name, "BadSource", here.left)
    })

  const linked = (project: string, entry: Inherited): Effect.Effect<EntryOutcome, InheritanceError> =>
    Effect.gen(function* () {
      const { path, source } = entry
      const reference = source._tag === "Folder" ? source.path : source._tag === "Project" ? source.reference : ""
      const { folder } = yield* projects.find(source._tag === "Folder" && !reference.startsWith("/") ? Places.normalise(`${project}/${reference}`) : reference, project)
      const candidates = path === undefined ? defaultNames : [path, ...defaultNames.map((name) => `${path}/${name}`)]
      const taskfile = candidates[files.existing(candidates.map((name) => `${folder}/${name}`)).indexOf(true)]
      if (taskfile === undefined) return yield* refuse(entry.name, "NoTaskfile", `there is no Taskfile ${path === undefined ? `in ${folder}` : `${folder}/${path}`}`)
      return { _tag: "Linked", name: entry.name, folder, taskfile }
    })

  /** Whether a lock says what an entry asks for. */
  const agrees = (entry: Inherited, repository: Repository | undefined, locked: LockFile.LockedLibrary): boolean =>
    entry.ref === locked.ref && (repository === undefined || (repository.url === locked.url && repository.folder === locked.folder))

  const taskfileOf = (name: string, tree: FileTree, path: string | undefined) => Resolution.taskfileIn(name, tree, path)

  const isTrusted = (locked: LockFile.LockedLibrary) => (locked.approved !== undefined ? Effect.succeed(true) : trust.isTrusted(Places.subjectOf(locked), locked.tree))

  /** The Taskfile of a library that is there, by its list; undefined if it is not there as it should be. */
  const present = (project: string, entry: Inherited, tree: string) =>
    Effect.map(libraries.inspect(Places.libraryFolder(project, entry.name)), (found) => {
      if (Option.isNone(found) || found.value.tree !== tree || found.value.difference !== undefined || (found.value.extra !== undefined && entry.directory === "caller")) return undefined
      const wanted = entry.path === undefined ? defaultNames : [entry.path, ...defaultNames.map((name) => `${entry.path}/${name}`)]
      return wanted.find((name) => found.value.entries.has(name))
    })

  /** What an entry means: as the lock says if it does, else resolved. Nothing of the project is changed. */
  const resolve = (
    project: string,
    entry: Inherited,
    lock: LockFile.Lock,
    { frozen, isNew }: { readonly frozen: boolean; readonly isNew: boolean }
  ): Effect.Effect<EntryOutcome & { readonly files?: FileTree }, InheritanceError> =>
    Effect.gen(function* () {
      if (!isPinned(entry)) return yield* linked(project, entry)
      const { name } = entry
      const ref = entry.ref ?? ""
      const before = lock.libraries.find((library) => library.name === name)
      const isAsked = before !== undefined && entry.ref === before.ref
      // where a project comes from is asked only if the lock does not say it
      const repository = entry.source._tag === "Git" || before === undefined || !isAsked ? yield* repositoryOf(project, entry) : { url: before.url, folder: before.folder }
      if (frozen && before === undefined) return yield* refuse(name, "NotLocked", "dev-infra.lock does not have it, and --frozen changes nothing")
      const agreed = before !== undefined && agrees(entry, repository, before) ? before : undefined
      if (frozen && agreed === undefined) return yield* refuse(name, "LockDiffers", `.dev-infra.yml wants ${ref} of ${repository.url}, dev-infra.lock has ${before?.ref ?? ""} of ${before?.url ?? ""}; --frozen changes nothing`)
      const follows = entry.floating && !frozen && agreed !== undefined
      let stale: string | undefined
      let locked = agreed
      if (locked === undefined || follows) {
        const resolving = Resolution.resolve(repositories, name, repository.url, ref, isNew || follows)
        const found = follows
          ? yield* Effect.catchTag(resolving, "RepositoryUnavailable", (failure) => Effect.sync(() => {
            stale = failure.detail ?? failure.message
            return undefined
          }))
          : yield* resolving
        if (found !== undefined && found.isBranch && !entry.floating) {
          return yield* refuse(name, "Floating", `${ref} is a branch, which moves (it is at ${found.commit.slice(0, 12)} now)`)
        }
        if (found !== undefined && (locked === undefined || found.commit !== locked.commit)) {
          const { files, tree } = yield* Resolution.filesAt(repositories, repository.url, found.commit, repository.folder)
          const approved = before !== undefined && before.tree === tree && before.url === repository.url ? before.approved : undefined
          const fresh = { name, url: repository.url, folder: repository.folder, ref: isNew ? found.ref : ref, commit: found.commit, tree, floating: entry.floating, approved }
          return { _tag: "Locked", name, locked: fresh, before, isNew: true, isTrusted: yield* isTrusted(fresh), taskfile: yield* taskfileOf(name, files, entry.path), stale, files }
        }
        locked ??= agreed
      }
      if (locked === undefined) return yield* refuse(name, "NotLocked", "its version is not known")
      const outcome = { _tag: "Locked" as const, name, locked, before, isTrusted: yield* isTrusted(locked), stale }
      const taskfile = yield* present(project, entry, locked.tree)
      if (taskfile !== undefined) return { ...outcome, isNew: false, taskfile }
      const { files, tree } = yield* Resolution.filesAt(repositories, locked.url, locked.commit, locked.folder)
      if (tree !== locked.tree || idOf(files, formatOf(tree)) !== tree) {
        return yield* refuse(name, "LockDiffers", `dev-infra.lock says that commit ${locked.commit.slice(0, 12)} has the files ${locked.tree.slice(0, 12)}, and it has ${tree.slice(0, 12)}: somebody edited it; remove the entry from dev-infra.lock to have it resolved anew`)
      }
      return { ...outcome, isNew: true, taskfile: yield* taskfileOf(name, files, entry.path), files }
    })

  /** Puts the files of an entry into their place. */
  const bring = (project: string, plan: EntryOutcome & { readonly files?: FileTree }): Effect.Effect<EntryOutcome, InheritanceError> =>
    Effect.gen(function* () {
      const { files, ...outcome } = plan
      if (outcome._tag === "Linked" || files === undefined) return outcome
      const isNew = yield* libraries.materialise(Places.libraryFolder(project, outcome.name), files, outcome.locked.tree)
      return { ...outcome, isNew }
    })

  return { resolve, bring }
}
