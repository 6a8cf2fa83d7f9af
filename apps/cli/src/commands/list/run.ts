import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { Project } from "@dev-infra/metadata/Project"
import type { ProjectFilter } from "@dev-infra/registry/ProjectFilter"
import { Registry } from "@dev-infra/registry/Registry"
import type { EntryProblem } from "@dev-infra/registry/RegistryEdit"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as RegistryServices from "../../RegistryServices.js"
import { join, styled, text } from "../../SafeText.js"
import type { ListInput } from "./command.js"

const filterOf = (input: ListInput): ProjectFilter => ({
  ...(input.status.length === 0 ? {} : { status: input.status }),
  ...(input.template.length === 0 ? {} : { template: input.template }),
  ...(input.tag.length === 0 ? {} : { tags: input.tag }),
  ...(input.organization.length === 0 ? {} : { organization: input.organization })
})

const columns = [
  { title: "NAME", shorten: "text" },
  { title: "PATH", shorten: "path" },
  { title: "STATUS" },
  { title: "TEMPLATE", shorten: "text" },
  { title: "NOTE" }
] as const

const problemText = (problem: EntryProblem) => {
  const which = problem.label === undefined ? text`entry ${problem.index + 1}` : text`entry ${problem.index + 1} (${problem.label})`
  const reasons = problem.problems.map(({ field, message }) => (field === "" ? text`${message}` : text`${field}: ${message}`))
  return text`${which} of the registry is left out: ${join(reasons, ", ")}`
}

/** List the registry; what it holds that is no project is reported, and does not stand in the way. @category commands */
export const run = (input: ListInput): Effect.Effect<void, CommandError, CommandServices> =>
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
    yield* Effect.forEach(problems, (problem) => output.warning(problemText(problem)), { discard: true })
    if (shown.length === 0 && output.isTerminal && !input.json) {
      const isFiltered = input.missing || Object.keys(filterOf(input)).length > 0
      yield* output.message(isFiltered ? text`No project fits.` : text`No projects yet.\n${yield* Next.line("up")}`)
    }
  }).pipe(Effect.provide(RegistryServices.layer))

const rowOf = (project: Project, missing: boolean) => [
  project.name,
  project.path,
  project.status,
  project.template,
  missing ? styled("yellow", "missing") : ""
]
