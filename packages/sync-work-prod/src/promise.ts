/**
 * Sync for scripts that do not use Effect: fetch, pull, push, status, log and undo as promises, and watching as an async iteration.
 *
 * A failed operation rejects with the tagged error of the library (`error._tag` says which, its fields say what). Errors never hold the key.
 *
 * @module
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as Configuration from "@dev-infra/registry/Configuration"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
import { Machine } from "@dev-infra/registry/Machine"
import * as ProjectFilesLive from "@dev-infra/sync/ProjectFilesLive"
import { RemoteFailed, RemoteIndex } from "@dev-infra/sync/RemoteIndex"
import * as RemoteSnapshotFile from "@dev-infra/sync/RemoteSnapshotFile"
import * as Sync from "@dev-infra/sync/Sync"
import type { LogEntry } from "@dev-infra/sync/SyncLog"
import * as SyncLogFile from "@dev-infra/sync/SyncLogFile"
import { SyncState } from "@dev-infra/sync/SyncState"
import * as SyncStateFile from "@dev-infra/sync/SyncStateFile"
import * as SyncTurnFile from "@dev-infra/sync/SyncTurnFile"
import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { homedir, hostname } from "node:os"
import * as StreamIteration from "./promise/StreamIteration.js"
import * as WorkProdIndex from "./WorkProdIndex.js"

/**
 * Which home and which server. By default those of the command line program: `DEV_INFRA_HOME`, else `~/.dev-infra`, and what `dev-infra login`
 * stored there or `DEV_INFRA_API_URL` and `DEV_INFRA_API_KEY` say. With a `url`, nothing that is stored for another server is sent there.
 *
 * @category models
 */
export interface OpenOptions {
  readonly home?: string
  readonly url?: string
  readonly key?: string
  /** certificates (PEM) to trust besides the usual ones */
  readonly caFile?: string
  /** the key may go over plain http to another computer */
  readonly insecure?: boolean
}

/** Is told how many of how many changes are done. @category models */
export type OnProgress = (done: number, total: number) => void

/** @category models */
export type PullOptions = Omit<Sync.PullOptions, "report"> & { readonly onProgress?: OnProgress }

/** @category models */
export type PushOptions = Omit<Sync.PushOptions, "report"> & { readonly onProgress?: OnProgress }

/**
 * Sync of one home with one server. `status` and `log` ask nobody.
 *
 * @category models
 */
export interface SyncHandle {
  /** Refresh the local copy of what the server has. Rejects with `RemoteFailed` if it cannot be asked; its `reason` says why. */
  readonly fetch: () => Promise<Sync.SyncReport>
  /** Take what other machines changed. */
  readonly pull: (options?: PullOptions) => Promise<Sync.SyncReport>
  /** Give what this machine changed. What could not be sent stands in `stopped` of the report, what was refused among its items. */
  readonly push: (options?: PushOptions) => Promise<Sync.SyncReport>
  /** How every project stands, those of other machines included. */
  readonly status: () => Promise<Sync.SyncStatus>
  readonly log: () => Promise<ReadonlyArray<LogEntry>>
  /** Put an overridden value back, as a local edit; its id is that of the project. */
  readonly undo: (entry: string, options?: { readonly force?: boolean }) => Promise<{ readonly entry: LogEntry; readonly project: string; readonly file?: string }>
  /**
   * What changes at the server, as it happens: first what changed since it was last asked, then each change, as events that `WatchEvent` explains. With `pull` what
   * changed is taken as well. The iteration goes on after a lost connection. It ends when it is left (`break`, `return()`) or `close` is called, also while it waits,
   * and rejects as `fetch` does, at the beginning or later where waiting does not help. Nothing is asked before the first event is.
   *
   * @example
   * ```ts
   * import { openSync } from "@dev-infra/sync-work-prod/promise"
   *
   * const sync = await openSync()
   * process.once("SIGINT", () => void sync.close())
   * for await (const event of sync.watch()) {
   *   if (event._tag === "Changed") for (const { by, kind, name } of event.differences) console.log(kind, name, by.join(", "))
   *   if (event._tag === "Waiting") console.log(`${event.failure.message}; again in ${event.seconds} s`)
   * }
   * ```
   */
  readonly watch: (options?: Sync.WatchOptions) => AsyncIterableIterator<Sync.WatchEvent, undefined>
  /** Ends what watches and frees everything. */
  readonly close: () => Promise<void>
}

interface Surroundings extends LocalRegistry.LocalRegistryOptions {
  readonly environment: { readonly [name: string]: string | undefined }
}

const notConfigured = new RemoteFailed({ reason: "NotConfigured", address: "", detail: "no work-prod server is set up: give openSync a url, or run `dev-infra login URL`" })

const nowhere = Layer.succeed(RemoteIndex, {
  fetch: () => Effect.fail(notConfigured),
  send: (operations) => Effect.succeed({ results: operations.map(() => ({ _tag: "Skipped" }) as const), stopped: notConfigured }),
  watch: Stream.fail(notConfigured)
})

/** The server that is meant; none if there is none. What is stored belongs to the stored server alone. */
const settingsOf = ({ caFile, insecure, key, url }: OpenOptions, { hostName }: Surroundings) =>
  Effect.gen(function* () {
    const configuration = yield* Configuration.Configuration
    const valueOf = <K extends "api.url" | "api.key" | "api.insecure" | "api.ca_file" | "api.name" | "name">(name: K) => Effect.map(configuration.get(name), ({ value }) => value)
    const stored = url === undefined ? { url: yield* valueOf("api.url"), key: yield* valueOf("api.key"), insecure: yield* valueOf("api.insecure"), caFile: yield* valueOf("api.ca_file") } : {}
    const meant = url ?? stored.url
    if (meant === undefined) return Option.none()
    const { syncId } = yield* Effect.flatMap(Machine, (machine) => machine.ensure)
    const machine: WorkProdSettings.AskingMachine = { uid: syncId, name: (yield* valueOf("name")) ?? hostName }
    const settings = yield* WorkProdSettings.resolve({
      environment: {},
      flags: { url: meant, key: key ?? stored.key, caFile: caFile ?? stored.caFile, insecure: insecure ?? stored.insecure },
      machine
    })
    return Option.some({ settings, machine, name: (yield* valueOf("api.name")) ?? "work-prod" })
  })

/** What an earlier process found out about the server at this address. A state that cannot be read is told by the sync itself. */
const featuresOf = (address: string) =>
  Effect.flatMap(SyncState, (state) => state.read).pipe(
    Effect.map(({ current }) => (current === null || current.address !== address ? undefined : Option.getOrUndefined(WorkProdIndex.featuresOf(current.note)))),
    Effect.orElseSucceed(() => undefined)
  )

const remote = (options: OpenOptions, surroundings: Surroundings) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const found = yield* settingsOf(options, surroundings)
      if (Option.isNone(found)) return nowhere
      const { machine, name, settings } = found.value
      const known = yield* featuresOf(settings.url.host)
      return WorkProdIndex.layer({ address: settings.url.host, machine, remoteName: name }).pipe(
        Layer.provide(NodeWorkProd.layer(settings, surroundings.environment, { known }))
      )
    })
  )

const live = (options: OpenOptions, surroundings: Surroundings) =>
  Sync.layer.pipe(
    Layer.provide(remote(options, surroundings)),
    Layer.provide(Layer.mergeAll(ProjectFilesLive.layer, RemoteSnapshotFile.layer, SyncLogFile.layer, SyncStateFile.layer, SyncTurnFile.layer)),
    Layer.provide([Configuration.layer(surroundings), DirectoryReader.layer, MetadataFile.layer]),
    Layer.provide(NodeFileSystem.layer),
    Layer.provide(LocalRegistry.layer(surroundings))
  )

const withReport = <Options extends { readonly onProgress?: OnProgress }>({ onProgress, ...options }: Options) => ({
  ...options,
  ...(onProgress === undefined ? {} : { report: (done: number, total: number) => Effect.sync(() => onProgress(done, total)) })
})

/**
 * Open sync for this user. Rejects if what is stored about the server cannot be used. No connection is opened before it is needed.
 *
 * @example
 * ```ts
 * import { openSync } from "@dev-infra/sync-work-prod/promise"
 *
 * const sync = await openSync()
 * const { counts } = await sync.pull({ dryRun: true })
 * console.log(`${counts.taken} would be taken, ${counts.conflicts} conflicts`)
 * await sync.close()
 * ```
 *
 * @category constructors
 */
export const openSync = async (options: OpenOptions = {}): Promise<SyncHandle> => {
  const runtime = ManagedRuntime.make(
    live(options, {
      environment: options.home === undefined ? process.env : { ...process.env, DEV_INFRA_HOME: options.home },
      homeDirectory: homedir(),
      workingDirectory: process.cwd(),
      hostName: hostname()
    })
  )
  const settled = <A, E>(exit: Exit.Exit<A, E>): A => {
    if (Exit.isSuccess(exit)) return exit.value
    // the error itself, not one that wraps it: callers tell errors apart by their tags
    throw Cause.squash(exit.cause)
  }
  const run = async <A, E>(effect: (sync: Sync.SyncShape) => Effect.Effect<A, E>): Promise<A> => settled(await runtime.runPromiseExit(Effect.flatMap(Sync.Sync, effect)))
  settled(await runtime.runPromiseExit(Effect.void))
  let isClosed = false
  const watching = new Set<() => Promise<unknown>>()
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined }
  const watch: SyncHandle["watch"] = (watchOptions) => {
    let begun: Promise<StreamIteration.StreamIteration<Sync.WatchEvent, Sync.SyncError>> | undefined
    let isEnded = false
    const stop = async () => {
      isEnded = true
      if (begun !== undefined) await runtime.runPromise((await begun).stop)
      watching.delete(stop)
      return end
    }
    const iteration = {
      next: async () => {
        if (isEnded || isClosed) return end
        watching.add(stop)
        begun ??= run((sync) => StreamIteration.make(sync.watch(watchOptions)))
        const { next } = await begun
        const exit = await runtime.runPromiseExit(next)
        if (Exit.isFailure(exit) || exit.value.done === true) watching.delete(stop)
        return settled(exit)
      },
      return: stop,
      [Symbol.asyncIterator]: () => iteration
    }
    return iteration
  }
  return {
    fetch: () => run((sync) => sync.fetch()),
    pull: (pullOptions = {}) => run((sync) => sync.pull(withReport(pullOptions))),
    push: (pushOptions = {}) => run((sync) => sync.push(withReport(pushOptions))),
    status: () => run((sync) => sync.status),
    log: () => run((sync) => sync.log),
    undo: (entry, undoOptions) => run((sync) => sync.undo(entry, undoOptions)),
    watch,
    close: async () => {
      isClosed = true
      await Promise.all(Array.from(watching, (stop) => stop()))
      await runtime.dispose()
    }
  }
}
