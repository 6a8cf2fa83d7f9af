import { DurableFile } from "@dev-infra/durable-files/DurableFile"
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

const save = (given: string, content: string, force: boolean) =>
  Effect.gen(function* () {
    if (given === "") return yield* new UsageError({ command: ["export"], message: "--output is empty" })
    const { workingFolder } = yield* Surroundings
    const files = yield* DurableFile
    const path = resolvePath(workingFolder, given)
    yield* files.modify(path, { backup: "none", modeWhenNew: 0o644 }, (current) =>
      Option.isSome(current) && !force
        ? Effect.fail(new CommandFailed({ what: `${path} is there already`, hint: "--force replaces it" }))
        : Effect.succeed({ result: undefined, content })
    )
    return path
  })

/** Write the registry elsewhere. @category commands */
export const run = (input: ExportInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const output = yield* Output
    const { projects } = yield* registry.export
    const content = input.format === "csv" ? toCsv(projects) : toJson(projects)
    if (Option.isNone(input.output)) return yield* Effect.flatMap(StandardStreams, ({ stdout }) => stdout.write(content))
    const path = yield* save(input.output.value, content, input.force)
    yield* output.message(text`Wrote ${projects.length} ${projects.length === 1 ? "project" : "projects"} to ${path}.`)
  }).pipe(Effect.provide(RegistryServices.layer))
