/**
 * How many projects could have a newer version of their template, as far as this computer knows.
 *
 * @module
 */
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import * as Outdated from "@dev-infra/templates/Outdated"
import * as RecordedTemplatesLive from "@dev-infra/templates/RecordedTemplatesLive"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandServices } from "../../Declaration.js"
import * as TemplateServices from "../../TemplateServices.js"

const services = RecordedTemplatesLive.layer.pipe(Layer.provide(MetadataFile.layer), Layer.provideMerge(TemplateServices.layer))

/**
 * The number. What cannot be told does not count: `list --outdated` says why.
 *
 * @category reading
 */
export const count = (projects: ReadonlyArray<Project>): Effect.Effect<number, never, CommandServices> =>
  Outdated.examine(projects).pipe(
    Effect.map(({ outdated }) => outdated.length),
    Effect.provide(services),
    // Settings that cannot be read are no matter of the state of projects.
    Effect.orElseSucceed(() => 0)
  )
