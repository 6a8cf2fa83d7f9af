/**
 * Templates, for commands that need them.
 *
 * @module
 */
import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import type { Configuration } from "@dev-infra/registry/Configuration"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ConfigurationServices from "./ConfigurationServices.js"
import type { GlobalFlags } from "./GlobalFlags.js"
import { Surroundings } from "./Surroundings.js"
import type { UsageError } from "./UsageError.js"

/** What {@link layer} offers. @category models */
export type TemplateServices = TemplateSources.TemplateSources | UsedTemplates.UsedTemplates | Configuration | LocalRegistry | FileSystem | CommandExecutor

/** The templates that come with the program lie beside it. */
const builtInFolder = (program: string): string => `${program.slice(0, program.lastIndexOf("/"))}/templates`

/** The templates of this user, git, and all that configuration and registry are made of. Building it touches no file. @category layers */
export const layer: Layer.Layer<TemplateServices, HomeUnusable | UsageError, GlobalFlags | Surroundings> = Layer.unwrapEffect(
  Effect.map(Surroundings, ({ environment, homeFolder, program, workingFolder }) =>
    TemplateSources.layer({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder, builtInFolder: builtInFolder(program) })
  )
).pipe(
  Layer.provideMerge(UsedTemplates.layer),
  Layer.provideMerge(NodeCommandExecutor.layer),
  Layer.provideMerge(ConfigurationServices.layer)
)
