import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import * as Adoption from "@dev-infra/registry/Adoption"
import type { Candidate } from "@dev-infra/registry/Identity"
import * as ProjectUpdate from "@dev-infra/registry/ProjectUpdate"
import * as Effect from "effect/Effect"
import { Output } from "../../Output.js"
import { text } from "../../SafeText.js"

/** Candidates with ids of their own, in their files too; says which files were changed. */
export const withOwnIds = (candidates: ReadonlyArray<Candidate>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const settled = yield* Adoption.withOwnIds(candidates)
    for (const { path } of settled.renumbered) yield* output.message(text`${path}/${MetadataFile.fileName} has a new id.`)
    return settled.candidates
  }).pipe(Effect.provide(MetadataFile.layer))

/** Set fields of projects where each lives; the projects as they are now. */
export const setFields = (projects: ReadonlyArray<Project>, changes: ProjectUpdate.ProjectChanges) =>
  Effect.gen(function* () {
    const output = yield* Output
    const outcomes = yield* ProjectUpdate.update(projects.map((project) => ({ project, changes })))
    for (const { changes: made, project } of outcomes) {
      if (made.length > 0) yield* output.message(text`Changed of ${project.name}: ${made.map(({ field }) => field).join(", ")}.`)
    }
    return outcomes.map(({ project }) => project)
  }).pipe(Effect.provide(MetadataFile.layer))
