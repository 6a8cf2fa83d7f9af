/**
 * The registry of this user together with the projects' own files, for commands that need both.
 *
 * @module
 */
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import * as Layer from "effect/Layer"
import * as RegistryServices from "./RegistryServices.js"
import type { Surroundings } from "./Surroundings.js"
import type { UsageError } from "./UsageError.js"

/**
 * Registry and `.dev-infra.yml` files.
 *
 * @category layers
 */
export const layer: Layer.Layer<LocalRegistry | MetadataFile.MetadataFile, HomeUnusable | UsageError, Surroundings> = MetadataFile.layer.pipe(
  Layer.provideMerge(RegistryServices.layer)
)
