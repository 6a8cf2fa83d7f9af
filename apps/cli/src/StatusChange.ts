/**
 * What `archive` and `restore` have in common.
 *
 * @module
 */
import * as ProjectUpdate from "@dev-infra/registry/ProjectUpdate"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import * as Effect from "effect/Effect"
import * as AnyProject from "./AnyProject.js"
import type { CommandError } from "./CommandError.js"
import type { CommandServices } from "./Declaration.js"
import * as Next from "./Next.js"
import { Output } from "./Output.js"
import * as ProjectArguments from "./ProjectArguments.js"
import * as ProjectFileServices from "./ProjectFileServices.js"
import type { RemoteEdit } from "./RemoteEdit.js"
import { text } from "./SafeText.js"

interface StatusInput {
  readonly projects: ReadonlyArray<string>
  readonly dryRun: boolean
  readonly json: boolean
  readonly stdin: boolean
  readonly nullSeparated: boolean
}

/** The words for it. @category models */
export interface StatusChange {
  readonly command: "archive" | "restore"
  readonly status: "archived" | "restored"
  /** `done api` */
  readonly done: string
  /** `api already` */
  readonly already: string
}

/** Change projects of other machines; what that needs is loaded only if there are such. */
const editElsewhere = (entries: ReadonlyArray<RemoteEntry>, changes: ProjectUpdate.ProjectChanges, dryRun: boolean) =>
  entries.length === 0 ? Effect.succeed<ReadonlyArray<RemoteEdit>>([]) : Effect.flatMap(Effect.promise(() => import("./RemoteEdit.js")), ({ edit }) => edit(entries, changes, { dryRun }))

/** Give projects a status, and say which had it already. @category commands */
export const run = (input: StatusInput, change: StatusChange): Effect.Effect<void, CommandError, CommandServices> => Effect.provide(setStatus(input, change), ProjectFileServices.layer)

/** {@link run}, with whatever `Sync`, registry and files there are. @category commands */
export const setStatus = (input: StatusInput, change: StatusChange) =>
  Effect.gen(function* () {
    const output = yield* Output
    yield* ProjectArguments.required([change.command], input.projects, input)
    const named = yield* AnyProject.locate(input.projects, input)
    const [projects, others] = [AnyProject.locals(named), AnyProject.others(named)]
    const changes = { status: change.status }
    // What cannot be changed elsewhere is found before anything is changed here.
    yield* editElsewhere(others, changes, true)
    const outcomes = yield* ProjectUpdate.update(projects.map((project) => ({ project, changes })), { dryRun: input.dryRun })
    const edits = yield* editElsewhere(others, changes, input.dryRun)
    if (input.json) {
      const here = outcomes.map(({ changes, file, project }) => ({ project, changed: changes.length > 0, ...(file === undefined ? {} : { file }) }))
      const elsewhere = edits.map(({ changes, project }) => ({ project, changed: changes.length > 0, local: false }))
      yield* output.json({ dry_run: input.dryRun, projects: [...here, ...elsewhere] })
    }
    for (const { changes, file, project } of outcomes) {
      const inFile = file === undefined ? text`` : text` (also in ${file})`
      yield* output.message(
        changes.length === 0
          ? text`${project.name} ${change.already}`
          : text`${input.dryRun ? `would ${change.command}` : change.done} ${project.name}${change.status === "restored" ? text`: ${project.status}` : text``}${inFile}`
      )
    }
    for (const { changes, name } of edits) {
      yield* output.message(changes.length === 0 ? text`${name} ${change.already}` : text`${input.dryRun ? `would ${change.command}` : change.done} ${name} (not on this machine, so with the next push)`)
    }
    if (edits.some(({ changes }) => changes.length > 0)) yield* output.message(yield* Next.line("push"))
  })
