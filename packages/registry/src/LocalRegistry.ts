/**
 * The registry of the user of this machine: the live layers put together, for programs that want no more than that.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as DevInfraHome from "./DevInfraHome.js"
import type { HomeOptions } from "./HomePaths.js"
import * as HostIdentity from "./HostIdentity.js"
import * as Machine from "./Machine.js"
import * as Registry from "./Registry.js"
import * as RegistryFile from "./RegistryFile.js"
import type { RegistryStore } from "./RegistryStore.js"

/**
 * What the process knows of its surroundings: see {@link HomeOptions}; `hostName` is the name of the computer.
 *
 * @category models
 */
export interface LocalRegistryOptions extends HomeOptions {
  readonly hostName: string
}

/** Everything that the registry of this machine is made of. @category models */
export type LocalRegistry =
  | Registry.Registry
  | RegistryStore
  | DevInfraHome.DevInfraHome
  | Machine.Machine
  | IdGenerator.IdGenerator
  | DurableFile.DurableFile
  | FileLock
  | LocalFiles
  | LocalProcess

const store = Layer.unwrapEffect(Effect.map(DevInfraHome.DevInfraHome, ({ registryFile }) => RegistryFile.layer(registryFile)))

/**
 * The registry in the home that the surroundings name. Building it touches no file; it fails only if no place is named at all.
 *
 * @example
 * ```ts
 * import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
 * import { Registry } from "@dev-infra/registry/Registry"
 * import * as Effect from "effect/Effect"
 * import { homedir, hostname } from "node:os"
 *
 * const count = Effect.gen(function* () {
 *   const registry = yield* Registry
 *   return (yield* registry.list()).projects.length
 * }).pipe(
 *   Effect.provide(
 *     LocalRegistry.layer({
 *       environment: process.env,
 *       homeDirectory: homedir(),
 *       workingDirectory: process.cwd(),
 *       hostName: hostname()
 *     })
 *   )
 * )
 * ```
 *
 * @category layers
 */
// One after another: merged layers are built side by side, each on a fiber of its own, which costs milliseconds at start.
export const layer = (options: LocalRegistryOptions): Layer.Layer<LocalRegistry, DevInfraHome.HomeUnusable> =>
  Registry.layer.pipe(
    Layer.provideMerge(store),
    Layer.provideMerge(Machine.layer),
    Layer.provideMerge(IdGenerator.layer),
    Layer.provide(HostIdentity.layerFile({ hostName: options.hostName })),
    Layer.provideMerge(DurableFile.layer),
    Layer.provideMerge(DevInfraHome.layer(options))
  )
