/**
 * Projects and plans for tests of fleets.
 */
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { Project } from "@dev-infra/metadata/Project"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import { ProjectName } from "@dev-infra/metadata/ProjectName"
import type { FileClass, PlannedFile, UpdatePlan } from "@dev-infra/templates/UpdatePlan"

export const projectAt = (path: string, number: number, fields: { readonly template?: string; readonly version?: string } = {}): Project => ({
  id: ProjectId.make(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`),
  name: ProjectName.make(`project-${number}`),
  path: AbsolutePath.make(path),
  template: fields.template ?? "standard-project",
  version: fields.version ?? "v1.0.0",
  status: "active"
})

export const projects = (count: number): ReadonlyArray<Project> => Array.from({ length: count }, (_, at) => projectAt(`/code/${at + 1}`, at + 1))

export const file = (path: string, fileClass: FileClass, content: Uint8Array = new Uint8Array()): PlannedFile => ({
  path,
  class: fileClass,
  isBinary: false,
  before: undefined,
  after: { mode: "file", content }
})

export const planOf = (project: Project, files: ReadonlyArray<PlannedFile>, to = "v1.1.0"): UpdatePlan => ({
  project,
  template: project.template,
  source: "gh:acme/templates",
  from: { version: project.version, commit: "1".repeat(40) },
  to: { version: to, commit: (to === project.version ? "1" : "2").repeat(40) },
  answers: {},
  files,
  warnings: []
})
