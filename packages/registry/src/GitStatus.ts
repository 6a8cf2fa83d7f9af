/**
 * The state of many git checkouts.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Stream from "effect/Stream"

/** The state of one checkout. Counts are numbers of files or commits. @category models */
export interface Checkout {
  readonly _tag: "Checkout"
  readonly path: string
  /** none if HEAD is detached */
  readonly branch?: string
  /** none before the first commit */
  readonly commit?: string
  readonly upstream?: string
  readonly ahead: number
  readonly behind: number
  readonly modified: number
  readonly untracked: number
  readonly conflicted: number
  readonly stashes: number
  /** seconds since 1970 of the last commit */
  readonly committedAt?: number
}

/** @category models */
export interface Unavailable {
  readonly _tag: "Unavailable"
  readonly path: string
  readonly reason: "Missing" | "NotARepository" | "Broken" | "TimedOut" | "NoGit"
  readonly detail: string
}

/**
 * The service.
 *
 * @category tags
 */
export class GitStatus extends Context.Tag("@dev-infra/registry/GitStatus")<
  GitStatus,
  {
    /** One result for each path, in the order of `paths`; a broken repository is one result, never a failure of all. */
    readonly inspect: (paths: ReadonlyArray<string>) => Stream.Stream<Checkout | Unavailable>
  }
>() {}
