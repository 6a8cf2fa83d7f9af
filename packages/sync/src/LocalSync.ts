/**
 * Sync of the home of the user of this machine: the live layers put together, all but the remote.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Layer from "effect/Layer"
import type { ProjectFiles } from "./ProjectFiles.js"
import * as ProjectFilesLive from "./ProjectFilesLive.js"
import type { RemoteIndex } from "./RemoteIndex.js"
import type { RemoteSnapshot } from "./RemoteSnapshot.js"
import * as RemoteSnapshotFile from "./RemoteSnapshotFile.js"
import * as Sync from "./Sync.js"
import type { SyncLog } from "./SyncLog.js"
import * as SyncLogFile from "./SyncLogFile.js"
import type { SyncState } from "./SyncState.js"
import * as SyncStateFile from "./SyncStateFile.js"
import type { SyncTurn } from "./SyncTurn.js"
import * as SyncTurnFile from "./SyncTurnFile.js"

/** What a home keeps for its syncs, and the files of its projects. @category models */
export type LocalPorts = ProjectFiles | SyncState | RemoteSnapshot | SyncLog | SyncTurn

/**
 * All ports of a sync that lie in the home or on its disk. Building them touches no file.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as LocalSync from "@dev-infra/sync/LocalSync"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Layer from "effect/Layer"
 *
 * const ports = LocalSync.ports.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer, NodeFileSystem.layer]))
 * ```
 */
// One after another: merged layers are built side by side, each on a fiber of its own, which costs milliseconds at start.
export const ports: Layer.Layer<LocalPorts, never, DevInfraHome | DurableFile | FileLock | LocalFiles | FileSystem.FileSystem> = ProjectFilesLive.layer.pipe(
  Layer.provide(MetadataFile.layer),
  Layer.provide(DirectoryReader.layer),
  Layer.provideMerge(SyncStateFile.layer),
  Layer.provideMerge(RemoteSnapshotFile.layer),
  Layer.provideMerge(SyncLogFile.layer),
  Layer.provideMerge(SyncTurnFile.layer)
)

/**
 * Sync of a home with whatever remote is provided.
 *
 * @category layers
 * @example
 * ```ts
 * import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
 * import * as LocalSync from "@dev-infra/sync/LocalSync"
 * import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
 * import { Sync } from "@dev-infra/sync/Sync"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const remote = MemoryRemoteIndex.layer({ machine: "7d0e0f5a-9a55-4c56-8f1f-2f0c7c9b1a10", name: "desk" }).pipe(Layer.provide(MemoryRemoteIndex.layerServer()))
 *
 * export const push = Effect.flatMap(Sync, (sync) => sync.push()).pipe(
 *   Effect.provide(
 *     LocalSync.layer.pipe(
 *       Layer.provide(remote),
 *       Layer.provide(LocalRegistry.layer({ environment: {}, homeDirectory: "/home/me", workingDirectory: "/home/me", hostName: "desk" })),
 *       Layer.provide(NodeFileSystem.layer)
 *     )
 *   )
 * )
 * ```
 */
export const layer: Layer.Layer<Sync.Sync | LocalPorts, never, RemoteIndex | LocalRegistry | FileSystem.FileSystem> = Sync.layer.pipe(Layer.provideMerge(ports))
