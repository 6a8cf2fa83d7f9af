/**
 * Read and change a file so that a crash, a second process or a full disk never loses what was in it.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { FileFailure, LockUnavailable } from "./FileFailure.js"

/**
 * A file as it was read. `path` is the resolved target (symlinks followed); `text` is its UTF-8 content.
 *
 * @category models
 */
export interface FileSnapshot {
  readonly path: string
  readonly text: string
  readonly bytes: Uint8Array
  /** permission bits, e.g. `0o600` */
  readonly mode: number
}

/**
 * What a change decided: a result for the caller, and the new content (`undefined` leaves the file untouched).
 *
 * @category models
 */
export interface Change<A> {
  readonly result: A
  readonly content: string | undefined
}

/**
 * How a file is changed.
 *
 * @category models
 */
export interface ModifyOptions {
  /** `sibling` keeps the previous content as `<file>.bak`; `none` keeps nothing (the file is under version control). */
  readonly backup: "sibling" | "none"
  /** permission bits of a file that does not exist yet; an existing file keeps its own */
  readonly modeWhenNew?: number
  /** permission bits of folders made on the way */
  readonly folderMode?: number
  /** largest size in bytes that is read */
  readonly limit?: number
}

/**
 * The service.
 *
 * @category tags
 */
export class DurableFile extends Context.Tag("@dev-infra/durable-files/DurableFile")<
  DurableFile,
  {
    /** The file as it is, without a lock; none if it does not exist. `limit` is the largest size in bytes that is read. */
    readonly read: (path: string, options?: { readonly limit?: number }) => Effect.Effect<Option.Option<FileSnapshot>, FileFailure>
    /**
     * Read, change and replace under a lock that other processes respect. `change` may run again if the file was edited by
     * somebody who does not know the lock; it sees what is there now, so no edit is lost.
     */
    readonly modify: <A, E>(
      path: string,
      options: ModifyOptions,
      change: (current: Option.Option<FileSnapshot>) => Effect.Effect<Change<A>, E>
    ) => Effect.Effect<A, E | FileFailure | LockUnavailable>
  }
>() {}
