/**
 * The projects for which there is a newer version of their template, as far as this computer knows.
 *
 * @module
 */
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import { Registry } from "@dev-infra/registry/Registry"
import * as Outdated from "@dev-infra/templates/Outdated"
import * as RecordedTemplatesLive from "@dev-infra/templates/RecordedTemplatesLive"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import { describe } from "../../ErrorReport.js"
import { filterOf } from "../../FilterFlags.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import { render, styled, text } from "../../SafeText.js"
import * as TemplateServices from "../../TemplateServices.js"
import { UsageError } from "../../UsageError.js"
import type { ListInput } from "./command.js"

const columns = [
  { title: "NAME", shorten: "text" },
  { title: "PATH", shorten: "path" },
  { title: "TEMPLATE", shorten: "text" },
  { title: "VERSION" },
  { title: "NEWEST" }
] as const

const services = RecordedTemplatesLive.layer.pipe(Layer.provide(MetadataFile.layer), Layer.provideMerge(TemplateServices.layer))

const rowOf = ({ newest, project, recorded }: Outdated.OutdatedProject) => [
  project.name,
  project.path,
  recorded.template,
  recorded.version,
  // The same version can hold something else: a branch went on, a folder was edited.
  newest.version === recorded.version ? text`${newest.version} ${styled("dim", `(${newest.commit.slice(0, 14)})`)}` : newest.version
]

const forScripts = ({ newest, project, recorded }: Outdated.OutdatedProject) => ({
  ...project,
  template: recorded.template,
  version: recorded.version,
  source: recorded.source ?? null,
  commit: recorded.commit ?? null,
  newest
})

/** List what is outdated. @category commands */
export const list = (input: ListInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    if (input.all || input.missing) {
      return yield* new UsageError({ command: ["list"], message: `--outdated looks at the folders of this machine, and does not go together with ${input.all ? "--all" : "--missing"}` })
    }
    const output = yield* Output
    const registry = yield* Registry
    const { problems, projects } = yield* registry.list({ filter: filterOf(input), sort: input.sort })
    const report = yield* Outdated.examine(projects)
    if (input.json) {
      yield* output.json({
        projects: report.outdated.map(forScripts),
        unknown: report.unknown.map(({ failure, projects: those, source }) => ({ source, problem: render(describe(failure), false), projects: those.map(({ name }) => name) })),
        problems: [...problems, ...report.problems]
      })
    } else yield* output.table({ columns, rows: report.outdated.map(rowOf) })
    yield* EntryProblems.warn(problems)
    yield* RegistrationReport.warnOfProblems(report.problems)
    for (const { failure, projects: those } of report.unknown) {
      yield* output.warning(text`of ${those.length} project${those.length === 1 ? "" : "s"} (${those.slice(0, 5).map(({ name }) => name).join(", ")}${those.length > 5 ? ", ..." : ""}) it is not known: ${describe(failure)}`)
    }
    if (input.json) return
    if (report.outdated.length > 0) yield* output.message(text`${yield* Next.line("plan", "--all")}   ${styled("dim", "what their updates would do")}`)
    else if (output.isTerminal) yield* output.message(text`No project could have a newer version of its template, as far as is known here.`)
  }).pipe(Effect.provide(services))
