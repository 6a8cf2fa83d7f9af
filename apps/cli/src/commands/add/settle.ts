import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import * as ProjectUpdate from "@dev-infra/registry/ProjectUpdate"
import * as Effect from "effect/Effect"
import { Output } from "../../Output.js"
import { text } from "../../SafeText.js"

/** Give the project's own file the id that the project has now. */
export const setId = (project: Project) =>
  Effect.gen(function* () {
    const files = yield* MetadataFile.MetadataFile
    const output = yield* Output
    const { path } = yield* files.update(project.path, { id: project.id })
    yield* output.message(text`${path} has the new id.`)
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
