/**
 * The registry of this user, for commands that need it.
 *
 * @module
 */
import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CrashPoints from "./CrashPoints.js"
import { Surroundings } from "./Surroundings.js"
import type { UsageError } from "./UsageError.js"

/**
 * The registry in the home that the surroundings name, and all that it is made of. Building it touches no file.
 *
 * @category layers
 */
export const layer: Layer.Layer<LocalRegistry.LocalRegistry, HomeUnusable | UsageError, Surroundings> = Layer.unwrapEffect(
  Effect.map(Surroundings, ({ environment, homeFolder, hostName, workingFolder }) =>
    LocalRegistry.layer({ environment, homeDirectory: homeFolder, hostName: hostName(), workingDirectory: workingFolder })
  )
).pipe(Layer.provideMerge(CrashPoints.layer))
