/**
 * Sync with the server of this user, for commands that need it.
 *
 * Everything about the server, the settings included, is loaded when it is first asked: to know how things stand takes no more than files of
 * the home.
 *
 * @module
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import * as ProjectFilesLive from "@dev-infra/sync/ProjectFilesLive"
import * as RemoteSnapshotFile from "@dev-infra/sync/RemoteSnapshotFile"
import * as StandstillFile from "@dev-infra/sync/StandstillFile"
import * as Sync from "@dev-infra/sync/Sync"
import * as SyncLogFile from "@dev-infra/sync/SyncLogFile"
import * as SyncStateFile from "@dev-infra/sync/SyncStateFile"
import * as SyncTurnFile from "@dev-infra/sync/SyncTurnFile"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ProjectFileServices from "./ProjectFileServices.js"
import * as RemoteOnDemand from "./RemoteOnDemand.js"
import type { Surroundings } from "./Surroundings.js"
import type { UsageError } from "./UsageError.js"

const remote = RemoteOnDemand.layer(
  Effect.flatMap(
    Effect.promise(() => import("./WorkProdRemote.js")),
    ({ open }) => open
  )
)

/**
 * Sync, and the registry that it syncs. Building it touches no file, and no network.
 *
 * @category layers
 */
// One after another: merged layers are built side by side, each on a fiber of its own, which costs milliseconds at start.
export const layer: Layer.Layer<Sync.Sync | LocalRegistry, HomeUnusable | UsageError, Surroundings> = Sync.layer.pipe(
  Layer.provide(remote),
  Layer.provide(SyncTurnFile.layer),
  Layer.provide(RemoteSnapshotFile.layer),
  Layer.provide(StandstillFile.layer),
  Layer.provide(SyncLogFile.layer),
  Layer.provide(SyncStateFile.layer),
  Layer.provide(ProjectFilesLive.layer),
  Layer.provide(DirectoryReader.layer),
  Layer.provide(NodeFileSystem.layer),
  Layer.provideMerge(ProjectFileServices.layer)
)
