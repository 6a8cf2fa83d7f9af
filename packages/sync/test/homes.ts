import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { temporaryFolder } from "./temporaryFolder.js"

/** A home in a folder of the disk, with what the layers that live there need. */
export const onDisk = (home: string) => Layer.mergeAll(DevInfraHome.layerFolder(home), DurableFile.layer, NodeFileSystem.layer)

/** A layer in a new home on the disk, which is removed afterwards. */
export const inNewHome = <A, E>(layer: Layer.Layer<A, E, Layer.Layer.Success<ReturnType<typeof onDisk>>>): Layer.Layer<A, E> =>
  Layer.unwrapScoped(Effect.map(temporaryFolder, (folder) => Layer.provide(layer, onDisk(join(folder, "home")))))

/** A home on files in memory. */
export const inMemory = (files: { readonly [path: string]: string } = {}) =>
  Layer.mergeAll(
    DevInfraHome.layerMemory,
    DurableFile.layerOver.pipe(Layer.provideMerge(FileLock.layer), Layer.provideMerge(Layer.merge(LocalFiles.layerMemory(files), LocalProcess.layer)))
  )
