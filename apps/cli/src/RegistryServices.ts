/**
 * The registry of this user, for commands that need it.
 *
 * @module
 */
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as Machine from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Surroundings } from "./Surroundings.js"

const home = Layer.unwrapEffect(
  Effect.map(Surroundings, ({ environment, homeFolder, workingFolder }) =>
    DevInfraHome.layer({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })
  )
)

const store = Layer.effect(
  RegistryStore.RegistryStore,
  Effect.gen(function* () {
    const { registryFile } = yield* DevInfraHome.DevInfraHome
    const files = yield* LocalFiles.LocalFiles
    return {
      location: registryFile,
      read: Effect.map(files.read(registryFile, 1e9), (content) => {
        const document = Option.isNone(content) ? { version: "1.0", projects: [] } : JSON.parse(new TextDecoder().decode(content.value.bytes))
        return { version: document.version, projects: document.projects, rest: {} }
      }),
      modify: () => Effect.dieMessage("not connected yet"),
      changes: Stream.empty
    }
  })
)

/**
 * The registry's file, for reading what stands in it.
 *
 * @category layers
 */
export const layerStore: Layer.Layer<RegistryStore.RegistryStore, DevInfraHome.HomeUnusable, Surroundings> = store.pipe(
  Layer.provide(LocalFiles.layer),
  Layer.provide(home)
)

/**
 * Registry, files and home of this process.
 *
 * @category layers
 */
export const layer: Layer.Layer<Registry.Registry | LocalFiles.LocalFiles | DevInfraHome.DevInfraHome, DevInfraHome.HomeUnusable, Surroundings> =
  Registry.layer.pipe(
    Layer.provide(Layer.mergeAll(store, Machine.layerMemory, IdGenerator.layer)),
    Layer.provideMerge(LocalFiles.layer),
    Layer.provideMerge(home)
  )
