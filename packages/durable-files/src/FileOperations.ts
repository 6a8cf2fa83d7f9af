/**
 * The file operations that durable changes need and that `FileSystem` lacks, as a shape: `LocalFiles` is the service of it.
 *
 * @module
 */
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { FileFailure } from "./FileFailure.js"

/**
 * Which file this is and in which state: two equal identities mean the same, unchanged file. An inode number alone does not
 * say so, for it is given to the next new file as soon as a file is gone.
 *
 * @category models
 */
export interface FileIdentity {
  readonly kind: "File" | "Folder" | "Link" | "Other"
  readonly device: bigint
  readonly inode: bigint
  /** in bytes */
  readonly size: bigint
  /** time of the last change of the content, in nanoseconds since 1970 */
  readonly modifiedNanos: bigint
  /** permission bits, e.g. `0o600` */
  readonly mode: number
  readonly owner: number
  readonly group: number
}

/**
 * Whether nothing happened to the content between two looks.
 *
 * @category models
 */
export const isUnchanged = (a: FileIdentity, b: FileIdentity): boolean =>
  a.inode === b.inode && a.device === b.device && a.size === b.size && a.modifiedNanos === b.modifiedNanos && a.kind === b.kind

/**
 * Whether both are the same file, in whichever state.
 *
 * @category models
 */
export const isSameFile = (a: FileIdentity, b: FileIdentity): boolean => a.inode === b.inode && a.device === b.device

/**
 * Whether nobody may write the file, not even its owner. The superuser could, yet it was protected on purpose.
 *
 * @category models
 */
export const isWriteProtected = (identity: FileIdentity): boolean => (identity.mode & 0o222) === 0

/** What was read, and of which file. @category models */
export interface FileContent {
  readonly bytes: Uint8Array
  readonly identity: FileIdentity
}

/** A new file that is being written. @category models */
export interface NewFile {
  readonly write: (bytes: Uint8Array) => Effect.Effect<void, FileFailure>
  /** Give it these permission bits, and where this process may do so also the owner. */
  readonly adopt: (mode: number, owner?: { readonly owner: number; readonly group: number }) => Effect.Effect<void, FileFailure>
  /** Return once the content is on the disk. */
  readonly flush: Effect.Effect<void, FileFailure>
}

/** The operations by name, as `LocalFilesFailing` addresses them. @category models */
export type Operation =
  | "stat" | "read" | "resolve" | "readLink" | "list" | "makeFolder" | "create" | "write" | "adopt" | "flush"
  | "link" | "makeLink" | "rename" | "remove" | "removeFolder" | "setMode" | "flushFolder" | "checkWritable"

/**
 * The verb that a failure of an operation carries.
 *
 * @category constants
 */
export const words: Readonly<Record<Operation, string>> = {
  stat: "look at",
  read: "read",
  resolve: "find",
  readLink: "read the link",
  list: "list",
  makeFolder: "make the folder",
  create: "create",
  write: "write",
  adopt: "set the permissions of",
  flush: "flush",
  link: "link",
  makeLink: "make the link",
  rename: "rename",
  remove: "remove",
  removeFolder: "remove",
  setMode: "set the permissions of",
  flushFolder: "flush",
  checkWritable: "write"
}

/**
 * The failure of a file that is larger than the caller allowed.
 *
 * @category constructors
 */
export const tooLarge = (path: string): FileFailure => new FileFailure({ path, operation: words.read, reason: "TooLarge" })

/**
 * What a file system can do. Every failure of the system is a `FileFailure` with its code.
 *
 * @category models
 */
export interface FileOperations {
  /** The identity of what stands at the path, symbolic links not followed; none if there is nothing. */
  readonly stat: (path: string) => Effect.Effect<Option.Option<FileIdentity>, FileFailure>
  /** The content of a regular file of at most `limit` bytes; none if there is none. Follows symbolic links. */
  readonly read: (path: string, limit: number) => Effect.Effect<Option.Option<FileContent>, FileFailure>
  /** The path without symbolic links; fails with `NotFound` if it does not exist. */
  readonly resolve: (path: string) => Effect.Effect<string, FileFailure>
  /** Where a symbolic link points to, as it is written in it; none if the path is no symbolic link. */
  readonly readLink: (path: string) => Effect.Effect<Option.Option<string>, FileFailure>
  /** The names in a folder. */
  readonly list: (folder: string) => Effect.Effect<ReadonlyArray<string>, FileFailure>
  /** Make a folder with the ones around it; the outermost that was made comes back, none if all were there. */
  readonly makeFolder: (folder: string, mode: number) => Effect.Effect<Option.Option<string>, FileFailure>
  /** Make a file that must not exist yet (code `EEXIST`), and use it; it is closed afterwards. */
  readonly create: <A, E, R>(path: string, mode: number, use: (file: NewFile) => Effect.Effect<A, E, R>) => Effect.Effect<A, E | FileFailure, R>
  /** A second name for a file; fails with code `EEXIST` if the name is taken. */
  readonly link: (existing: string, path: string) => Effect.Effect<void, FileFailure>
  /** Make a symbolic link that says `points`; fails with code `EEXIST` if the name is taken. */
  readonly makeLink: (path: string, points: string) => Effect.Effect<void, FileFailure>
  /** Give a file another name in one step; what had that name is gone. */
  readonly rename: (from: string, to: string) => Effect.Effect<void, FileFailure>
  /** Remove a file; no failure if there is none. */
  readonly remove: (path: string) => Effect.Effect<void, FileFailure>
  /** Remove a folder if it is empty; whether it was removed. No failure if something is in it, or if it is not there. */
  readonly removeFolder: (folder: string) => Effect.Effect<boolean, FileFailure>
  /** Give a file or folder these permission bits. Follows symbolic links. */
  readonly setMode: (path: string, mode: number) => Effect.Effect<void, FileFailure>
  /** Return once the names in a folder are on the disk; does nothing where the file system cannot. */
  readonly flushFolder: (folder: string) => Effect.Effect<void, FileFailure>
  /** Fails if this process may not write the file. */
  readonly checkWritable: (path: string) => Effect.Effect<void, FileFailure>
  /** Which of the paths exist, in their order; a path that cannot be looked at counts as missing. Follows symbolic links. */
  readonly existing: (paths: ReadonlyArray<string>) => ReadonlyArray<boolean>
  /** Emits the name of whatever changes in a folder; fails if the folder is not there, cannot be watched, or is removed. */
  readonly watch: (folder: string) => Stream.Stream<string, FileFailure>
}
