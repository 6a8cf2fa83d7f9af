/**
 * What a search is asked and what it says.
 *
 * @module
 */
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"

/** A project that was found. @category models */
export interface Found {
  readonly _tag: "Found"
  readonly path: AbsolutePath
  readonly kind: "repository" | "worktree" | "submodule" | "bare" | "folder"
  /** the remote URL as it stands in the git configuration (`origin`, else the only or first remote), without credentials */
  readonly repository?: string
  /** the branch that is checked out; none if HEAD is detached or there is no repository */
  readonly branch?: string
  /** of a worktree: the main checkout; of a submodule: the repository around it */
  readonly mainPath?: AbsolutePath
  /** of a project inside a repository: its place below the repository's root */
  readonly inner?: string
  /** a `.dev-infra.yml` lies in the folder */
  readonly hasMetadata: boolean
}

/**
 * A folder that could not be looked into (`Broken`: its `.git` is of no use; `NotAProject`: only from `inspect`).
 *
 * @category models
 */
export interface Skipped {
  readonly _tag: "Skipped"
  readonly path: string
  readonly reason: "Unreadable" | "NotFound" | "NotAFolder" | "OtherFileSystem" | "Broken" | "NotAProject"
  /** a clause for people */
  readonly detail?: string
}

/** How far the search has come: folders looked into so far. The last one, at the end, has them all. @category models */
export interface Progress {
  readonly _tag: "Progress"
  readonly folders: number
  readonly current: string
}

/** @category models */
export interface DiscoveryOptions {
  /** how many levels below a root to look; without limit by default (bounded at 64) */
  readonly depth?: number
  /** also look inside repositories, for repositories and folders with a `.dev-infra.yml` */
  readonly nested?: boolean
  /** do not skip `node_modules` and its like, nor what `.gitignore` names */
  readonly noIgnore?: boolean
  /** further folders to skip, as patterns of `.gitignore`; they hold also with `noIgnore` */
  readonly ignore?: ReadonlyArray<string>
}
