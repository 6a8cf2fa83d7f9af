/**
 * The configuration of this user, for commands that need it.
 *
 * @module
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import * as Configuration from "@dev-infra/registry/Configuration"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { GlobalFlags } from "./GlobalFlags.js"
import * as RegistryServices from "./RegistryServices.js"
import { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

/** Configuration with what the flags say, and all that the registry is made of. @category layers */
export const layer: Layer.Layer<Configuration.Configuration | LocalRegistry | FileSystem, HomeUnusable | UsageError, GlobalFlags | Surroundings> = Layer.unwrapEffect(
  Effect.map(Effect.all([GlobalFlags, Surroundings]), ([{ color, colorIsGiven }, { environment, homeFolder, workingFolder }]) =>
    Configuration.layer({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder, flags: colorIsGiven ? { color: [color] } : {} })
  )
).pipe(Layer.provideMerge(NodeFileSystem.layer), Layer.provideMerge(RegistryServices.layer))

/**
 * A setting for scripts: `{key, value, source}`. `value` is null where there is none, and for a secret, which has `hidden` then;
 * `source` is null or says where it is `from` (`flag`, `environment`, `file`, `default`), with `variable`, or `path` and `line`.
 *
 * @category printing
 */
export const forScripts = ({ key, source, value }: Configuration.Setting) => ({
  key,
  value: Redacted.isRedacted(value) ? null : (value ?? null),
  ...(Redacted.isRedacted(value) ? { hidden: true } : {}),
  source: value === undefined ? null : sourceForScripts(source)
})

/** Where a value came from, for scripts. @category printing */
export const sourceForScripts = (source: Configuration.ConfigurationSource) => {
  switch (source._tag) {
    case "Flag":
      return { from: "flag" }
    case "Environment":
      return { from: "environment", variable: source.variable }
    case "File":
      return { from: "file", path: source.path, line: source.line }
    case "Default":
      return { from: "default" }
  }
}
