import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { JsonValue } from "@dev-infra/metadata/Project"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as ProjectUpdate from "@dev-infra/registry/ProjectUpdate"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as AnyProject from "../../AnyProject.js"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as ProjectFileServices from "../../ProjectFileServices.js"
import type { RemoteEdit } from "../../RemoteEdit.js"
import { styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { UpdateInput } from "./command.js"

const wrong = (message: string, hint?: string) => new UsageError({ command: ["update"], message, ...(hint === undefined ? {} : { hint }) })

const plain = ["name", "description", "organization", "classification", "template", "version", "status", "repository"] as const

const fieldNames = { type: "project_type" } as const

/** What the flags ask for, without the path. */
const changesOf = (input: UpdateInput): ProjectUpdate.ProjectChanges => ({
  ...Object.fromEntries(plain.flatMap((field) => Option.match(input[field], { onNone: () => [], onSome: (value) => [[field, value] as const] }))),
  ...Option.match(input.type, { onNone: () => ({}), onSome: (project_type) => ({ project_type }) }),
  ...(input.tag.length === 0 ? {} : { addTags: input.tag }),
  ...(input.removeTag.length === 0 ? {} : { removeTags: input.removeTag }),
  ...(input.clear.length === 0 ? {} : { clear: input.clear.map((field) => (field === "type" ? fieldNames.type : field)) })
})

const check = (input: UpdateInput, changes: ProjectUpdate.ProjectChanges) =>
  Effect.gen(function* () {
    if (Object.keys(changes).length === 0 && Option.isNone(input.path)) {
      return yield* wrong("nothing to change was given", "name a field, e.g. dev-infra update . --tag backend")
    }
    const both = input.tag.find((tag) => input.removeTag.includes(tag))
    if (both !== undefined) return yield* wrong(`the tag ${JSON.stringify(both)} is both added and taken away`)
    if ([...input.tag, ...input.removeTag].some((tag) => tag.trim() === "")) return yield* wrong("a tag is empty")
    for (const field of ["description", "organization", "classification", "type", "repository"] as const) {
      if (input.clear.includes(field) && Option.isSome(input[field])) return yield* wrong(`--${field} gives a value that --clear ${field} takes away`)
    }
    yield* ProjectArguments.required(["update"], input.projects, input)
  })

/** What can belong to one project only. */
const checkCount = (input: UpdateInput, count: number) => {
  const single = (["name", "repository", "path"] as const).find((flag) => Option.isSome(input[flag]))
  return single === undefined || count <= 1 ? Effect.void : Effect.fail(wrong(`--${single} is for one project, but ${count} were named`))
}

/** The folder as the system knows it: without links. */
const folderOf = (given: Option.Option<string>) =>
  Option.match(given, {
    onNone: () => Effect.succeed({}),
    onSome: (path) =>
      Effect.gen(function* () {
        const { workingFolder } = yield* Surroundings
        const files = yield* LocalFiles
        // A resolved path is absolute and normalised.
        return { path: (yield* files.resolve(resolvePath(workingFolder, path))) as AbsolutePath }
      })
  })

const valueText = (value: JsonValue) => (value === null ? styled("dim", "none") : text`${typeof value === "string" ? value : JSON.stringify(value)}`)

/** Change projects of other machines; what that needs is loaded only if there are such. */
const editElsewhere = (entries: ReadonlyArray<RemoteEntry>, changes: ProjectUpdate.ProjectChanges, dryRun: boolean) =>
  Effect.flatMap(Effect.promise(() => import("../../RemoteEdit.js")), ({ edit }) => edit(entries, changes, { dryRun }))

/** What would change there: what cannot be changed is found before anything is. */
const planElsewhere = (entries: ReadonlyArray<RemoteEntry>, changes: ProjectUpdate.ProjectChanges) =>
  entries.length === 0 ? Effect.succeed<ReadonlyArray<RemoteEdit>>([]) : editElsewhere(entries, changes, true)

const tellElsewhere = (edits: ReadonlyArray<RemoteEdit>, dryRun: boolean) =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const { changes, name } of edits) {
      const done = dryRun ? "would be changed" : "is changed"
      yield* output.message(changes.length === 0 ? text`Nothing to change: ${name} had these values already.` : text`${name} is not on this machine; it ${done} at work-prod with the next push.`)
    }
    if (edits.some(({ changes }) => changes.length > 0)) yield* output.message(yield* Next.line("push"))
  })

const columns = [{ title: "PROJECT", shorten: "text" }, { title: "FIELD" }, { title: "WAS", shorten: "text" }, { title: "IS", shorten: "text" }, { title: "WRITTEN TO" }] as const

const many = (count: number) => `${count} project${count === 1 ? "" : "s"}`

/** Change fields of projects. @category commands */
export const run = (input: UpdateInput): Effect.Effect<void, CommandError, CommandServices> => Effect.provide(update(input), ProjectFileServices.layer)

/** {@link run}, with whatever `Sync`, registry and files there are. @category commands */
export const update = (input: UpdateInput) =>
  Effect.gen(function* () {
    const given = changesOf(input)
    yield* check(input, given)
    const output = yield* Output
    const named = yield* AnyProject.locate(input.projects, input)
    const [projects, others] = [AnyProject.locals(named), AnyProject.others(named)]
    yield* checkCount(input, projects.length + others.length)
    const changes = { ...given, ...(yield* folderOf(input.path)) }
    const edits = yield* planElsewhere(others, changes)
    const outcomes = yield* ProjectUpdate.update(projects.map((project) => ({ project, changes })), { dryRun: input.dryRun })
    if (!input.dryRun && others.length > 0) yield* editElsewhere(others, changes, false)
    const changed = outcomes.filter((outcome) => outcome.changes.length > 0)
    if (input.json) {
      yield* output.json({
        dry_run: input.dryRun,
        projects: [
          ...outcomes.map((outcome) => ({
            project: outcome.project,
            changes: outcome.changes.map(({ after, before, field, inFile }) => ({ field, before, after, written_to: inFile ? ["registry", "file"] : ["registry"] })),
            ...(outcome.file === undefined ? {} : { file: outcome.file })
          })),
          ...edits.map((edit) => ({ project: edit.project, local: false, changes: edit.changes.map((change) => ({ ...change, written_to: ["work-prod"] })) }))
        ]
      })
    } else {
      const rows = outcomes.flatMap((outcome, at) =>
        outcome.changes.map((change) => [
          // The name that the user knows, also where it is what changes.
          projects[at]?.name ?? outcome.project.name,
          change.field,
          valueText(change.before),
          valueText(change.after),
          change.inFile ? ".dev-infra.yml, registry" : "registry"
        ])
      )
      const editRows = edits.flatMap(({ changes, name }) => changes.map(({ after, before, field }) => [name, field, valueText(before), valueText(after), "work-prod, with the next push"]))
      yield* output.table({ columns, rows: [...rows, ...editRows] })
    }
    yield* tellElsewhere(edits, input.dryRun)
    if (projects.length === 0 && others.length > 0) return
    if (projects.length === 0) yield* output.message(text`No project was named.`)
    else if (changed.length === 0) yield* output.message(text`Nothing to change: ${projects.length === 1 ? (projects[0]?.name ?? "") : `all ${many(projects.length)}`} had these values already.`)
    else {
      const rest = outcomes.length - changed.length
      const others = rest === 0 ? "" : `; ${many(rest)} had these values already`
      yield* output.message(text`${input.dryRun ? "Would change" : "Changed"} ${many(changed.length)}${others}.`)
    }
  })
