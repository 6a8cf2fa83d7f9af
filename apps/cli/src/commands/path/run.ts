import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as RegistryServices from "../../RegistryServices.js"
import { text } from "../../SafeText.js"
import type { PathInput } from "./command.js"

/** Print paths; nothing at all if one project is not known. @category commands */
export const run = (input: PathInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    yield* ProjectArguments.required(["path"], input.projects, input)
    const files = yield* LocalFiles
    const output = yield* Output
    const projects = yield* ProjectArguments.resolve(input.projects, input)
    const existing = files.existing(projects.map((project) => project.path))
    for (const project of projects) yield* output.plain(project.path, input.print0 ? "\0" : "\n")
    for (const [at, project] of projects.entries()) {
      if (existing[at] === false) yield* output.warning(text`${project.path} does not exist (project ${project.name})`)
    }
  }).pipe(Effect.provide(RegistryServices.layer))
