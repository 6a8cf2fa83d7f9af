/**
 * What is known of a checkout, and how it is asked for.
 *
 * @module
 */

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
  /** seconds since 1970 of the last commit; only if it was asked for */
  readonly committedAt?: number
}

/** @category models */
export interface Unavailable {
  readonly _tag: "Unavailable"
  readonly path: string
  readonly reason: "Missing" | "NotARepository" | "Broken" | "TimedOut" | "NoGit"
  readonly detail: string
}

/** @category models */
export interface StatusOptions {
  /** also ask for the time of the last commit, which costs a second process for each checkout */
  readonly lastCommit?: boolean
  /** seconds after which one checkout is given up; 30 by default */
  readonly timeLimit?: number
}

/** @category models */
export interface GitOptions {
  /** checkouts that are looked at side by side; by default the number of processors, at most 8, which takes a process to find out */
  readonly concurrency?: number
  /** variables for git, on top of what is inherited */
  readonly environment?: Readonly<Record<string, string>>
}
