/**
 * The local copy of what a remote had when it was last asked. Deleting it costs a fetch. The port; `RemoteSnapshotFile` keeps it in
 * `cache/work-prod/`.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { RemoteDeletion, RemoteEntry } from "./RemoteEntry.js"

/**
 * `fetchedAt` is ISO 8601 in UTC. `deletions` are those that this machine was told of and has not dealt with yet.
 *
 * @category models
 */
export interface Snapshot {
  readonly instance: string
  readonly address: string
  readonly fetchedAt: string
  readonly tellsDeletions: boolean
  readonly cursor: string | null
  readonly entries: ReadonlyArray<RemoteEntry>
  readonly deletions: ReadonlyArray<RemoteDeletion>
}

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { RemoteSnapshot } from "@dev-infra/sync/RemoteSnapshot"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const size = (instance: string) =>
 *   Effect.gen(function* () {
 *     const snapshot = yield* RemoteSnapshot
 *     return Option.map(yield* snapshot.read(instance), ({ entries }) => entries.length)
 *   })
 * ```
 */
export class RemoteSnapshot extends Context.Tag("@dev-infra/sync/RemoteSnapshot")<
  RemoteSnapshot,
  {
    /** The copy of a remote; none if there is none, or if it cannot be used. */
    readonly read: (instance: string) => Effect.Effect<Option.Option<Snapshot>, FileFailure>
    /** Replace the copy. Durable when it returns. */
    readonly write: (snapshot: Snapshot) => Effect.Effect<void, FileFailure | LockUnavailable>
    /** Note that the copy of a remote was up to date at `fetchedAt`, and where to go on reading. Cheap, whatever the size of the copy; nothing happens if there is none. */
    readonly touch: (instance: string, fetchedAt: string, cursor: string | null) => Effect.Effect<void, FileFailure | LockUnavailable>
  }
>() {}

/**
 * Copies that are kept as long as the layer lives, as the text that a file would hold.
 *
 * @category layers
 * @example
 * ```ts
 * import * as RemoteSnapshot from "@dev-infra/sync/RemoteSnapshot"
 * import * as Effect from "effect/Effect"
 *
 * const none = Effect.flatMap(RemoteSnapshot.RemoteSnapshot, (copies) => copies.read("somewhere")).pipe(Effect.provide(RemoteSnapshot.layerMemory))
 * ```
 */
export const layerMemory: Layer.Layer<RemoteSnapshot> = Layer.sync(RemoteSnapshot, () => {
  const texts = new Map<string, string>()
  // nothing but snapshots is stored
  const copyOf = (instance: string) => Option.map(Option.fromNullable(texts.get(instance)), (text) => JSON.parse(text) as Snapshot)
  const put = (snapshot: Snapshot) => void texts.set(snapshot.instance, JSON.stringify(snapshot))
  return {
    read: (instance) => Effect.sync(() => copyOf(instance)),
    write: (snapshot) => Effect.sync(() => put(snapshot)),
    touch: (instance, fetchedAt, cursor) => Effect.sync(() => Option.match(copyOf(instance), { onNone: () => undefined, onSome: (copy) => put({ ...copy, fetchedAt, cursor }) }))
  }
})
