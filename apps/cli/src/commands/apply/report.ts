/**
 * What an update did, or would do, for people and for programs.
 *
 * @module
 */
import type { Applied, AppliedFile } from "@dev-infra/templates/Application"
import type { UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import * as Effect from "effect/Effect"
import type { OutputFailed } from "../../CommandError.js"
import { describe } from "../../ErrorReport.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as PlanPrint from "../../PlanPrint.js"
import { type SafeText, styled, text } from "../../SafeText.js"
import type { Surroundings } from "../../Surroundings.js"

const columns = [{ title: "CHANGE" }, { title: "FILE", shorten: "path" }, { title: "FROM", shorten: "path" }, { title: "RESULT" }, { title: "NOTE", shorten: "text" }] as const

const resultText = (file: AppliedFile, isAsking: boolean): SafeText => {
  if (isAsking && file.class === "ask") return styled("yellow", "to be asked")
  switch (file.result) {
    case "done":
      return file.isConflict ? styled("yellow", "one side taken") : text``
    case "marked":
      return styled("red", "conflict markers")
    case "kept":
      return styled("yellow", "kept as it is")
    case "skipped":
      return styled("yellow", "skipped")
    case "remembered":
      return styled("yellow", "skipped for good")
    case "left":
      return text``
  }
}

/**
 * The files, one a row.
 *
 * @param isAsking questions about files follow
 * @category printing
 */
export const table = (plan: UpdatePlan, { files }: Applied, isAsking = false): Effect.Effect<void, OutputFailed, Output> =>
  Effect.flatMap(Output, (output) => {
    const byPath = new Map(plan.files.map((file) => [file.path, file]))
    return output.table({
      columns,
      rows: files.map((file) => {
        const planned = byPath.get(file.path)
        return [file.class, file.path, file.from ?? "", resultText(file, isAsking), planned === undefined ? "" : PlanPrint.noteOf(planned)]
      })
    })
  })

const registryStates = { Refreshed: "updated", NotRegistered: "not-registered", Failed: "failed" } as const

/** The same as one JSON document. @category printing */
export const json = (plan: UpdatePlan, applied: Applied, isDryRun: boolean): Effect.Effect<void, OutputFailed, Output> =>
  Effect.flatMap(Output, (output) =>
    output.json({
      dry_run: isDryRun,
      project: applied.project,
      template: plan.template,
      source: plan.source,
      from: applied.from,
      to: applied.to,
      changed: applied.changed,
      files: applied.files.map(({ class: kind, from, isConflict, path, result }) => ({ path, ...(from === undefined ? {} : { from }), class: kind, result, conflict: isConflict })),
      marked: applied.marked,
      kept: applied.kept,
      skipped: applied.skipped,
      registry: applied.registry === undefined ? null : registryStates[applied.registry._tag],
      warnings: plan.warnings
    }))

const countsText = ({ counts }: Applied): string => {
  const parts = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`)
  return parts.length === 0 ? "no files" : parts.join(", ")
}

const files = (paths: ReadonlyArray<string>): string => `${paths.length} file${paths.length === 1 ? "" : "s"}`

/**
 * What a person has to know, and can do next.
 *
 * @param reference what was typed for the project
 * @category printing
 */
export const messages = (applied: Applied, reference: ReadonlyArray<string>, isDryRun: boolean): Effect.Effect<void, never, Output | Surroundings> =>
  Effect.gen(function* () {
    const output = yield* Output
    const { from, kept, marked, project, skipped, to } = applied
    if (!applied.changed) {
      if (skipped.length > 0) yield* output.message(text`Skipped ${files(skipped)} that you are to be asked for; --ask says what to do about them.`)
      else yield* output.message(text`${project.name} is up to date (${to.version}).`)
      return
    }
    const versions = from.version === to.version ? text`${to.version}` : text`${from.version} to ${to.version}`
    yield* output.message(text`${isDryRun ? "Would update" : "Updated"} ${project.name} (${versions}): ${countsText(applied)}.`)
    const verb = isDryRun ? "would have" : "has"
    for (const path of marked) yield* output.warning(text`${path} ${verb} conflict markers: both sides changed the same lines`)
    for (const path of kept) yield* output.warning(text`${path} ${isDryRun ? "would stay" : "stays"} as it is, though the template changed it too: the two cannot be merged (--on-conflict theirs takes the template's)`)
    for (const path of skipped) yield* output.warning(text`${path} ${isDryRun ? "would be" : "was"} skipped: it is to be asked for (--ask apply, merge or skip)`)
    if (isDryRun) return
    if (!applied.isBaseKept) yield* output.warning(text`the template has changed since the plan was made: the next update cannot compare with what this one made`)
    if (applied.registry?._tag === "Failed") yield* output.warning(text`the registry was not updated: ${describe(applied.registry.problem)}`)
    yield* output.message(text`${yield* Next.line("undo", ...reference)}   ${styled("dim", "puts everything back")}`)
  })
