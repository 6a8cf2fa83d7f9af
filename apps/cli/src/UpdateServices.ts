/**
 * Everything that updates of projects from their templates take.
 *
 * @module
 */
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import * as GitStatus from "@dev-infra/registry/GitStatus"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import * as Layer from "effect/Layer"
import type { GlobalFlags } from "./GlobalFlags.js"
import type { Surroundings } from "./Surroundings.js"
import * as TemplateServices from "./TemplateServices.js"
import type { UsageError } from "./UsageError.js"

/** What {@link layer} offers. @category models */
export type UpdateServices = TemplateServices.TemplateServices | MetadataFile.MetadataFile | ProjectFolder.ProjectFolder | TextMerge.TextMerge | GitStatus.GitStatus

/** Plans, merges, git state, and all that templates and registry are made of. Building it touches no file. @category layers */
export const layer: Layer.Layer<UpdateServices, HomeUnusable | UsageError, GlobalFlags | Surroundings> = Layer.mergeAll(
  MetadataFile.layer,
  ProjectFolder.layer,
  TextMerge.layer,
  GitStatus.layer
).pipe(Layer.provideMerge(TemplateServices.layer))
