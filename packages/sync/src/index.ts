/**
 * Three-way synchronisation of the local index of projects with a remote one.
 *
 * @module
 */
/** How a project stands, in words and by fields. */
export * as Comparison from "./Comparison.js"
/** Names for the lines of a log. */
export * as EntryNames from "./EntryNames.js"
/** One field, or all of a project, by three values. */
export * as FieldCompare from "./FieldCompare.js"
/** A project as this machine holds it, with its own file laid over it. */
export * as LocalView from "./LocalView.js"
/** Which row is which project. */
export * as Matching from "./Matching.js"
/** Sync of the home of this machine, with the remote left open. */
export * as LocalSync from "./LocalSync.js"
/** A remote index in memory, for tests. */
export * as MemoryRemoteIndex from "./MemoryRemoteIndex.js"
/** What the files of projects state. */
export * as ProjectFiles from "./ProjectFiles.js"
/** The own files of projects on this machine. */
export * as ProjectFilesLive from "./ProjectFilesLive.js"
/** What a pull takes. */
export * as PullPlan from "./PullPlan.js"
/** What a push sends. */
export * as PushPlan from "./PushPlan.js"
/** A project as a remote has it. */
export * as RemoteEntry from "./RemoteEntry.js"
/** The port to a remote index. */
export * as RemoteIndex from "./RemoteIndex.js"
/** The local copy of a remote. */
export * as RemoteSnapshot from "./RemoteSnapshot.js"
/** What remotes had, in files of the home. */
export * as RemoteSnapshotFile from "./RemoteSnapshotFile.js"
/** The fields that machines share. */
export * as SharedFields from "./SharedFields.js"
/** That nothing was left to do. */
export * as Standstill from "./Standstill.js"
/** That nothing was left to do, in a file of the home. */
export * as StandstillFile from "./StandstillFile.js"
/** How everything stands. */
export * as Survey from "./Survey.js"
/** Fetch, pull, push and undo. */
export * as Sync from "./Sync.js"
/** What can go wrong in a sync. */
export * as SyncError from "./SyncError.js"
/** What syncs did. */
export * as SyncLog from "./SyncLog.js"
/** The log of syncs, in a file of the home. */
export * as SyncLogFile from "./SyncLogFile.js"
/** What a home remembers of its remotes. */
export * as SyncState from "./SyncState.js"
/** What a home remembers of its remotes, in a file. */
export * as SyncStateFile from "./SyncStateFile.js"
/** The steps of a sync, for tests that crash there. */
export * as SyncStep from "./SyncStep.js"
/** One sync at a time. */
export * as SyncTurn from "./SyncTurn.js"
/** One sync at a time among processes. */
export * as SyncTurnFile from "./SyncTurnFile.js"
