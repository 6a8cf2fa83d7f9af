import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { Registry, type RemoveOutcome, type RemoveTarget } from "@dev-infra/registry/Registry"
import * as Removal from "@dev-infra/registry/Removal"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import { Prompt } from "../../Prompt.js"
import * as Recognition from "../../Recognition.js"
import * as RegistryServices from "../../RegistryServices.js"
import { type SafeText, text } from "../../SafeText.js"
import { UsageError } from "../../UsageError.js"
import type { RemoveInput } from "./command.js"

const sentence = (outcome: RemoveOutcome, dryRun: boolean): SafeText => {
  const { project } = outcome
  const would = dryRun ? "would forget" : "forgot"
  switch (outcome._tag) {
    case "Removed":
      return text`${would} ${project.name} (${project.path})`
    case "CheckoutRemoved":
      return text`${would} the checkout ${outcome.path} of ${project.name}`
    case "Promoted":
      return text`${would} the checkout ${outcome.path} of ${project.name}; its first checkout ${dryRun ? "would then be" : "is now"} ${project.path}`
  }
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`

/** The targets that `--missing` finds, shown and asked about; none if the answer is no. */
const chooseMissing = (input: RemoveInput) =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const files = yield* LocalFiles
    const output = yield* Output
    const prompt = yield* Prompt
    const { projects } = yield* registry.list()
    const found = Removal.missing(projects, files.existing)
    const folders = found.flatMap(({ gone, project }) => gone.map((path) => ({ project, path })))
    if (folders.length === 0) yield* output.message(text`No folder is missing.`)
    if (folders.length === 0 || input.yes || input.dryRun) return Removal.targetsOfMissing(found)
    const around = files.existing(folders.map(({ path }) => path.slice(0, path.lastIndexOf("/")) || "/"))
    for (const [at, { path, project }] of folders.entries()) {
      yield* output.message(text`missing: ${path} (${project.name}${around[at] === false ? "; the folder above it is gone too, perhaps a disk that is not mounted" : ""})`)
    }
    const question = text`Forget ${many(folders.length, "folder")} of ${many(found.length, "project")}?`
    return (yield* prompt.confirm({ question, flag: "--yes", byDefault: false })) ? Removal.targetsOfMissing(found) : []
  })

const choose = (input: RemoveInput) =>
  Effect.gen(function* () {
    if (!input.missing) {
      yield* ProjectArguments.required(["remove"], input.projects, input)
      return Removal.targetsOf(yield* ProjectArguments.locate(input.projects, input))
    }
    if (input.projects.length > 0 || input.stdin || input.nullSeparated) {
      return yield* new UsageError({ command: ["remove"], message: "--missing stands for all projects whose folder is gone, so no project is named beside it" })
    }
    return yield* chooseMissing(input)
  })

const forget = (targets: ReadonlyArray<RemoveTarget>, dryRun: boolean) =>
  targets.length === 0 ? Effect.succeed<ReadonlyArray<RemoveOutcome>>([]) : Effect.flatMap(Registry, (registry) => registry.remove(targets, { dryRun }))

/** Also at work-prod; what that needs is loaded only then. */
const removeEverywhere = (input: RemoveInput) =>
  Effect.gen(function* () {
    if (input.missing) return yield* new UsageError({ command: ["remove"], message: "--missing forgets what is gone from this machine only, so it does not go with --everywhere", hint: "name the projects" })
    yield* ProjectArguments.required(["remove"], input.projects, input)
    const { run } = yield* Effect.promise(() => import("./everywhere.js"))
    return yield* run(input)
  })

/** Forget projects. @category commands */
export const run = (input: RemoveInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.provide(input.everywhere ? removeEverywhere(input) : removeHere(input), RegistryServices.layer)

const removeHere = (input: RemoveInput) =>
  Effect.gen(function* () {
    const output = yield* Output
    const outcomes = yield* forget(yield* choose(input), input.dryRun)
    if (!input.dryRun) yield* Recognition.removed(outcomes.flatMap((outcome) => (outcome._tag === "Removed" ? [outcome.project.id] : [])))
    if (input.json) {
      yield* output.json({
        dry_run: input.dryRun,
        outcomes: outcomes.map((outcome) => ({ outcome: outcome._tag, path: outcome._tag === "Removed" ? outcome.project.path : outcome.path, project: outcome.project }))
      })
    }
    for (const outcome of outcomes) yield* output.message(sentence(outcome, input.dryRun))
    if (outcomes.length > 0) yield* output.message(input.dryRun ? text`Nothing was changed.` : text`Nothing on disk was touched.`)
  })
