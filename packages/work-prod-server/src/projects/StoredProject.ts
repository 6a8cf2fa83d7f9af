/**
 * What is stored of a project besides its path, and what a change makes of it.
 *
 * @module
 */
import type { NewProject, ProjectPatch } from "@dev-infra/work-prod-api/ProjectInput"
import * as CanonicalJson from "./CanonicalJson.js"

/** The columns that clients may set. @category models */
export interface StoredProject {
  readonly uid: string | null
  readonly name: string
  readonly description: string | null
  readonly organization: string | null
  readonly classification: string | null
  readonly status: string
  readonly project_type: string | null
  readonly remote_url: string | null
  /** JSON */
  readonly metadata: string
}

/** A project as it is stored. @category conversions */
export const fromNew = (project: Omit<NewProject, "recreate" | "path">): StoredProject => ({
  uid: project.uid,
  name: project.name,
  description: project.description,
  organization: project.organization,
  classification: project.classification,
  status: project.status,
  project_type: project.project_type,
  remote_url: project.remote_url,
  metadata: CanonicalJson.write(project.metadata)
})

/** What a row becomes. @category conversions */
export const withPatch = (row: StoredProject, { metadata, ...patch }: ProjectPatch): StoredProject => ({
  uid: patch.uid === undefined ? row.uid : patch.uid,
  name: patch.name ?? row.name,
  description: patch.description === undefined ? row.description : patch.description,
  organization: patch.organization === undefined ? row.organization : patch.organization,
  classification: patch.classification === undefined ? row.classification : patch.classification,
  status: patch.status ?? row.status,
  project_type: patch.project_type === undefined ? row.project_type : patch.project_type,
  remote_url: patch.remote_url === undefined ? row.remote_url : patch.remote_url,
  metadata: metadata === undefined ? row.metadata : CanonicalJson.write(metadata)
})

/** Whether a row is so already. @category predicates */
export const isSame = (row: StoredProject, next: StoredProject): boolean =>
  row.uid === next.uid &&
  row.name === next.name &&
  row.description === next.description &&
  row.organization === next.organization &&
  row.classification === next.classification &&
  row.status === next.status &&
  row.project_type === next.project_type &&
  row.remote_url === next.remote_url &&
  row.metadata === next.metadata
