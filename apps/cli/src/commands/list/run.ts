import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { Project } from "@dev-infra/metadata/Project"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import { filterOf } from "../../FilterFlags.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as RegistryServices from "../../RegistryServices.js"
import { styled, text } from "../../SafeText.js"
import type { ListInput } from "./command.js"

const columns = [
  { title: "NAME", shorten: "text" },
  { title: "PATH", shorten: "path" },
  { title: "STATUS" },
  { title: "TEMPLATE", shorten: "text" },
  { title: "NOTE" }
] as const

/** With the projects of other machines; what that needs is loaded only then. */
const listAll = (input: ListInput) => Effect.flatMap(Effect.promise(() => import("./all.js")), (all) => all.list(input))

/** Those whose template has a newer version; what that needs is loaded only then. */
const listOutdated = (input: ListInput) => Effect.flatMap(Effect.promise(() => import("./outdated.js")), (outdated) => outdated.list(input))

/** List the registry; what it holds that is no project is reported, and does not stand in the way. @category commands */
export const run = (input: ListInput): Effect.Effect<void, CommandError, CommandServices> =>
  input.outdated ? listOutdated(input) : Effect.provide(input.all ? listAll(input) : listLocal(input), RegistryServices.layer)

const listLocal = (input: ListInput) =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const files = yield* LocalFiles
    const output = yield* Output
    const { problems, projects } = yield* registry.list({ filter: filterOf(input), sort: input.sort })
    const existing = input.json && !input.missing ? [] : files.existing(projects.map((project) => project.path))
    const shown = input.missing ? projects.filter((_, at) => existing[at] === false) : projects
    const isMissing = (at: number) => input.missing || existing[at] === false
    if (input.json) yield* output.json({ projects: shown, problems })
    else yield* output.table({ columns, rows: shown.map((project, at) => rowOf(project, isMissing(at))) })
    yield* EntryProblems.warn(problems)
    if (shown.length === 0 && output.isTerminal && !input.json) {
      const isFiltered = input.missing || Object.keys(filterOf(input)).length > 0
      yield* output.message(isFiltered ? text`No project fits.` : text`No projects yet.\n${yield* Next.line("up")}`)
    }
  })

const rowOf = (project: Project, missing: boolean) => [
  project.name,
  project.path,
  project.status,
  project.template,
  missing ? styled("yellow", "missing") : ""
]
