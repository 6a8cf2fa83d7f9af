import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
import { Repositories } from "@dev-infra/git-repositories/Repositories"
import * as InheritanceUpgrade from "@dev-infra/inheritance/InheritanceUpgrade"
import * as InheritanceUses from "@dev-infra/inheritance/InheritanceUses"
import type { Project } from "@dev-infra/metadata/Project"
import * as ProjectReference from "@dev-infra/registry/ProjectReference"
import { Registry } from "@dev-infra/registry/Registry"
import * as UnifiedDiff from "@dev-infra/templates/UnifiedDiff"
import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import { describe } from "../../../ErrorReport.js"
import * as ExitCode from "../../../ExitCode.js"
import { filterOf } from "../../../FilterFlags.js"
import * as InheritanceServices from "../../../InheritanceServices.js"
import * as Next from "../../../Next.js"
import { Output } from "../../../Output.js"
import * as PlanPrint from "../../../PlanPrint.js"
import { Prompt } from "../../../Prompt.js"
import { render, styled, text } from "../../../SafeText.js"
import { Surroundings } from "../../../Surroundings.js"
import * as TaskServices from "../../../TaskServices.js"
import { UsageError } from "../../../UsageError.js"
import type { InheritUpgradeInput } from "./command.js"

const wrong = (message: string, hint?: string) => new UsageError({ command: ["inherit", "upgrade"], message, ...(hint === undefined ? {} : { hint }) })

interface Chosen {
  readonly uses: ReadonlyArray<InheritanceUses.LibraryUse>
  readonly unread: ReadonlyArray<InheritanceUses.UnreadProject>
}

/** The first word is a library if any project has one of that name. */
const wordsOf = (words: ReadonlyArray<string>, all: InheritanceUses.Uses) => {
  const [first, ...others] = words
  const isLibrary = first !== undefined && all.uses.some(({ name }) => name === first)
  return { library: isLibrary ? first : undefined, references: isLibrary ? others : words }
}

/** The uses that are to change. */
const chosen = (input: InheritUpgradeInput) =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const { workingFolder } = yield* Surroundings
    const { projects: known } = yield* registry.list({ sort: "name" })
    const isFiltered = Object.keys(filterOf(input)).length > 0
    const all = yield* InheritanceUses.read(known)
    const { library, references } = wordsOf(input.words, all)
    if (input.all && references.length > 0) return yield* wrong("--all means all projects, so none is named with it")
    if (isFiltered && !input.all) return yield* wrong("filters choose among all projects, and go together with --all")
    const named: ReadonlyArray<Project> = input.all
      ? (yield* registry.list({ filter: filterOf(input), sort: "name" })).projects
      : yield* Effect.forEach(references.length > 0 ? references : ["."], (reference) => Effect.map(ProjectReference.locate(known, reference, workingFolder), ({ project }) => project))
    const ids = new Set(named.map(({ id }) => String(id)))
    const within = all.uses.filter(({ kind, project }) => ids.has(project.id) && kind !== "linked")
    const names = [...new Set(within.map(({ name }) => name))]
    const [name] = library === undefined ? names : [library]
    if (name === undefined) return yield* new CommandFailed({ what: "none of these projects inherits anything that has a version", hint: "dev-infra inherit list shows what they inherit" })
    if (library === undefined && names.length > 1) return yield* wrong(`these projects use ${names.join(", ")}`, "name one of them first")
    const uses = within.filter((use) => use.name === name)
    if (uses.length === 0) return yield* new CommandFailed({ what: `none of these projects inherits ${name} at a version`, hint: "dev-infra inherit list shows what they inherit" })
    return { uses, unread: all.unread.filter(({ project }) => ids.has(project.id)) } satisfies Chosen
  })

/** Ask the network for the repositories of the libraries, each once. */
const fetchAll = (uses: ReadonlyArray<InheritanceUses.LibraryUse>) =>
  Effect.gen(function* () {
    const repositories = yield* Repositories
    const urls = new Set(uses.flatMap(({ kind, library }) => (kind === "sibling" || library.startsWith("project:") ? [] : [library])))
    yield* Effect.forEach(urls, (url) => repositories.fetch(url), { discard: true })
  }).pipe(
    Effect.mapError((failure) => new CommandFailed({ what: failure.message, hint: "without --fetch what was fetched before is used" })),
    Effect.provide(
      Layer.unwrapEffect(Effect.map(Surroundings, ({ environment }) => GitRepositories.layer(environment))).pipe(Layer.provide([NodeCommandExecutor.layer, NodeFileSystem.layer]), Layer.provide(NodeFileSystem.layer))
    )
  )

const contentOf = (content: string) => ({ mode: "file" as const, content: new TextEncoder().encode(content) })

const show = ({ edits, mentions, use, warnings }: InheritanceUpgrade.UpgradePlan) =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const { after, before, file } of edits) {
      const path = file.startsWith(`${use.project.path}/`) ? `${use.project.name}/${file.slice(use.project.path.length + 1)}` : file
      const difference = UnifiedDiff.of({ path, before: before === undefined ? undefined : contentOf(before), after: contentOf(after) })
      yield* output.isTerminal ? output.line(PlanPrint.diffText(difference)) : output.plain(difference.replace(/\n$/, ""), "\n")
    }
    for (const { file, line, now, task } of mentions) yield* output.warning(text`${file}:${line}: ${task} is ${now} now; change it by hand`)
    for (const warning of warnings) yield* output.warning(text`${use.project.name}: ${warning}`)
  })

const jsonOf = ({ commit, edits, mentions, use, warnings }: InheritanceUpgrade.UpgradePlan) => ({
  project: { id: use.project.id, name: use.project.name, path: use.project.path },
  name: use.name,
  from: { ref: use.ref ?? null, commit: use.commit ?? null },
  commit: commit ?? null,
  files: edits.map(({ after, before, file }) => ({ file, before: before ?? null, after })),
  mentions,
  warnings
})

/** Write what was planned, if nobody changed the files meanwhile. */
const write = ({ after, before, file }: InheritanceUpgrade.PlannedEdit) =>
  Effect.flatMap(DurableFile, (files) =>
    files.modify(file, { backup: "none", modeWhenNew: 0o644, limit: 4 * 1024 * 1024 }, (current) =>
      Option.getOrUndefined(Option.map(current, (found) => found.text)) === before
        ? Effect.succeed({ result: undefined, content: after })
        : Effect.fail(new CommandFailed({ what: `${file} has changed meanwhile, and was left as it is`, hint: "run the command again" }))
    )
  )

/** Give projects another version of a library. @category commands */
export const run = (input: InheritUpgradeInput): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    if (Option.isNone(input.to)) return yield* wrong("no version is named", "give --to REF; dev-infra inherit list shows which is the newest")
    const to = input.to.value
    const { unread, uses } = yield* chosen(input)
    if (input.fetch) yield* fetchAll(uses)
    const options = { to, floating: input.floating, load: yield* TaskServices.loadOptions }
    const made = yield* Effect.forEach(uses, (use) => Effect.map(Effect.either(InheritanceUpgrade.plan(use, options)), (plan) => ({ use, plan })))
    const plans = made.flatMap(({ plan }) => (Either.isRight(plan) ? [plan.right] : []))
    const failed = made.flatMap(({ plan, use }) => (Either.isLeft(plan) ? [{ use, failure: plan.left }] : []))
    const changing = plans.filter(({ edits }) => edits.length > 0)

    if (!input.json) for (const plan of plans) yield* show(plan)
    const [first] = failed
    if (first !== undefined && plans.length === 0 && !input.json) {
      const { failure } = first
      for (const each of failed.slice(1)) yield* output.warning(describe(each.failure))
      if (failure._tag !== "InheritanceRefused" || failure.reason !== "FetchFailed" || input.fetch) return yield* failure
      return yield* new CommandFailed({ what: failure.message, hint: "--fetch brings what is new" })
    }
    for (const { failure } of failed) yield* output.warning(describe(failure))
    for (const { project } of unread) yield* output.warning(text`${project.name} cannot be read, and is left out`)
    const problems = failed.length + unread.length

    const asks = changing.length > 0 && !input.dryRun && !input.yes
    const goesOn = !asks || (yield* prompt.confirm({ question: text`Change ${changing.length} project${changing.length === 1 ? "" : "s"} to ${to}?`, flag: "--yes", byDefault: true }))
    const isWritten = goesOn && !input.dryRun
    if (isWritten) yield* Effect.forEach(changing, ({ edits }) => Effect.forEach(edits, write, { discard: true }), { discard: true })
    if (input.json) {
      yield* output.json({
        to,
        written: isWritten,
        projects: plans.map(jsonOf),
        failed: failed.map(({ failure, use }) => ({ project: { id: use.project.id, name: use.project.name, path: use.project.path }, name: use.name, problem: render(describe(failure), false) }))
      })
    }
    const already = plans.length - changing.length
    if (already > 0) yield* output.message(text`${already} project${already === 1 ? " is" : "s are"} at ${to} already`)
    if (changing.length > 0) {
      yield* output.message(isWritten ? text`Changed ${changing.length} project${changing.length === 1 ? "" : "s"} to ${to}.` : text`Nothing was changed.`)
      if (isWritten && changing.some(({ use }) => use.kind !== "sibling")) yield* output.message(text`${yield* Next.line("inherit", "sync")}   ${styled("dim", "brings the files, in each of these projects")}`)
    }
    return problems > 0 ? ExitCode.failed : ExitCode.done
  }).pipe(Effect.provide(TaskServices.readingWith({ trustAll: true })), Effect.provide(InheritanceServices.layer))
