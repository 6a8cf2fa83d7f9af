import type { SourceInvalid, TemplateFailure } from "@dev-infra/templates/TemplateFailure"
import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
import { type NamedTemplate, TemplateSources } from "@dev-infra/templates/TemplateSources"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ErrorReport from "../../../ErrorReport.js"
import { Output } from "../../../Output.js"
import { styled, text } from "../../../SafeText.js"
import * as TemplateServices from "../../../TemplateServices.js"
import type { TemplateListInput } from "./command.js"

const columns = [{ title: "NAME" }, { title: "VERSION" }, { title: "SOURCE", shorten: "path" }, { title: "DESCRIPTION", shorten: "text" }] as const

/** A template with its newest version, or why that cannot be opened. */
interface Row {
  readonly named: NamedTemplate
  readonly opened: Either.Either<TemplateSnapshot, SourceInvalid | TemplateFailure>
}

const rowOf = (named: NamedTemplate) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const row: Row = { named, opened: yield* Effect.either(Effect.flatMap(named.source, sources.open)) }
    return row
  })

const isNotFetched = ({ opened }: Row): boolean => Either.isLeft(opened) && opened.left._tag === "TemplateUnavailable" && opened.left.reason === "NotCached"

const versionCell = (row: Row) => (Either.isRight(row.opened) ? row.opened.right.version : isNotFetched(row) ? styled("dim", "not fetched") : styled("red", "unusable"))

const firstLine = (description: string | undefined): string => (description ?? "").trim().split("\n")[0] ?? ""

const forScripts = ({ named, opened }: Row) => ({
  name: named.name,
  source: named.text,
  built_in: named.isBuiltIn,
  version: Either.isRight(opened) ? opened.right.version : null,
  commit: Either.isRight(opened) ? opened.right.commit : null,
  description: Either.isRight(opened) ? (opened.right.manifest.description ?? null) : null,
  problem: Either.isLeft(opened) ? opened.left.message : null
})

/** List the templates that have a name. @category commands */
export const run = (input: TemplateListInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const sources = yield* TemplateSources
    const rows = yield* Effect.forEach(yield* sources.list, rowOf, { concurrency: 4 })
    if (input.json) return yield* output.json({ templates: rows.map(forScripts) })
    yield* output.table({
      columns,
      rows: rows.map((row) => [row.named.name, versionCell(row), row.named.text, styled("dim", Either.isRight(row.opened) ? firstLine(row.opened.right.manifest.description) : "")])
    })
    for (const row of rows) if (Either.isLeft(row.opened) && !isNotFetched(row)) yield* output.warning(text`${row.named.name}: ${ErrorReport.describe(row.opened.left)}`)
    if (rows.some(isNotFetched)) yield* output.message(text`dev-infra template update fetches what is not fetched yet.`)
  }).pipe(Effect.provide(TemplateServices.layer))
