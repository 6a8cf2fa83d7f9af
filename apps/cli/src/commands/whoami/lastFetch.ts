/**
 * When a remote was last asked, as the local copy of it says.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { RemoteSnapshot } from "@dev-infra/sync/RemoteSnapshot"
import * as RemoteSnapshotFile from "@dev-infra/sync/RemoteSnapshotFile"
import { SyncState } from "@dev-infra/sync/SyncState"
import * as SyncStateFile from "@dev-infra/sync/SyncStateFile"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** `address` and `instance` are those of the remote that was asked; `at` is ISO 8601 in UTC. @category models */
export interface LastFetch {
  readonly address: string
  readonly instance: string
  readonly at: string
}

/** None if nobody was asked yet. What cannot be read counts as none here: the commands that need it, and the doctor, say what is wrong. @category reading */
export const read: Effect.Effect<Option.Option<LastFetch>, never, DevInfraHome | DurableFile | LocalFiles> = Effect.gen(function* () {
  const { current } = yield* Effect.flatMap(SyncState, (state) => state.read)
  if (current === null) return Option.none()
  const snapshot = yield* Effect.flatMap(RemoteSnapshot, (snapshots) => snapshots.read(current.instance))
  return Option.map(snapshot, ({ address, fetchedAt, instance }): LastFetch => ({ address, instance, at: fetchedAt }))
}).pipe(
  Effect.provide(Layer.merge(SyncStateFile.layer, RemoteSnapshotFile.layer)),
  Effect.orElseSucceed(() => Option.none())
)
