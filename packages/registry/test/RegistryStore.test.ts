import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as RegistryFile from "@dev-infra/registry/RegistryFile"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { testRegistryStore } from "./RegistryStore.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

const often = { pollMillis: 20, mergeMillis: 1 }

const filesInMemory = DurableFile.layerOver.pipe(
  Layer.provideMerge(FileLock.layer),
  Layer.provideMerge(Layer.merge(LocalFiles.layerMemory(), LocalProcess.layer))
)

testRegistryStore("memory", () => RegistryStore.layerMemory())
testRegistryStore("file in memory", () => RegistryFile.layer("/home/me/.dev-infra/registry.json", often).pipe(Layer.provide(filesInMemory)))
testRegistryStore("file on disk", () =>
  Layer.unwrapScoped(Effect.map(temporaryFolder, (folder) => RegistryFile.layer(`${folder}/home/registry.json`, often))).pipe(Layer.provide(DurableFile.layer)))
