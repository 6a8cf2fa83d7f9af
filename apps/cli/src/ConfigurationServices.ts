/**
 * The configuration of this user, for commands that need it.
 *
 * @module
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import * as Configuration from "@dev-infra/registry/Configuration"
import { type ConfigurationKey, parseKey } from "@dev-infra/registry/ConfigurationKey"
import { configurationKeys } from "@dev-infra/registry/ConfigurationKey"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RegistryServices from "./RegistryServices.js"
import { didYouMean } from "./Suggestion.js"
import { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

/** Configuration, and all that the registry is made of. @category layers */
export const layer: Layer.Layer<Configuration.Configuration | LocalRegistry | FileSystem, HomeUnusable | UsageError, Surroundings> = Layer.unwrapEffect(
  Effect.map(Surroundings, ({ environment, homeFolder, workingFolder }) =>
    Configuration.layer({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })
  )
).pipe(Layer.provideMerge(NodeFileSystem.layer), Layer.provideMerge(RegistryServices.layer))

/** The key that somebody typed, or what keys there are. @category reading */
export const keyOf = (command: ReadonlyArray<string>, typed: string): Effect.Effect<ConfigurationKey, UsageError> =>
  Effect.mapError(parseKey(typed), () => {
    const hint = didYouMean(typed, configurationKeys) ?? `the keys are ${configurationKeys.join(", ")}`
    return new UsageError({ command, message: `there is no configuration key ${JSON.stringify(typed)}`, hint })
  })
