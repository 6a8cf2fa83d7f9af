import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as ProjectStatement from "@dev-infra/registry/ProjectStatement"
import * as Registration from "@dev-infra/registry/Registration"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { CommandFailed, type CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { Output } from "../../Output.js"
import * as ProjectFileServices from "../../ProjectFileServices.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import { text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { InitInput } from "./command.js"

const header = "What dev-infra knows of this project. Commit this file: it travels with the repository.\nThe id lets other machines recognise the project; dev-infra help update changes the rest."

/** What the file states: what the registry knows of the project, as far as it is not merely the folder's. */
const fieldsOf = (project: Project) => ({
  template: project.template,
  version: project.version,
  ...(project.created === undefined ? {} : { created: project.created }),
  id: project.id,
  ...(project.name === project.path.slice(project.path.lastIndexOf("/") + 1) ? {} : { name: project.name }),
  ...(project.description === undefined ? {} : { description: project.description })
})

/** Write the file and register. @category commands */
export const run = (input: InitInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const registry = yield* Registry
    const files = yield* MetadataFile.MetadataFile
    const { workingFolder } = yield* Surroundings
    const named = Option.getOrElse(input.path, () => ".")
    if (named === "") return yield* new UsageError({ command: ["init"], message: "the path is empty" })
    const found = yield* Registration.inspectAll([resolvePath(workingFolder, named)])
    const [folder] = found
    if (folder === undefined) return
    if (folder.kind === "bare") return yield* new CommandFailed({ what: `${folder.path} is a bare repository: it has no place for a file`, hint: "clone it, or register it as it is with dev-infra add" })
    // A file that cannot be read is a failure here, unlike in a search: it is what this command is about.
    const existing = yield* files.read(folder.path)
    const { candidates } = yield* Registration.prepare(found.map(Registration.asRepository), ProjectStatement.readAll)
    const [outcome] = yield* registry.add(candidates, { dryRun: input.dryRun })
    if (outcome === undefined) return
    if (outcome._tag === "Refused") return yield* Effect.fail(outcome.reason)
    const fields = fieldsOf(outcome.project)
    const document = yield* Option.match(existing, {
      onSome: (present) => Effect.succeed(present),
      onNone: () =>
        input.dryRun
          ? Effect.flatten(Effect.sync(() => MetadataDocument.create(fields, { path: `${folder.path}/${MetadataFile.fileName}`, header })))
          : files.create(folder.path, fields, { header })
    })
    const isNew = Option.isNone(existing)
    if (input.json) yield* output.json({ dry_run: input.dryRun, file: document.path, written: isNew, ...RegistrationReport.forScripts(outcome) })
    else if (input.dryRun && isNew) yield* output.plain(document.text, "\n")
    yield* output.message(isNew ? text`${input.dryRun ? "Would write" : "Wrote"} ${document.path}.` : text`${document.path} is there already; it was left as it is.`)
    const already = outcome._tag === "AlreadyRegistered"
    yield* output.message(already ? text`${outcome.project.name} is registered already.` : text`${input.dryRun ? "Would register" : "Registered"} ${outcome.project.name} (${outcome.path}).`)
  }).pipe(Effect.provide(Layer.merge(ProjectFileServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
