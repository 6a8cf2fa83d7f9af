import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { toCsv, toJson } from "@dev-infra/registry/ProjectExport"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CommandFailed, type CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import * as RegistryServices from "../../RegistryServices.js"
import { text } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { ExportInput } from "./command.js"

const kindAt = (path: string) =>
  Effect.flatMap(LocalFiles, (files) =>
    files.resolve(path).pipe(
      Effect.flatMap(files.stat),
      Effect.map((identity) => Option.getOrUndefined(identity)?.kind),
      Effect.catchIf(({ reason }) => reason === "NotFound", () => Effect.succeed(undefined))
    )
  )

/** Refuse what is surely a slip: a folder in place of the file, or a folder around it that is not there. */
const checkPlace = (path: string) =>
  Effect.gen(function* () {
    if ((yield* kindAt(path)) === "Folder") return yield* new CommandFailed({ what: `${path} is a folder`, hint: "name a file in it" })
    const folder = path.slice(0, path.lastIndexOf("/")) || "/"
    const kind = yield* kindAt(folder)
    if (kind === undefined) return yield* new CommandFailed({ what: `the folder ${folder} does not exist` })
    if (kind !== "Folder") return yield* new CommandFailed({ what: `${folder} is not a folder` })
  })

const save = (path: string, content: string, force: boolean) =>
  Effect.gen(function* () {
    const files = yield* DurableFile
    yield* files.modify(path, { backup: "none", modeWhenNew: 0o644 }, (current) =>
      Option.isSome(current) && !force
        ? Effect.fail(new CommandFailed({ what: `${path} is there already`, hint: "--force replaces it" }))
        : Effect.succeed({ result: undefined, content })
    )
  })

/** Write the registry elsewhere. @category commands */
export const run = (input: ExportInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const output = yield* Output
    const { workingFolder } = yield* Surroundings
    const given = Option.getOrElse(input.output, () => "-")
    if (given === "") return yield* new UsageError({ command: ["export"], message: "--output is empty" })
    const path = given === "-" ? undefined : resolvePath(workingFolder, given)
    if (path !== undefined) yield* checkPlace(path)
    const { projects } = yield* registry.export
    const content = input.format === "csv" ? toCsv(projects) : toJson(projects)
    if (path === undefined) return yield* Effect.flatMap(StandardStreams, ({ stdout }) => stdout.write(content))
    yield* save(path, content, input.force)
    yield* output.message(text`Wrote ${projects.length} ${projects.length === 1 ? "project" : "projects"} to ${path}.`)
  }).pipe(Effect.provide(RegistryServices.layer))
