import * as Application from "@dev-infra/templates/Application"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { describe } from "../../ErrorReport.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as Recovery from "../../Recovery.js"
import { styled, text } from "../../SafeText.js"
import * as UpdatedProject from "../../UpdatedProject.js"
import * as UpdateServices from "../../UpdateServices.js"
import type { UndoInput } from "./command.js"

const columns = [{ title: "FILE", shorten: "path" }, { title: "RESULT" }] as const

const show = (input: UndoInput, undone: Application.Undone) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { files, from, project, registry, replaced, to } = undone
    if (input.json) {
      const state = registry === undefined ? null : registry._tag === "Refreshed" ? "updated" : registry._tag === "NotRegistered" ? "not-registered" : "failed"
      yield* output.json({
        dry_run: input.dryRun,
        project,
        from: to,
        to: from,
        applied: undone.time,
        files,
        replaced: replaced.map(({ copy, path }) => ({ path, copy: copy ?? null })),
        registry: state
      })
    } else yield* output.table({ columns, rows: files.map(({ path, result }) => [path, result]) })
    yield* output.message(text`${input.dryRun ? "Would undo" : "Undid"} the update of ${project.name} from ${from.version} to ${to.version}: ${files.length} file${files.length === 1 ? "" : "s"}.`)
    for (const { copy, path } of replaced) if (copy !== undefined) yield* output.warning(text`${path} had been changed since; what it was is kept as ${copy}`)
    if (registry?._tag === "Failed") yield* output.warning(text`the registry was not updated: ${describe(registry.problem)}`)
    if (!input.dryRun) yield* output.message(text`${yield* Next.line("apply", ...Option.toArray(input.project))}   ${styled("dim", "makes it again")}`)
  })

/** Undo the last update. @category commands */
export const run = (input: UndoInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const project = yield* UpdatedProject.locate(input.project)
    yield* Recovery.end(project.path)
    yield* show(input, yield* Application.undo(project.path, { force: input.force, dryRun: input.dryRun }))
  }).pipe(Effect.provide(UpdateServices.layer))
