/**
 * Adding, bringing, trusting and removing what a project inherits. Every operation can be repeated: what is done already is left alone, and where everything is
 * there nothing asks the network.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { Repositories } from "@dev-infra/git-repositories/Repositories"
import type { RepositoryUnavailable, TreeInvalid } from "@dev-infra/git-repositories/RepositoryFailure"
import type { MetadataEditRefused, MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import type { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { ReadFailure } from "@dev-infra/taskfile/TaskfileError"
import type { LoadOptions } from "@dev-infra/taskfile/TaskGraph"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { InheritanceRefused, InheritsInvalid, LockUnreadable, TrustUnreadable } from "./InheritanceFailure.js"
import type { Library } from "./Library.js"
import type { LinkedProjects } from "./LinkedProjects.js"
import type { LockedLibrary, LockedRemote } from "./LockFile.js"
import type { RemoteFiles } from "./RemoteFiles.js"
import { make } from "./sync/Operations.js"
import type { Review } from "./sync/Review.js"
import type { Trust } from "./Trust.js"

export type { ChangedFile, Review } from "./sync/Review.js"

/** @category errors */
export type InheritanceError =
  | FileFailure
  | InheritanceRefused
  | InheritsInvalid
  | LockUnavailable
  | LockUnreadable
  | MetadataEditRefused
  | MetadataInvalid
  | MetadataUnavailable
  | RepositoryUnavailable
  | TreeInvalid
  | TrustUnreadable

/** What is to be inherited. `from` may end with `@REF`. @category models */
export interface AddRequest {
  readonly name: string
  readonly from: string
  /** the Taskfile in the library; undefined: the one at its root */
  readonly path?: string | undefined
  readonly directory?: "caller" | "library"
  readonly flatten?: boolean
  readonly excludes?: ReadonlyArray<string>
  /** the ref may be a branch */
  readonly floating?: boolean
  readonly dryRun?: boolean
}

/**
 * What became of an entry. `Linked`: it is a checkout, used as it is. `Locked`: `before` is what was locked until now, `isNew` says that its files had to be
 * brought. `stale` says why a floating one was not looked up anew.
 *
 * @category models
 */
export type EntryOutcome =
  | { readonly _tag: "Linked"; readonly name: string; readonly folder: string; readonly taskfile: string }
  | {
    readonly _tag: "Locked"
    readonly name: string
    readonly locked: LockedLibrary
    readonly before: LockedLibrary | undefined
    readonly isNew: boolean
    readonly isTrusted: boolean
    /** relative to the library */
    readonly taskfile: string
    readonly stale: string | undefined
  }

/** What became of a remote include. @category models */
export interface RemoteOutcome {
  readonly locked: LockedRemote
  readonly before: LockedRemote | undefined
  readonly isNew: boolean
  readonly isTrusted: boolean
}

/** @category models */
export interface SyncReport {
  readonly entries: ReadonlyArray<EntryOutcome>
  readonly remotes: ReadonlyArray<RemoteOutcome>
  /** names and URLs that the lock had, and nobody asks for any more */
  readonly removed: ReadonlyArray<string>
  /** `dev-infra.lock` is another one now */
  readonly isLockChanged: boolean
  /** why the Taskfile of the project could not be searched for remote includes */
  readonly unread: ReadFailure | undefined
}

/** How a project is brought up to date. @category models */
export interface SyncOptions {
  /** the lock must say what is asked for, and is not changed */
  readonly frozen?: boolean
  /** look up remote includes anew, too */
  readonly refresh?: boolean
}

/**
 * The service. `project` is the absolute path of a folder.
 *
 * @category tags
 * @example
 * ```ts
 * import { Inheritance } from "@dev-infra/inheritance/Inheritance"
 * import * as Effect from "effect/Effect"
 *
 * export const program = Effect.gen(function* () {
 *   const inheritance = yield* Inheritance
 *   yield* inheritance.add("/home/me/api", { name: "infra", from: "gh:acme/infra@v1.4.0" })
 *   yield* inheritance.trust("/home/me/api", "infra", { by: "me" })
 * })
 * ```
 */
export class Inheritance extends Context.Tag("@dev-infra/inheritance/Inheritance")<
  Inheritance,
  {
    /** Make an entry: resolve it, bring its files, write the lock and then `.dev-infra.yml`. An entry that is there already as asked for stays. */
    readonly add: (project: string, request: AddRequest) => Effect.Effect<EntryOutcome, InheritanceError>
    /** Bring everything that a project inherits, and that its Taskfiles include by URL. */
    readonly sync: (project: string, options?: SyncOptions) => Effect.Effect<SyncReport, InheritanceError>
    /** What trusting an entry or a remote include would mean. Nothing is changed. */
    readonly review: (project: string, name: string) => Effect.Effect<Review, InheritanceError>
    /** Trust the content that is locked: for everybody in the lock, and for this user. True if the lock is another one now. */
    readonly trust: (project: string, name: string, options: { readonly by: string }) => Effect.Effect<boolean, InheritanceError>
    /** Take an entry away, with its lock and its files. Fails with `NoSuchEntry`. */
    readonly remove: (project: string, name: string) => Effect.Effect<void, InheritanceError>
  }
>() {}

/** What the operations need to know of the world. @category models */
export interface InheritanceOptions {
  /** for paths of includes */
  readonly load: LoadOptions
  /** plain http is allowed */
  readonly insecure?: boolean
}

/** What the service is made of. @category models */
export type InheritanceNeeds = DevInfraHome | DurableFile | FileLock | Library | LinkedProjects | LocalFiles | MetadataFile | RemoteFiles | Repositories | Trust

/**
 * Over whatever files, repositories and network are provided: the live ones, or those in memory.
 *
 * @category layers
 * @example
 * ```ts
 * import * as Inheritance from "@dev-infra/inheritance/Inheritance"
 *
 * export const inheritance = Inheritance.layer({
 *   load: { environment: {}, world: { now: 0, zone: "UTC", os: "linux", arch: "amd64", cpus: 2, random: () => 0.5 } }
 * })
 * ```
 */
export const layer = (options: InheritanceOptions): Layer.Layer<Inheritance, never, InheritanceNeeds> => Layer.effect(Inheritance, make(options))
