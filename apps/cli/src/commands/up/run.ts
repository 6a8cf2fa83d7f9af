import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import * as Registration from "@dev-infra/registry/Registration"
import { type AddOutcome, Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import * as ExitCode from "../../ExitCode.js"
import * as FolderSearch from "../../FolderSearch.js"
import * as LazyStatements from "../../LazyStatements.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import * as RegistryServices from "../../RegistryServices.js"
import { own, styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import type { UpInput } from "./command.js"

const shownAtMost = 20

const many = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`

const needsRegistering = (outcome: AddOutcome) => outcome._tag !== "AlreadyRegistered" && outcome._tag !== "Refused"

const columns = [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "STATUS" }, { title: "NOTE", shorten: "text" }] as const

/** The registry as a short table; the whole of it where no person reads. */
const list = Effect.gen(function* () {
  const registry = yield* Registry
  const output = yield* Output
  const files = yield* LocalFiles
  const { problems, projects } = yield* registry.list({ sort: "name" })
  const shown = output.isTerminal ? projects.slice(0, shownAtMost) : projects
  const existing = files.existing(shown.map((project) => project.path))
  const rows = shown.map((project, index) => [
    project.name,
    project.path,
    project.status,
    existing[index] === true ? "" : styled("yellow", "missing")
  ])
  yield* output.table({ columns, rows })
  if (shown.length < projects.length) yield* output.message(text`Showing ${shown.length} of ${projects.length}; dev-infra list shows all.`)
  yield* EntryProblems.warn(problems)
  return projects.length
})

/** What would be registered; as many as fit a screen where a person reads. */
const preview = (pending: ReadonlyArray<AddOutcome>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const shown = output.isTerminal ? pending.slice(0, shownAtMost) : pending
    const rows = shown.map((outcome) => [RegistrationReport.nameOf(outcome), outcome.path, RegistrationReport.stateText(Registration.stateOf(outcome)), RegistrationReport.noteText(outcome)])
    yield* output.table({ columns: [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "STATE" }, { title: "NOTE", shorten: "text" }], rows })
    if (shown.length < pending.length) yield* output.message(text`Showing ${shown.length} of ${pending.length}.`)
  })

/** Where to go from here; the last line puts the command on the PATH if it is not. */
const next = (registered: number) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { invocation, pathFolder } = yield* Surroundings
    const typed = yield* invocation
    if (registered > 0) {
      yield* output.message(text`${yield* Next.line("status", "--dirty")}   ${styled("dim", "where something is not committed or pushed")}`)
      yield* output.message(text`${yield* Next.line("list")}   ${styled("dim", "all projects")}`)
    } else yield* output.message(text`No projects yet. Name a folder that holds some: ${yield* FolderSearch.example("up")}`)
    if (typed !== "dev-infra" && pathFolder !== undefined) {
      yield* output.message(text`${styled("dim", "to type only dev-infra:")} ${own(`export PATH=${Next.quote(pathFolder)}:"$PATH"`)}`)
    }
  })

/** Find, register, list. @category commands */
export const run = (input: UpInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const registry = yield* Registry
    const searched = yield* FolderSearch.search("up", input)
    const { candidates, problems, submodules } = yield* Registration.prepare(searched.found, LazyStatements.read)
    const asks = prompt.isPossible && !input.yes && !input.dryRun
    const foreseen = yield* registry.add(candidates, { dryRun: asks || input.dryRun })
    const pending = foreseen.filter(needsRegistering)
    const states = [...foreseen.map(Registration.stateOf), ...submodules.map(() => "submodule" as const)]
    const counts = states.length === 0 ? "nothing" : RegistrationReport.countsText(states)
    yield* output.message(text`Found below ${searched.roots.join(", ")} (${many(searched.folders, "folder")}): ${counts}.`)
    yield* RegistrationReport.warnOfProblems(problems)
    const refused = foreseen.filter((outcome) => outcome._tag === "Refused")
    yield* Effect.forEach(refused, (outcome) => output.warning(RegistrationReport.noteText(outcome)), { discard: true })
    if (input.dryRun) {
      yield* preview(pending)
      if (pending.length > 0) yield* output.message(yield* Next.line("up", ...input.roots))
      return
    }
    let isShown = false
    if (asks && pending.length > 0) {
      yield* preview(pending)
      const agreed = yield* prompt.confirm({ question: text`Register ${many(pending.length, "project")}?`, flag: "--yes", byDefault: true })
      if (!agreed) {
        yield* output.message(text`Nothing was registered.`)
        return
      }
      yield* registry.add(candidates)
      // On a fresh machine the table before the question has all that there is.
      isShown = states.length === pending.length && (yield* registry.list()).projects.length === pending.length
    }
    if (pending.length > 0) yield* output.message(text`Registered ${many(pending.length, "project")}.`)
    yield* next(isShown ? pending.length : yield* list)
    return refused.length > 0 ? ExitCode.failed : undefined
  }).pipe(Effect.provide(Layer.merge(RegistryServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
