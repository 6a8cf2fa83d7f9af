/**
 * Everything that a command may fail with. The sentences for it stand in `ErrorReport`.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { MetadataEditRefused, MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import type { ProjectInvalid } from "@dev-infra/metadata/Project"
import type { ConfigurationInvalid, ConfigurationUnreadable } from "@dev-infra/registry/ConfigurationFile"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { MachineUnreadable } from "@dev-infra/registry/Machine"
import type { ProjectListUnreadable } from "@dev-infra/registry/ProjectLists"
import type { FolderUnusable } from "@dev-infra/registry/Registration"
import type { AmbiguousProject, IdentityConflict, ProjectNotFound, RegistryNewer, RegistryUnreadable } from "@dev-infra/registry/RegistryError"
import type { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { CannotUndo, EntryNotFound, TooManyGone } from "@dev-infra/sync/SyncError"
import type { SyncStateUnreadable } from "@dev-infra/sync/SyncState"
import type { SyncBusy } from "@dev-infra/sync/SyncTurn"
import type { CertificatesUnreadable } from "@dev-infra/work-prod-client/NodeWorkProd"
import type { InvalidProxy } from "@dev-infra/work-prod-client/Proxy"
import type { SettingsError } from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Data from "effect/Data"
import type { UsageError } from "./UsageError.js"

/**
 * A failure that only one command knows. `what` failed, `where` (a path, a line), `why`, and in `hint` what to do.
 *
 * @category errors
 */
export class CommandFailed extends Data.TaggedError("CommandFailed")<{
  readonly what: string
  readonly where?: string
  readonly why?: string
  readonly hint?: string
  readonly cause?: unknown
}> {}

/**
 * Standard output cannot be written, e.g. because the disk is full. `code` is the system's own word (`ENOSPC`).
 *
 * @category errors
 */
export class OutputFailed extends Data.TaggedError("OutputFailed")<{ readonly code: string }> {}

/** @category errors */
export type CommandError =
  | AmbiguousProject
  | CannotUndo
  | CertificatesUnreadable
  | CommandFailed
  | ConfigurationInvalid
  | ConfigurationUnreadable
  | EntryNotFound
  | FileFailure
  | FolderUnusable
  | HomeUnusable
  | IdentityConflict
  | InvalidProxy
  | LockUnavailable
  | MachineUnreadable
  | MetadataEditRefused
  | MetadataInvalid
  | MetadataUnavailable
  | OutputFailed
  | ProjectInvalid
  | ProjectListUnreadable
  | ProjectNotFound
  | RegistryNewer
  | RegistryUnreadable
  | RemoteFailed
  | SettingsError
  | SyncBusy
  | SyncStateUnreadable
  | TooManyGone
  | UsageError
