import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as Registration from "@dev-infra/registry/Registration"
import { type AddOutcome, Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import * as RegistryServices from "../../RegistryServices.js"
import { text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { AddInput } from "./command.js"

const wrong = (message: string, hint?: string) => new UsageError({ command: ["add"], message, ...(hint === undefined ? {} : { hint }) })

const columns = [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "STATE" }, { title: "NOTE", shorten: "text" }] as const

const texts = ["name", "description", "organization", "classification", "template", "version"] as const

/** What the flags say of the project, beyond what the folder says of itself. */
const changesOf = (input: AddInput) => ({
  ...Object.fromEntries(texts.flatMap((field) => Option.match(input[field], { onNone: () => [], onSome: (value) => [[field, value] as const] }))),
  ...Option.match(input.type, { onNone: () => ({}), onSome: (project_type) => ({ project_type }) }),
  ...(input.tag.length === 0 ? {} : { addTags: input.tag })
})

const pathsOf = (input: AddInput) =>
  Effect.gen(function* () {
    if (input.same && input.newId) return yield* wrong("--same and --new-id exclude each other")
    if (input.paths.length === 0 && !input.stdin && !input.nullSeparated) {
      return yield* wrong("no folder is named", "name one or more, e.g. dev-infra add . for the folder you are in")
    }
    if (input.paths.some((path) => path === "")) return yield* wrong("a path is empty")
    const { workingFolder } = yield* Surroundings
    const named = yield* ProjectArguments.references(input.paths, input)
    const paths = [...new Set(named.map((path) => resolvePath(workingFolder, path)))]
    if (paths.length > 1 && Option.isSome(input.name)) return yield* wrong(`--name is for one folder, but ${paths.length} were named`)
    return paths
  })

const readStatements: Registration.ReadStatements<never> = (folders) =>
  Effect.flatMap(Effect.promise(() => import("../../ProjectStatements.js")), ({ readAll }) => readAll(folders))

/** Set what the flags say, where each field lives; a project that got another id than its file states writes it there too. */
const settle = (input: AddInput, candidates: Registration.Registration["candidates"], outcomes: ReadonlyArray<AddOutcome>) =>
  Effect.gen(function* () {
    const changes = changesOf(input)
    const given = new Map(candidates.map((candidate) => [candidate.path, candidate.id]))
    const renamed = outcomes.filter((outcome) => outcome._tag === "Added" && (given.get(outcome.path) ?? outcome.project.id) !== outcome.project.id)
    const projects = outcomes.flatMap((outcome) => (outcome._tag === "Refused" ? [] : [outcome.project]))
    if (renamed.length === 0 && Object.keys(changes).length === 0) return outcomes
    const { setFields, setId } = yield* Effect.promise(() => import("./settle.js"))
    yield* Effect.forEach(renamed, (outcome) => (outcome._tag === "Added" ? setId(outcome.project) : Effect.void), { discard: true })
    if (Object.keys(changes).length === 0) return outcomes
    const updated = new Map((yield* setFields(projects, changes)).map((project) => [project.id, project]))
    return outcomes.map((outcome) => (outcome._tag === "Refused" ? outcome : { ...outcome, project: updated.get(outcome.project.id) ?? outcome.project }))
  })

/** Register folders. @category commands */
export const run = (input: AddInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const registry = yield* Registry
    const found = yield* Effect.flatMap(pathsOf(input), Registration.inspectAll)
    const submodule = found.find((one) => one.kind === "submodule")
    // Whoever names a submodule means it; it is registered as the repository that it is.
    const { candidates, problems } = yield* Registration.prepare(
      submodule === undefined ? found : found.map((one) => (one.kind === "submodule" ? Registration.asRepository(one) : one)),
      readStatements
    )
    const onConflict = input.same ? "same" : input.newId ? "new-id" : "refuse"
    const registered = yield* registry.add(candidates, { onConflict, dryRun: input.dryRun })
    const outcomes = input.dryRun ? registered : yield* settle(input, candidates, registered)
    yield* RegistrationReport.warnOfProblems(problems)
    if (input.json) yield* output.json({ dry_run: input.dryRun, folders: outcomes.map(RegistrationReport.forScripts) })
    else {
      const rows = outcomes.map((outcome) => [
        RegistrationReport.nameOf(outcome),
        outcome.path,
        RegistrationReport.stateText(Registration.stateOf(outcome)),
        RegistrationReport.noteText(outcome)
      ])
      yield* output.table({ columns, rows })
    }
    const states = outcomes.map(Registration.stateOf)
    const refused = states.includes("refused")
    if (outcomes.length > 0) yield* output.message(text`${input.dryRun ? "Would be: " : ""}${RegistrationReport.countsText(states)}.`)
    if (refused) yield* output.warning(text`a folder carries the id of another project: say --same if it is that project, --new-id if it is one of its own`)
    return refused ? ExitCode.failed : undefined
  }).pipe(Effect.provide(Layer.merge(RegistryServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
