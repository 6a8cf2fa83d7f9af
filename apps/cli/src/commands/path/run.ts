import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import * as Effect from "effect/Effect"
import * as AnyProject from "../../AnyProject.js"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as RegistryServices from "../../RegistryServices.js"
import { text } from "../../SafeText.js"
import type { PathInput } from "./command.js"

/** The failure for a project of another machine, with what would bring it. */
const notHere = (entry: RemoteEntry) =>
  Effect.flatMap(
    Effect.promise(() => Promise.all([import("../../NotLocal.js"), import("../../RemoteReference.js")])),
    ([{ cloneOf }, { nameOf }]) => {
      const where = entry.locations.map(({ name, path }) => `${name ?? "another machine"}:${path}`).join(", ")
      return new CommandFailed({ what: `${nameOf(entry)} is not on this machine`, ...(where === "" ? {} : { where }), hint: cloneOf(entry) ?? "dev-infra list --all shows where projects are" })
    }
  )

/** Print paths; nothing at all if one project is not known. @category commands */
export const run = (input: PathInput): Effect.Effect<void, CommandError, CommandServices> => Effect.provide(path(input), RegistryServices.layer)

/** {@link run}, with whatever registry and `Sync` there are. @category commands */
export const path = (input: PathInput) =>
  Effect.gen(function* () {
    yield* ProjectArguments.required(["path"], input.projects, input)
    const files = yield* LocalFiles
    const output = yield* Output
    const named = yield* AnyProject.locate(input.projects, input)
    const projects = AnyProject.locals(named)
    const [elsewhere] = AnyProject.others(named)
    if (elsewhere !== undefined) return yield* notHere(elsewhere)
    const existing = files.existing(projects.map((project) => project.path))
    for (const project of projects) yield* output.plain(project.path, input.print0 ? "\0" : "\n")
    for (const [at, project] of projects.entries()) {
      if (existing[at] === false) yield* output.warning(text`${project.path} does not exist (project ${project.name})`)
    }
  })
