/**
 * Everything that a command may fail with. The sentences for it stand in `ErrorReport`.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { RepositoryUnavailable, TreeInvalid } from "@dev-infra/git-repositories/RepositoryFailure"
import type { HistoryUnreadable } from "@dev-infra/inheritance/GitHistory"
import type { NoSuchVersion } from "@dev-infra/inheritance/InheritanceImpact"
import type { InheritanceRefused, InheritsInvalid, LockUnreadable, TrustUnreadable } from "@dev-infra/inheritance/InheritanceFailure"
import type { FleetCycle, FleetReferenceAmbiguous } from "@dev-infra/task-runner/FleetPlanFailure"
import type { RunBusy } from "@dev-infra/task-runner/FleetRunJournal"
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
import type { ApplyIncomplete, ChangedSince, ConflictsRefused, JournalUnreadable, NothingToUndo, PlanStale, WorkingTreeDirty } from "@dev-infra/templates/ApplyFailure"
import type { NothingFits } from "@dev-infra/templates/BestFit"
import type { CreationRefused } from "@dev-infra/templates/Creation"
import type { NothingToResume } from "@dev-infra/templates/FleetApply"
import type { FleetBusy } from "@dev-infra/templates/FleetJournal"
import type { GitHubUnavailable } from "@dev-infra/templates/GitHub"
import type { RateLimited } from "@dev-infra/templates/GitHubPulls"
import type { NoTemplate } from "@dev-infra/templates/Planning"
import type { FolderUnavailable } from "@dev-infra/templates/ProjectFolder"
import type { ProposalFailed } from "@dev-infra/templates/ProposalFailed"
import type { SavedPlanInvalid } from "@dev-infra/templates/SavedPlan"
import type { AnswersInvalid, TemplateFailure } from "@dev-infra/templates/TemplateFailure"
import type { CertificatesUnreadable } from "@dev-infra/work-prod-client/NodeWorkProd"
import type { InvalidProxy } from "@dev-infra/work-prod-client/Proxy"
import type { SettingsError } from "@dev-infra/work-prod-client/WorkProdSettings"
import type { MergeFailed } from "@dev-infra/templates/TextMerge"
import type { TaskError } from "./TaskErrorText.js"
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
  | AnswersInvalid
  | ApplyIncomplete
  | CannotUndo
  | CertificatesUnreadable
  | ChangedSince
  | CommandFailed
  | ConfigurationInvalid
  | ConfigurationUnreadable
  | ConflictsRefused
  | CreationRefused
  | EntryNotFound
  | FileFailure
  | FleetBusy
  | FleetCycle
  | FleetReferenceAmbiguous
  | FolderUnavailable
  | FolderUnusable
  | GitHubUnavailable
  | HistoryUnreadable
  | HomeUnusable
  | IdentityConflict
  | InheritanceRefused
  | InheritsInvalid
  | InvalidProxy
  | JournalUnreadable
  | LockUnavailable
  | LockUnreadable
  | MachineUnreadable
  | MetadataEditRefused
  | MetadataInvalid
  | MetadataUnavailable
  | MergeFailed
  | NoSuchVersion
  | NoTemplate
  | NothingFits
  | NothingToResume
  | NothingToUndo
  | OutputFailed
  | PlanStale
  | ProjectInvalid
  | ProjectListUnreadable
  | ProjectNotFound
  | ProposalFailed
  | RateLimited
  | RegistryNewer
  | RegistryUnreadable
  | RemoteFailed
  | RepositoryUnavailable
  | RunBusy
  | SavedPlanInvalid
  | SettingsError
  | SyncBusy
  | SyncStateUnreadable
  | TaskError
  | TemplateFailure
  | TooManyGone
  | TreeInvalid
  | TrustUnreadable
  | UsageError
  | WorkingTreeDirty
