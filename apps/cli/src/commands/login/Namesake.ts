/**
 * Servers of version 0.3.0 have no id of their own, so that two of them are one remote if this machine calls them alike.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { RemoteSnapshot } from "@dev-infra/sync/RemoteSnapshot"
import type { ServerFeatures } from "@dev-infra/work-prod-client/ServerFeatures"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * The address of the server that went by this name before, if that was another address.
 *
 * @category reading
 */
export const find = (features: ServerFeatures, name: string, host: string): Effect.Effect<Option.Option<string>, never, DevInfraHome | DurableFile | LocalFiles> =>
  Effect.gen(function* () {
    if (features.instance !== null) return Option.none()
    const { instanceOf } = yield* Effect.promise(() => import("@dev-infra/sync-work-prod/WorkProdIndex"))
    const { layer } = yield* Effect.promise(() => import("@dev-infra/sync/RemoteSnapshotFile"))
    const read = Effect.flatMap(RemoteSnapshot, (snapshots) => snapshots.read(instanceOf(features, name)))
    const before = yield* Effect.provide(read, layer)
    return Option.filter(Option.map(before, ({ address }) => address), (address) => address !== host)
    // It is only asked for a warning.
  }).pipe(Effect.orElseSucceed(() => Option.none()))
