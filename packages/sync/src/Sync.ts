/**
 * Fetch, pull and push between the registry of this machine and a remote index, and what can be said of both without asking.
 *
 * Work locally, `fetch` to look, `pull` to take, `push` to give. When both sides changed one field, the local value stands, and what it
 * overrides is logged and can be put back. Every step may be cut off and repeated.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { Candidate } from "@dev-infra/registry/Identity"
import type { ReadError, WriteError } from "@dev-infra/registry/Registry"
import type { StatementProblem } from "@dev-infra/registry/Registration"
import type { UpdateError } from "@dev-infra/registry/ProjectUpdate"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import { IdGenerator } from "@dev-infra/metadata/IdGenerator"
import { Machine } from "@dev-infra/registry/Machine"
import { Registry } from "@dev-infra/registry/Registry"
import type { FieldState, ProjectState, Refusal } from "./Comparison.js"
import * as Decisions from "./engine/Decisions.js"
import * as Fetch from "./engine/Fetch.js"
import { look, type Services } from "./engine/Home.js"
import * as Pull from "./engine/Pull.js"
import * as Push from "./engine/Push.js"
import * as Records from "./engine/Records.js"
import * as Undo from "./engine/Undo.js"
import * as Watch from "./engine/Watch.js"
import { type FileWriteError, ProjectFiles } from "./ProjectFiles.js"
import type { RemoteEntry } from "./RemoteEntry.js"
import { type RemoteFailed, RemoteIndex, type UnreadableEntry } from "./RemoteIndex.js"
import { RemoteSnapshot } from "./RemoteSnapshot.js"
import * as Survey from "./Survey.js"
import { Standstill } from "./Standstill.js"
import { type LogEntry, SyncLog } from "./SyncLog.js"
import { SyncState, type SyncStateError } from "./SyncState.js"
import type { CannotUndo, EntryNotFound, TooManyGone } from "./SyncError.js"
import { type SyncBusy, SyncTurn } from "./SyncTurn.js"

export { CannotUndo, EntryNotFound, TooManyGone } from "./SyncError.js"

/** What a sync did to one project, or with a dry run would do. @category models */
export interface SyncItem {
  readonly id: string
  readonly name: string
  /** `location`: only where this machine has it; `link`: only that this machine knows it; `unlinked`: it was deleted elsewhere and stays here */
  readonly action: "created" | "updated" | "adopted" | "joined" | "deleted" | "location" | "taken" | "unlinked" | "refused" | "unsure"
  /** fields that were sent or taken, conflicts among them */
  readonly fields: ReadonlyArray<FieldState>
  readonly refusal?: Refusal
}

/**
 * What a sync came to. `items` has what was done or refused, not what was left alone. `counts.conflicts` are fields that both sides had
 * changed; `counts.notLocal` are projects of other machines.
 *
 * @category models
 */
export interface SyncReport {
  readonly command: "push" | "pull" | "fetch"
  readonly dryRun: boolean
  readonly address: string
  readonly instance: string
  readonly items: ReadonlyArray<SyncItem>
  readonly counts: {
    readonly created: number
    readonly updated: number
    readonly deleted: number
    readonly taken: number
    readonly unchanged: number
    readonly refused: number
    readonly conflicts: number
    readonly notLocal: number
  }
  readonly problems: ReadonlyArray<StatementProblem>
  readonly unreadable: ReadonlyArray<UnreadableEntry>
  /** rows that are copies of others: reported, never written */
  readonly duplicates: ReadonlyArray<RemoteEntry>
  /** why not everything was sent */
  readonly stopped?: RemoteFailed
  /** what was not sent then */
  readonly unsent?: ReadonlyArray<SyncItem>
  /** projects of this machine that were deleted elsewhere, which a push leaves alone */
  readonly deletedElsewhere?: ReadonlyArray<Pick<SyncItem, "id" | "name">>
}

/** @category errors */
export type OfflineError = ReadError | SyncStateError | FileFailure | LockUnavailable

/** @category errors */
export type SyncError = OfflineError | WriteError | RemoteFailed | SyncBusy | TooManyGone | UpdateError | FileWriteError

/** @category models */
export interface PullOptions {
  readonly dryRun?: boolean
  /** write fields that live in a project's own file into that file */
  readonly writeFiles?: boolean
  /** that many projects are gone from a server that cannot tell deletions is right */
  readonly acceptDeletions?: boolean
  readonly report?: (done: number, total: number) => Effect.Effect<void>
}

/** `projects` are ids; none: all. @category models */
export interface PushOptions extends Omit<PullOptions, "writeFiles"> {
  /** create again what was deleted elsewhere */
  readonly recreate?: ReadonlyArray<string>
  /** send the local value of these projects, or of one field, also if it is older than the remote's */
  readonly mine?: ReadonlyArray<{ readonly id: string; readonly field?: string }>
  /** these have the same id and another repository, and are the same project */
  readonly same?: ReadonlyArray<string>
  /** these have the same id and another repository, and are other projects: they get new ids */
  readonly newId?: ReadonlyArray<string>
  /** delete what was to be removed everywhere, also if it changed there */
  readonly force?: boolean
  /** delete for good on a server that cannot remember deletions */
  readonly purge?: boolean
}

/** What is known without asking. `fetchedAt` is null if the remote was never asked. @category models */
export interface SyncStatus {
  readonly remote: { readonly instance: string; readonly address: string; readonly fetchedAt: string } | null
  readonly projects: ReadonlyArray<ProjectState>
  readonly duplicates: ReadonlyArray<RemoteEntry>
  readonly problems: ReadonlyArray<StatementProblem>
}

/**
 * What is other at the remote than it was. `by` are the machines that wrote it, as far as that can be told, by their names where these are known. `before` and
 * `now` are null where there is no value; of a project that is new or gone no fields are told.
 *
 * @category models
 */
export interface RemoteDifference {
  readonly kind: "added" | "changed" | "deleted"
  readonly key: string
  readonly uid: string | null
  readonly name: string
  readonly fields: ReadonlyArray<{ readonly field: string; readonly before: JsonValue; readonly now: JsonValue }>
  readonly by: ReadonlyArray<string>
  /** whether this machine alone wrote it */
  readonly isOwn: boolean
}

/**
 * What a watcher is told.
 *
 * - `Changed`: what differs from what was told last, or at first from what was last fetched; and what the fetch or pull came to
 * - `Watching`: everything until now was told, and what comes is told as it happens; said again after a lost connection. With `polling` the remote tells nobody what
 *   changes, so it is asked at these times
 * - `Waiting`: the remote cannot be asked, and is asked again after so many seconds
 *
 * @category models
 */
export type WatchEvent =
  | { readonly _tag: "Changed"; readonly differences: ReadonlyArray<RemoteDifference>; readonly report: SyncReport }
  | { readonly _tag: "Watching"; readonly report: SyncReport; readonly polling?: PollingTimes }
  | { readonly _tag: "Waiting"; readonly failure: RemoteFailed | SyncBusy; readonly seconds: number }

/**
 * How often a remote is asked that tells nobody what changes: after `shortest` seconds, then less and less often while nothing changes, until it is
 * every `longest` seconds; each time a fifth more or less.
 *
 * @category models
 */
export interface PollingTimes {
  readonly shortest: number
  readonly longest: number
}

/** `pull`: not only fetch what changed, but take it. @category models */
export interface WatchOptions {
  readonly pull?: boolean
}

/** @category models */
export interface SyncShape {
  /** Refresh the local copy of the remote. Nothing else changes. */
  readonly fetch: (options?: { readonly dryRun?: boolean }) => Effect.Effect<SyncReport, SyncError>
  readonly pull: (options?: PullOptions) => Effect.Effect<SyncReport, SyncError>
  readonly push: (options?: PushOptions) => Effect.Effect<SyncReport, SyncError>
  /**
   * What changes at the remote, as it happens, for as long as the stream is read; what it has is fetched with each change. A remote that tells nobody is asked again and
   * again. Goes on by itself after a lost connection and fails where waiting does not help, or if the remote cannot be asked at the beginning.
   */
  readonly watch: (options?: WatchOptions) => Stream.Stream<WatchEvent, SyncError>
  /** How every project stands, those that are not on this machine included. No network, nothing is written. */
  readonly status: Effect.Effect<SyncStatus, OfflineError>
  readonly log: Effect.Effect<ReadonlyArray<LogEntry>, FileFailure>
  /** Put an overridden value back, as a local edit; what was deleted there is created again with the next push. */
  readonly undo: (
    entry: string,
    options?: { readonly force?: boolean; readonly dryRun?: boolean }
  ) => Effect.Effect<{ readonly entry: LogEntry; readonly project: string; readonly file?: string }, SyncError | EntryNotFound | CannotUndo>
  /** The rows of the last fetch that are not on this machine. No network. */
  readonly notLocal: Effect.Effect<ReadonlyArray<RemoteEntry>, OfflineError>
  /** Have projects (by id) deleted there with the next push, whether they are on this machine or not. */
  readonly removeEverywhere: (ids: ReadonlyArray<string>) => Effect.Effect<void, OfflineError>
  /** Have fields of a project that is not on this machine changed with the next push; null takes a field away. */
  readonly editRemote: (id: string, patch: { readonly [field: string]: JsonValue }) => Effect.Effect<void, OfflineError>
  /**
   * Folders that are about to be registered, with the ids and fields that the last fetch knows for them. No network. What the folder's
   * own file states stays.
   */
  readonly recognise: (candidates: ReadonlyArray<Candidate>) => Effect.Effect<ReadonlyArray<Candidate>, OfflineError>
  /** Projects were registered: their pending removal is off, and what was remembered of their deletion is forgotten. */
  readonly registered: (ids: ReadonlyArray<string>) => Effect.Effect<void, OfflineError>
  /** Projects were removed here: their base is dropped. */
  readonly removed: (ids: ReadonlyArray<string>) => Effect.Effect<void, OfflineError>
}

/**
 * The service.
 *
 * @category tags
 * @example
 * ```ts
 * import { Sync } from "@dev-infra/sync/Sync"
 * import * as Effect from "effect/Effect"
 *
 * export const pullAndCount = Effect.gen(function* () {
 *   const sync = yield* Sync
 *   const report = yield* sync.pull()
 *   return report.counts.taken
 * })
 * ```
 */
export class Sync extends Context.Tag("@dev-infra/sync/Sync")<Sync, SyncShape>() {}

const make = Effect.gen(function* () {
  const services: Services = {
    registry: yield* Registry,
    machine: yield* Machine,
    ids: yield* IdGenerator,
    files: yield* ProjectFiles,
    state: yield* SyncState,
    snapshot: yield* RemoteSnapshot,
    log: yield* SyncLog,
    turn: yield* SyncTurn,
    remote: yield* RemoteIndex,
    standstill: yield* Standstill
  }
  const known = Effect.gen(function* () {
    const home = yield* look(services, { isLasting: false })
    const remote = yield* Fetch.remembered(services, home)
    return { home, remote, survey: remote === undefined ? undefined : Fetch.surveyOf(home, remote) }
  })
  const ask: SyncShape["fetch"] = (options = {}) =>
    services.turn.take(
      Effect.gen(function* () {
        const isDry = options.dryRun === true
        const home = yield* look(services, { isLasting: !isDry })
        const remote = yield* Fetch.fetch(services, home, { isDry, acceptDeletions: false })
        return Records.reportOf("fetch", home, remote, Fetch.surveyOf(home, remote), [], { isDry })
      })
    )
  const pull: SyncShape["pull"] = (options = {}) => services.turn.take(Pull.pull(services, options))
  return Sync.of({
    fetch: ask,
    pull,
    watch: (options = {}) => Watch.watch(services, options.pull === true ? pull() : ask()),
    push: (options = {}) => services.turn.take(Push.push(services, options)),
    status: Effect.map(known, ({ home, remote, survey }): SyncStatus => {
      const { problems } = home
      if (remote === undefined || survey === undefined) return { remote: null, projects: [], duplicates: [], problems }
      const { address, fetchedAt, instance } = remote.snapshot
      return { remote: { address, fetchedAt, instance }, projects: Survey.projectStates(survey, remote.state), duplicates: survey.duplicates, problems }
    }),
    log: services.log.read,
    undo: (entry, options = {}) => services.turn.take(Undo.undo(services, entry, options)),
    notLocal: Effect.map(known, ({ survey }) => survey?.others ?? []),
    removeEverywhere: (ids) => Decisions.removeEverywhere(services, ids),
    editRemote: (id, patch) => Decisions.editRemote(services, id, patch),
    recognise: (candidates) => Decisions.recognise(services, candidates),
    registered: (ids) => Decisions.registered(services, ids),
    removed: (ids) => Decisions.removed(services, ids)
  })
})

/**
 * The engine over its ports. All of them have layers in memory, so that sync can be tried without disk, network or clock.
 *
 * @category layers
 * @example
 * ```ts
 * import type * as RemoteIndex from "@dev-infra/sync/RemoteIndex"
 * import * as Sync from "@dev-infra/sync/Sync"
 * import * as Layer from "effect/Layer"
 *
 * export const over = (remote: Layer.Layer<RemoteIndex.RemoteIndex>) => Sync.layer.pipe(Layer.provide(remote))
 * ```
 */
export const layer: Layer.Layer<
  Sync,
  never,
  Registry | Machine | IdGenerator | ProjectFiles | SyncState | RemoteSnapshot | SyncLog | SyncTurn | RemoteIndex
> = Layer.effect(Sync, make)
