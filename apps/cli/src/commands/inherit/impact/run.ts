import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { GitHistory } from "@dev-infra/inheritance/GitHistory"
import * as InheritanceImpact from "@dev-infra/inheritance/InheritanceImpact"
import * as InheritanceUses from "@dev-infra/inheritance/InheritanceUses"
import * as InheritedSource from "@dev-infra/inheritance/InheritedSource"
import type { Project } from "@dev-infra/metadata/Project"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as EntryProblems from "../../../EntryProblems.js"
import { describe } from "../../../ErrorReport.js"
import * as ExitCode from "../../../ExitCode.js"
import * as InheritanceServices from "../../../InheritanceServices.js"
import { Output } from "../../../Output.js"
import { render, type SafeText, styled, text } from "../../../SafeText.js"
import { Surroundings } from "../../../Surroundings.js"
import * as TaskServices from "../../../TaskServices.js"
import type { InheritImpactInput } from "./command.js"

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

const resolved = (base: string, path: string): string => {
  const parts: Array<string> = []
  for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

/** The checkout that a folder is in. */
const checkoutAround = (folder: string): Effect.Effect<string | undefined, never, LocalFiles> =>
  Effect.map(LocalFiles, ({ existing }) => {
    for (let at = folder; ; at = parentOf(at)) {
      if (existing([`${at === "/" ? "" : at}/.git`])[0] === true) return at
      if (at === "/") return undefined
    }
  })

interface Found {
  readonly shown: string
  readonly library: InheritanceImpact.ImpactLibrary
}

const ofCheckout = (shown: string, checkout: string, known: ReadonlyArray<Project>) =>
  Effect.gen(function* () {
    const history = yield* GitHistory
    const repository = yield* history.locate(checkout)
    if (Option.isNone(repository)) return Option.none()
    const addresses = [...(yield* history.remotes(repository.value)), checkout]
    const references = known.filter(({ path }) => path === checkout).flatMap(({ id, name, path }) => [id, name, path])
    return Option.some<Found>({ shown, library: { repository: repository.value, checkout, addresses, references } })
  })

const ofAddress = (shown: string, url: string) =>
  Effect.gen(function* () {
    const history = yield* GitHistory
    const repository = yield* history.locate(history.cloneOf(url))
    return Option.map(repository, (found): Found => ({ shown, library: { repository: found, checkout: undefined, addresses: [url], references: [] } }))
  })

/** The library that is meant. A name is that of a project, else that of an entry of `inherits`. */
const libraryOf = (input: InheritImpactInput, known: ReadonlyArray<Project>) =>
  Effect.gen(function* () {
    const { workingFolder } = yield* Surroundings
    const { existing } = yield* LocalFiles
    const noLibrary = (what: string, hint: string) => new CommandFailed({ what, hint })
    if (Option.isNone(input.library)) {
      const checkout = yield* checkoutAround(workingFolder)
      const found = checkout === undefined ? Option.none() : yield* ofCheckout(checkout, checkout, known)
      return Option.isSome(found) ? found.value : yield* noLibrary("this folder is in no git repository", "go into that of the library, or name it with --library")
    }
    const named = input.library.value
    const project = known.find(({ id, name }) => id === named || name === named)
    const folder = project?.path ?? (named.includes("/") || named === "." || named === ".." ? resolved(workingFolder, named) : undefined)
    if (folder !== undefined && existing([folder])[0] === true) {
      const found = yield* ofCheckout(named, folder, known)
      if (Option.isSome(found)) return found.value
    }
    const source = InheritedSource.parse(named)
    const { uses } = yield* InheritanceUses.read(known)
    const url = Either.isRight(source) && source.right._tag === "Git" ? source.right.url : uses.find(({ kind, name }) => name === named && (kind === "inherited" || kind === "remote"))?.library
    const clone = url === undefined ? Option.none() : yield* ofAddress(named, url)
    if (Option.isSome(clone)) return clone.value
    return yield* noLibrary(
      url === undefined ? `there is no library ${named}` : `the repository ${url} was never fetched here`,
      url === undefined ? "name a project, a folder with a git repository, a URL, or a name from inherits" : "dev-infra inherit sync fetches it"
    )
  })

const kindText = (impact: InheritanceImpact.TaskImpact): SafeText => styled(InheritanceImpact.isBreaking(impact) ? "red" : impact.kind === "changed" ? "dim" : "yellow", impact.kind)

const problemOf = ({ failure }: InheritanceImpact.NotChecked): SafeText => {
  if (failure === "NoTaskfile") return text`its folder is not there, or its Taskfile is no YAML`
  return failure._tag === "Unknown" ? text`${failure.message}` : describe(failure)
}

const columns = [
  { title: "PROJECT", shorten: "text" },
  { title: "TASK", shorten: "text" },
  { title: "KIND" },
  { title: "WHAT", shorten: "text" },
  { title: "CALLED BY", shorten: "text" },
  { title: "WHERE", shorten: "path" }
] as const

const rowsOf = ({ impacts, use }: InheritanceImpact.ProjectImpact) =>
  impacts.flatMap((impact) => {
    const task = `${use.name}:${impact.task}`
    if (impact.callers.length === 0) return [[use.project.name, task, kindText(impact), impact.text, "", ""]]
    return impact.callers.map(({ caller, kind, location }) => [use.project.name, task, kindText(impact), impact.text, kind === "shell" ? `${caller} (in the shell)` : caller, `${location.file}:${location.line}`])
  })

const jsonOf = ({ from, impacts, use }: InheritanceImpact.ProjectImpact) => ({
  project: { id: use.project.id, name: use.project.name, path: use.project.path },
  name: use.name,
  from,
  tasks: impacts.map((impact) => ({ ...impact, breaks: InheritanceImpact.isBreaking(impact) }))
})

/** Show what a version would break; 1 if it would. @category commands */
export const run = (input: InheritImpactInput): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const registry = yield* Registry
    const { problems, projects } = yield* registry.list({ sort: "name" })
    yield* EntryProblems.warn(problems)
    const { library, shown } = yield* libraryOf(input, projects)
    const { commit, notChecked, projects: affected } = yield* InheritanceImpact.find(library, input.ref, projects, yield* TaskServices.loadOptions)
    if (input.json) {
      yield* output.json({
        library: shown,
        ref: input.ref,
        commit,
        projects: affected.map(jsonOf),
        not_checked: notChecked.map((each) => ({ project: { id: each.project.id, name: each.project.name, path: each.project.path }, name: each.name, problem: render(problemOf(each), false) }))
      })
    } else yield* output.table({ columns, rows: affected.flatMap(rowsOf) })
    for (const each of notChecked) yield* output.warning(text`${each.project.name}${each.name === "" ? "" : `, ${each.name}`} could not be checked: ${problemOf(each)}`)
    const breaking = affected.filter(({ impacts }) => impacts.some(InheritanceImpact.isBreaking)).length
    const many = `${affected.length} project${affected.length === 1 ? "" : "s"}`
    yield* output.message(
      text`${shown} at ${input.ref} (${commit.slice(0, 7)}): ${many} use it, ${breaking === 0 ? "no call breaks" : `calls of ${breaking} would find nothing any more`}${notChecked.length === 0 ? "" : `, ${notChecked.length} not checked`}`
    )
    return breaking > 0 || notChecked.length > 0 ? ExitCode.failed : ExitCode.done
  }).pipe(Effect.provide(TaskServices.readingWith({ trustAll: true })), Effect.provide(InheritanceServices.layer))
