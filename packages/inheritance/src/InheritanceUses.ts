/**
 * Which libraries of tasks each project uses, as its files say: entries of `inherits`, remote includes, and includes of files that lie outside of the project.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { withoutSecrets } from "@dev-infra/git-repositories/GitUrl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { includesOf, isRemote, remoteFileOf, taskfileNames } from "./audit/TaskfileIncludes.js"
import type { InheritsInvalid, LockUnreadable } from "./InheritanceFailure.js"
import * as LockFile from "./LockFile.js"
import * as ProjectInherits from "./ProjectInherits.js"

/** @category models */
export interface UsingProject {
  readonly id: string
  readonly name: string
  /** absolute */
  readonly path: string
}

/**
 * How a library is used. `inherited`: by an entry of `inherits`, from a repository. `linked`: by such an entry, from a checkout as it is. `remote`: by an include of a URL.
 * `sibling`: by an include of a path that leads out of the project.
 *
 * @category models
 */
export type UseKind = "inherited" | "linked" | "remote" | "sibling"

/** A library in a project. @category models */
export interface LibraryUse {
  readonly project: UsingProject
  /** the namespace */
  readonly name: string
  readonly kind: UseKind
  /** where it comes from, as it can be shown */
  readonly from: string
  /** what two uses of the same library have in common: a URL, or an absolute path */
  readonly library: string
  /** the folder of the library in its repository; empty: the root */
  readonly folder: string
  /** the Taskfile within it, if it is named */
  readonly path: string | undefined
  readonly ref: string | undefined
  /** the ref that the lock resolved */
  readonly lockedRef: string | undefined
  /** by the lock */
  readonly commit: string | undefined
  readonly tree: string | undefined
  /** its ref is said to be a branch */
  readonly floating: boolean
  /** what the lock says is what the project says; `missing`: it says nothing; `none`: nothing of this kind is locked */
  readonly lock: "fits" | "differs" | "missing" | "none"
  /** where it is written; line from 1, if it is known */
  readonly file: string
  readonly line: number | undefined
}

/** Files of a project cannot be read, so nothing is known of what it uses. @category models */
export interface UnreadProject {
  readonly project: UsingProject
  readonly failure: FileFailure | InheritsInvalid | LockUnreadable | "NoTaskfile"
}

/** @category models */
export interface Uses {
  readonly uses: ReadonlyArray<LibraryUse>
  readonly unread: ReadonlyArray<UnreadProject>
}

const taskfileLimit = 16 * 1024 * 1024

/** So many projects are read at a time. */
const readers = 16

const resolved = (folder: string, path: string): string => {
  const parts: Array<string> = []
  for (const part of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

const inherited = (project: UsingProject, { inherits }: ProjectInherits.ProjectLinks, lock: LockFile.Lock): ReadonlyArray<LibraryUse> =>
  inherits.map((entry) => {
    const file = ProjectInherits.pathIn(project.path)
    const { source } = entry
    const isLinked = source._tag === "Folder" || (source._tag === "Project" && entry.ref === undefined)
    const base = { project, name: entry.name, folder: source._tag === "Git" ? source.folder : "", path: entry.path, floating: entry.floating, file, line: undefined }
    if (isLinked) {
      const library = source._tag === "Folder" ? resolved(project.path, source.path) : `project:${source.reference}`
      return { ...base, kind: "linked", from: entry.from, library, ref: undefined, lockedRef: undefined, commit: undefined, tree: undefined, lock: "none" }
    }
    const locked = lock.libraries.find(({ name }) => name === entry.name)
    const fits = locked !== undefined && locked.ref === entry.ref && (source._tag === "Project" || (locked.url === source.url && locked.folder === source.folder))
    return {
      ...base,
      kind: "inherited",
      from: withoutSecrets(entry.from),
      library: locked?.url ?? (source._tag === "Git" ? source.url : `project:${source.reference}`),
      ref: entry.ref,
      lockedRef: locked?.ref,
      commit: locked?.commit,
      tree: locked?.tree,
      floating: entry.floating || locked?.floating === true,
      lock: locked === undefined ? "missing" : fits ? "fits" : "differs"
    }
  })

const included = (project: UsingProject, file: string, text: string, lock: LockFile.Lock): ReadonlyArray<LibraryUse> | undefined =>
  includesOf(text)?.flatMap(({ line, namespace, target }): ReadonlyArray<LibraryUse> => {
    const base = { project, name: namespace, folder: "", file, line, floating: false }
    if (isRemote(target)) {
      const remote = remoteFileOf(target)
      const locked = lock.remotes.find(({ key }) => key === target)
      const isRepository = locked?._tag === "Repository"
      return [
        {
          ...base,
          kind: "remote",
          from: withoutSecrets(target),
          library: remote?.url ?? withoutSecrets(target),
          path: remote?.path,
          ref: remote?.ref,
          lockedRef: isRepository ? locked.ref : undefined,
          commit: isRepository ? locked.commit : undefined,
          tree: isRepository ? locked.tree : locked?._tag === "File" ? locked.sha256 : undefined,
          lock: locked === undefined ? "missing" : "fits"
        }
      ]
    }
    if (target.includes("{{") || /^[~$]/.test(target)) return []
    const path = resolved(project.path, target)
    if (path === project.path || path.startsWith(`${project.path}/`)) return []
    return [{ ...base, kind: "sibling", from: target, library: path, path: undefined, ref: undefined, lockedRef: undefined, commit: undefined, tree: undefined, lock: "none" }]
  })

/** The text of the Taskfile of a folder, with its path. @category reading */
export const taskfileOf = (folder: string): Effect.Effect<Option.Option<{ readonly file: string; readonly text: string }>, FileFailure, LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const paths = taskfileNames.map((name) => `${folder}/${name}`)
    const file = paths[files.existing(paths).indexOf(true)]
    if (file === undefined) return Option.none()
    return Option.map(yield* files.read(file, taskfileLimit), ({ bytes }) => ({ file, text: new TextDecoder().decode(bytes) }))
  })

const usesOf = (project: UsingProject) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    if (files.existing([project.path])[0] !== true) return { uses: [], isRead: false }
    const links = yield* ProjectInherits.read(project.path)
    const lock = Option.getOrElse(yield* LockFile.read(project.path), () => LockFile.empty)
    const taskfile = yield* taskfileOf(project.path)
    const includes = Option.match(taskfile, { onNone: () => [], onSome: ({ file, text }) => included(project, file, text, lock) })
    return { uses: [...inherited(project, links, lock), ...(includes ?? [])], isRead: includes !== undefined }
  })

/**
 * What these projects use, in their order. Files that cannot be read are told, and keep nothing else from being read. A project whose folder is gone counts as unread.
 *
 * @example
 * ```ts
 * import * as InheritanceUses from "@dev-infra/inheritance/InheritanceUses"
 * import * as Effect from "effect/Effect"
 *
 * export const libraries = (projects: ReadonlyArray<InheritanceUses.UsingProject>) => Effect.map(InheritanceUses.read(projects), ({ uses }) => new Set(uses.map(({ library }) => library)))
 * ```
 * @category reading
 */
export const read = (projects: ReadonlyArray<UsingProject>): Effect.Effect<Uses, never, LocalFiles> =>
  Effect.map(
    Effect.forEach(projects, (project) => Effect.map(Effect.either(usesOf(project)), (found) => ({ project, found })), { concurrency: readers }),
    (all) => ({
      uses: all.flatMap(({ found }) => (Either.isRight(found) ? found.right.uses : [])),
      unread: all.flatMap(({ found, project }): ReadonlyArray<UnreadProject> => {
        if (Either.isLeft(found)) return [{ project, failure: found.left }]
        return found.right.isRead ? [] : [{ project, failure: "NoTaskfile" }]
      })
    })
  )
