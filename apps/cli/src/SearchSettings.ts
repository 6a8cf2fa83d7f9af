/**
 * The folders to search and to skip, as the configuration names them.
 *
 * @module
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as Configuration from "@dev-infra/registry/Configuration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Surroundings } from "./Surroundings.js"

const layer = Layer.unwrapEffect(
  Effect.map(Surroundings, ({ environment, homeFolder, workingFolder }) =>
    Configuration.layer({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })
  )
).pipe(Layer.provide(Layer.merge(DurableFile.layer, NodeFileSystem.layer)))

/** `roots`, `ignore` and `scan.depth` of the configuration, as far as they are set. @category reading */
export const searchSettings = Effect.gen(function* () {
  const configuration = yield* Configuration.Configuration
  const roots = yield* configuration.get("roots")
  const ignore = yield* configuration.get("ignore")
  const depth = yield* configuration.get("scan.depth")
  return { roots: roots.value ?? [], ignore: ignore.value ?? [], depth: depth.value }
}).pipe(Effect.provide(layer))
