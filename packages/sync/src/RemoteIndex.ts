/**
 * The port to a remote index of projects. It speaks of rows and of changes of rows; how they travel is the adapter's matter.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { RemoteContent, RemoteDeletion, RemoteEntry } from "./RemoteEntry.js"

/**
 * Why the remote could not be asked: `Unreachable` (nothing answers, or not in time), `Unauthorized`, `ReadOnly` (this key may not
 * write), `NotARemote` (something else answers there), `TooNew` (an API of a later version), `Busy` (it asks to wait), `Lost` (the answer to
 * a change was lost), `Refused`, `Faulty` (the server failed).
 *
 * @category models
 */
export const reasons = ["Unreachable", "Unauthorized", "ReadOnly", "NotARemote", "TooNew", "Busy", "Lost", "Refused", "Faulty", "NotConfigured"] as const

/**
 * The remote could not be asked. `detail` is a sentence that says what happened and what to do, without any secret.
 *
 * @category errors
 */
export class RemoteFailed extends Schema.TaggedError<RemoteFailed>("@dev-infra/sync/RemoteFailed")("RemoteFailed", {
  reason: Schema.Literal(...reasons),
  address: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}

/** What was learnt of a remote before: which it is, how far its changes were read, and what the adapter wants to remember. @category models */
export interface Known {
  readonly instance: string
  readonly cursor: string | null
  readonly note: JsonValue
}

/** A row that is there but cannot be read. It is never taken for one that is gone. @category models */
export interface UnreadableEntry {
  readonly key: string | null
  readonly uid: string | null
  readonly fault: string
}

/**
 * What the remote has. `isWhole`: `entries` is everything there is; else it is what changed since the cursor that was known.
 * `tellsDeletions`: a project that is deleted there is told as such, so that one which is merely absent was not deleted.
 *
 * @category models
 */
export interface Fetched {
  readonly instance: string
  /** what a person calls the remote, e.g. its host */
  readonly address: string
  readonly isWhole: boolean
  readonly tellsDeletions: boolean
  readonly entries: ReadonlyArray<RemoteEntry>
  readonly deletions: ReadonlyArray<RemoteDeletion>
  readonly unreadable: ReadonlyArray<UnreadableEntry>
  readonly cursor: string | null
  readonly note: JsonValue
}

/**
 * One change. `entry` is the row as it was last seen: the change is only made if it is still so. `uid` is who the project is. An `Update`
 * of a row that stands for a deletion makes it a project again.
 * `Adopt` claims a row that has no uid. `Join` makes `entry` part of `into` and gives that `content`. With `purge` a deletion leaves
 * nothing behind, also where the server cannot remember it.
 *
 * @category models
 */
export type RemoteOperation =
  | { readonly _tag: "Create"; readonly uid: string; readonly content: RemoteContent; readonly recreate: boolean }
  | { readonly _tag: "Update"; readonly uid: string; readonly entry: RemoteEntry; readonly content: RemoteContent }
  | { readonly _tag: "Adopt"; readonly uid: string; readonly entry: RemoteEntry; readonly content: RemoteContent }
  | { readonly _tag: "Join"; readonly uid: string; readonly entry: RemoteEntry; readonly into: RemoteEntry; readonly content: RemoteContent }
  | { readonly _tag: "Delete"; readonly uid: string; readonly entry: RemoteEntry; readonly purge: boolean }

/**
 * What became of a change. `Done` with the row as it now is (null: gone), for sure if `isConfirmed`, else a later fetch has to show it.
 * `Stale`: the row is not as it was last seen; nothing was changed. `Deleted`: the project was deleted there, and was not made
 * again. `Taken`: another row stands in the way. `Refused`: for this reason, a clause. `Unknown`: it may have been made or not. `Skipped`:
 * it was not sent.
 *
 * @category models
 */
export type OperationResult =
  | { readonly _tag: "Done"; readonly entry: RemoteEntry | null; readonly isConfirmed: boolean }
  | { readonly _tag: "Stale"; readonly entry: RemoteEntry | null }
  | { readonly _tag: "Deleted" }
  | { readonly _tag: "Taken"; readonly entry: RemoteEntry | null; readonly reason: string }
  | { readonly _tag: "Refused"; readonly reason: string }
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Skipped" }

/**
 * A result for each change, in their order, and why not all were sent. `cursor`: where to go on reading, if it is known that nobody else
 * changed anything since the cursor before.
 *
 * @category models
 */
export interface Sent {
  readonly results: ReadonlyArray<OperationResult>
  readonly cursor?: string
  readonly stopped?: RemoteFailed
}

/**
 * What somebody is told who watches the remote. `Ready`: from now on every change is told; what was before is to be fetched. `Changed`:
 * something is other than it was. `Disconnected`: the connection was lost and is made again after so many seconds; `Ready` follows then.
 * `Silent`: this remote tells nobody, or no longer, so whoever wants to know has to fetch now and then; nothing follows.
 *
 * @category models
 */
export type RemoteNews =
  | { readonly _tag: "Ready" }
  | { readonly _tag: "Changed" }
  | { readonly _tag: "Disconnected"; readonly failure: RemoteFailed; readonly seconds: number }
  | { readonly _tag: "Silent" }

/** @category models */
export interface RemoteIndexShape {
  /**
   * What the remote has, or with `known` what changed there since. If another server answers than the one that was known, or it
   * no longer knows the cursor, everything comes.
   */
  readonly fetch: (known: Known | undefined) => Effect.Effect<Fetched, RemoteFailed>
  /**
   * Make changes. Each stands for itself; one that is refused does not hold up the others. Never fails: if the connection is lost, what is
   * known of the results comes back with the reason. `report` is told how many are done.
   *
   * @param known what `fetch` told last
   */
  readonly send: (
    operations: ReadonlyArray<RemoteOperation>,
    options: { readonly known: Known; readonly report?: (done: number) => Effect.Effect<void> }
  ) => Effect.Effect<Sent>
  /**
   * That something changes there, while it does and for as long as the stream is read. It fails if the remote cannot be reached at the beginning, and later where waiting
   * does not help. It ends with `Silent` if the remote tells nobody.
   */
  readonly watch: Stream.Stream<RemoteNews, RemoteFailed>
}

/**
 * A remote index of projects.
 *
 * @category tags
 * @example
 * ```ts
 * import { RemoteIndex } from "@dev-infra/sync/RemoteIndex"
 * import * as Effect from "effect/Effect"
 *
 * export const names = Effect.gen(function* () {
 *   const remote = yield* RemoteIndex
 *   const { entries } = yield* remote.fetch(undefined)
 *   return entries.map((entry) => entry.fields["name"])
 * })
 * ```
 */
export class RemoteIndex extends Context.Tag("@dev-infra/sync/RemoteIndex")<RemoteIndex, RemoteIndexShape>() {}
