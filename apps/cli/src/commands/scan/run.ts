import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import * as Registration from "@dev-infra/registry/Registration"
import { type AddOutcome, Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import * as FolderSearch from "../../FolderSearch.js"
import * as LazyStatements from "../../LazyStatements.js"
import * as Next from "../../Next.js"
import { type Cell, Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import * as Recognition from "../../Recognition.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import * as RegistryServices from "../../RegistryServices.js"
import { styled, text } from "../../SafeText.js"
import { UsageError } from "../../UsageError.js"
import type { ScanInput } from "./command.js"

const columns = [
  { title: "STATE" },
  { title: "NAME", shorten: "text" },
  { title: "PATH", shorten: "path" },
  { title: "BRANCH", shorten: "text" },
  { title: "NOTE", shorten: "text" }
] as const

const rowsOf = (searched: FolderSearch.Searched, outcomes: ReadonlyArray<AddOutcome>, names: RegistrationReport.RecognisedNames): ReadonlyArray<ReadonlyArray<Cell>> => {
  const byPath = new Map(outcomes.map((outcome) => [outcome.path, outcome]))
  const broken = searched.skipped
    .filter(({ reason }) => reason === "Broken")
    .map(({ detail, path }): ReadonlyArray<Cell> => [styled("red", "problem"), path.slice(path.lastIndexOf("/") + 1), path, "", detail ?? "its .git is of no use"])
  const rows = searched.found.map((found): ReadonlyArray<Cell> => {
    const outcome = byPath.get(found.path)
    const name = found.path.slice(found.path.lastIndexOf("/") + 1)
    if (outcome === undefined) return [RegistrationReport.stateText("submodule"), name, found.path, found.branch ?? "", `of ${found.mainPath ?? ""}`]
    const isPlain = (outcome._tag === "Added" && !names.has(outcome.path)) || (outcome._tag === "AlreadyRegistered" && outcome.project.path === found.path)
    const kind = found.kind === "repository" || found.kind === "folder" ? text`` : styled("dim", found.kind)
    const note = isPlain ? kind : RegistrationReport.noteText(outcome, names)
    return [RegistrationReport.stateText(Registration.stateOf(outcome)), RegistrationReport.nameOf(outcome), found.path, found.branch ?? "", note]
  })
  return [...rows, ...broken]
}

/** Everything that was found, with what it is to the registry. */
const foldersOf = (searched: FolderSearch.Searched, outcomes: ReadonlyArray<AddOutcome>, names: RegistrationReport.RecognisedNames): ReadonlyArray<object> => {
  const byPath = new Map(outcomes.map((outcome) => [outcome.path, outcome]))
  return searched.found.map(({ _tag: _found, hasMetadata, mainPath, ...found }) => {
    const outcome = byPath.get(found.path)
    return {
      ...found,
      ...(mainPath === undefined ? {} : { main_path: mainPath }),
      has_metadata: hasMetadata,
      ...(outcome === undefined ? { state: "submodule" } : RegistrationReport.forScripts(outcome, names))
    }
  })
}

const many = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`

const needsRegistering = (outcome: AddOutcome) => outcome._tag !== "AlreadyRegistered" && outcome._tag !== "Refused"

/** Search, say what is there, and register it if that is asked for. @category commands */
export const run = (input: ScanInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const registry = yield* Registry
    if (input.yes && !input.register) return yield* new UsageError({ command: ["scan"], message: "--yes answers what --register asks; it says nothing alone", hint: "add --register, or leave --yes away" })
    const writes = input.register && !input.dryRun
    if (writes && !input.yes && !prompt.isPossible) {
      return yield* new UsageError({ command: ["scan"], message: "an answer is needed (register what is found?), but there is nobody to ask", hint: "give --yes to register all, or --dry-run to see what would be" })
    }
    const searched = yield* FolderSearch.search("scan", input)
    const { candidates: found, problems, submodules } = yield* Registration.prepare(searched.found, LazyStatements.read)
    const { candidates, names } = yield* Recognition.recognise(found)
    const foreseen = yield* registry.add(candidates, { dryRun: !writes || !input.yes })
    const pending = foreseen.filter(needsRegistering).length
    const show = (outcomes: ReadonlyArray<AddOutcome>) =>
      input.json
        ? output.json({
            dry_run: !writes,
            roots: searched.roots,
            folders: foldersOf(searched, outcomes, names),
            skipped: searched.skipped.map(({ detail, path, reason }) => ({ path, reason, detail })),
            problems
          })
        : output.table({ columns, rows: rowsOf(searched, outcomes, names) })
    const asks = writes && !input.yes && pending > 0
    if (asks && !input.json) yield* show(foreseen)
    const agreed = asks && (yield* prompt.confirm({ question: text`Register ${many(pending, "project")}?`, flag: "--yes", byDefault: true }))
    const outcomes = agreed ? yield* registry.add(candidates) : foreseen
    const done = (writes && input.yes) || agreed
    if (done) yield* Recognition.registered(outcomes)
    if (!asks || input.json) yield* show(outcomes)
    yield* RegistrationReport.warnOfProblems(problems)
    const unseen = searched.skipped.filter(({ reason }) => reason !== "Broken")
    const shown = unseen.slice(0, 20)
    yield* Effect.forEach(shown, ({ detail, path, reason }) => output.warning(text`skipped ${path}: ${detail ?? reason}`), { discard: true })
    if (unseen.length > shown.length) yield* output.warning(text`and ${many(unseen.length - shown.length, "more folder")} skipped`)
    const states = [...outcomes.map(Registration.stateOf), ...submodules.map(() => "submodule" as const)]
    const broken = searched.skipped.length - unseen.length
    const counts = [states.length === 0 ? "no projects" : RegistrationReport.countsText(states), ...(broken === 0 ? [] : [many(broken, "problem")])].join(", ")
    yield* output.message(text`Searched ${searched.roots.join(", ")} (${many(searched.folders, "folder")}): ${counts}${done && pending > 0 ? ". Registered." : "."}`)
    // Without a terminal nothing can be asked, and the line has to work as it stands.
    if (pending > 0 && !done) yield* output.message(yield* Next.line("scan", ...searched.roots, "--register", ...(prompt.isPossible ? [] : ["--yes"])))
    else if (states.length === 0) yield* output.message(text`To search elsewhere, name a folder: ${yield* FolderSearch.example("scan")}`)
    else yield* output.message(yield* Next.line("list"))
    return done && states.includes("refused") ? ExitCode.failed : undefined
  }).pipe(Effect.provide(Layer.merge(RegistryServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
