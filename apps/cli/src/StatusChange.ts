/**
 * What `archive` and `restore` have in common.
 *
 * @module
 */
import * as ProjectUpdate from "@dev-infra/registry/ProjectUpdate"
import * as Effect from "effect/Effect"
import type { CommandError } from "./CommandError.js"
import type { CommandServices } from "./Declaration.js"
import { Output } from "./Output.js"
import * as ProjectArguments from "./ProjectArguments.js"
import * as ProjectFileServices from "./ProjectFileServices.js"
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

/** Give projects a status, and say which had it already. @category commands */
export const setStatus = (input: StatusInput, change: StatusChange): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    yield* ProjectArguments.required([change.command], input.projects, input)
    const projects = yield* ProjectArguments.resolve(input.projects, input)
    const outcomes = yield* ProjectUpdate.update(projects.map((project) => ({ project, changes: { status: change.status } })), { dryRun: input.dryRun })
    if (input.json) {
      yield* output.json({ dry_run: input.dryRun, projects: outcomes.map(({ changes, file, project }) => ({ project, changed: changes.length > 0, ...(file === undefined ? {} : { file }) })) })
    }
    for (const { changes, file, project } of outcomes) {
      const inFile = file === undefined ? text`` : text` (also in ${file})`
      yield* output.message(
        changes.length === 0
          ? text`${project.name} ${change.already}`
          : text`${input.dryRun ? `would ${change.command}` : change.done} ${project.name}${change.status === "restored" ? text`: ${project.status}` : text``}${inFile}`
      )
    }
  }).pipe(Effect.provide(ProjectFileServices.layer))
