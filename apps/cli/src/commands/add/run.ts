import type { JsonValue } from "@dev-infra/metadata/Project"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import type { Candidate } from "@dev-infra/registry/Identity"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as Registration from "@dev-infra/registry/Registration"
import { type AddOutcome, Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { fieldsOf, hasEmptyTag } from "../../FieldFlags.js"
import * as LazyStatements from "../../LazyStatements.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as Recognition from "../../Recognition.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import * as RegistryServices from "../../RegistryServices.js"
import { text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { AddInput } from "./command.js"

const wrong = (message: string, hint?: string) => new UsageError({ command: ["add"], message, ...(hint === undefined ? {} : { hint }) })

const columns = [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "STATE" }, { title: "NOTE", shorten: "text" }] as const

/** What the flags say of the project, beyond what the folder says of itself. */
const changesOf = (input: AddInput) => ({
  ...fieldsOf(input),
  ...Option.match(input.classification, { onNone: () => ({}), onSome: (classification) => ({ classification }) }),
  ...Option.match(input.type, { onNone: () => ({}), onSome: (project_type) => ({ project_type }) }),
  ...(input.tag.length === 0 ? {} : { addTags: input.tag })
})

const textsOf = (value: JsonValue | undefined): ReadonlyArray<string> => (Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [])

/** The candidate with what the flags say: a new project is then registered in one write. */
const withFlags = (input: AddInput, candidate: Candidate): Candidate => {
  const { addTags, ...fields } = changesOf(input)
  const tags = addTags === undefined ? {} : { tags: [...new Set([...textsOf(candidate.fields["tags"]), ...addTags])] }
  return { ...candidate, fields: { ...candidate.fields, ...fields, ...tags } }
}

const pathsOf = (input: AddInput) =>
  Effect.gen(function* () {
    if (input.same && input.newId) return yield* wrong("--same and --new-id exclude each other")
    if (hasEmptyTag(input)) return yield* wrong("--tag is empty")
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

/** What one write of the registry could not do: the flags' fields of a project that was there already or has a file of its own. */
const settle = (input: AddInput, outcomes: ReadonlyArray<AddOutcome>, stating: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const changes = changesOf(input)
    const open = Object.keys(changes).length === 0 ? [] : outcomes.flatMap((outcome) => (outcome._tag === "Refused" || (outcome._tag === "Added" && !stating.has(outcome.path)) ? [] : [outcome.project]))
    if (open.length === 0) return outcomes
    const { setFields } = yield* Effect.promise(() => import("./settle.js"))
    const updated = new Map((yield* setFields(open, changes)).map((project) => [project.id, project]))
    return outcomes.map((outcome) => (outcome._tag === "Refused" ? outcome : { ...outcome, project: updated.get(outcome.project.id) ?? outcome.project }))
  })

/** With `--new-id`, candidates that carry the id of another project get one of their own. */
const withOwnIds = (input: AddInput, candidates: ReadonlyArray<Candidate>) =>
  Effect.gen(function* () {
    if (!input.newId || input.dryRun || candidates.every(({ id }) => id === undefined)) return candidates
    const { withOwnIds } = yield* Effect.promise(() => import("./settle.js"))
    return yield* withOwnIds(candidates)
  })

/** Register folders. @category commands */
export const run = (input: AddInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const registry = yield* Registry
    const named = yield* Effect.flatMap(pathsOf(input), Registration.inspectAll)
    // A folder may be named by links to it, too.
    const found = [...new Map(named.map((one) => [one.path, one])).values()]
    // Whoever names a submodule means it; it is registered as the repository that it is.
    const { candidates, problems } = yield* Registration.prepare(found.map(Registration.asRepository), LazyStatements.read)
    const [problem, ...others] = problems
    if (problem !== undefined) return yield* RegistrationReport.unreadable([problem, ...others])
    const stating = new Set(found.flatMap((one) => (one.hasMetadata ? [one.path] : [])))
    const onConflict = input.same ? "same" : input.newId ? "new-id" : "refuse"
    const { candidates: recognised, names } = yield* Recognition.recognise(candidates)
    const own = yield* withOwnIds(input, recognised)
    const registered = yield* registry.add(own.map((candidate) => withFlags(input, candidate)), { onConflict, dryRun: input.dryRun })
    if (!input.dryRun) yield* Recognition.registered(registered)
    const outcomes = input.dryRun ? registered : yield* settle(input, registered, stating)
    if (input.json) yield* output.json({ dry_run: input.dryRun, folders: outcomes.map((outcome) => RegistrationReport.forScripts(outcome, names)) })
    else {
      const rows = outcomes.map((outcome) => [
        RegistrationReport.nameOf(outcome),
        outcome.path,
        RegistrationReport.stateText(Registration.stateOf(outcome)),
        RegistrationReport.noteText(outcome, names)
      ])
      yield* output.table({ columns, rows })
    }
    const states = outcomes.map(Registration.stateOf)
    const refused = states.includes("refused")
    if (outcomes.length > 0) yield* output.message(text`${input.dryRun ? "Would be: " : ""}${RegistrationReport.countsText(states)}.`)
    if (outcomes.some((outcome) => outcome._tag === "Refused" && outcome.reason._tag === "IdentityConflict")) yield* output.warning(text`a folder carries the id of another project: say --same if it is that project, --new-id if it is one of its own`)
    return refused ? ExitCode.failed : undefined
  }).pipe(Effect.provide(Layer.merge(RegistryServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
