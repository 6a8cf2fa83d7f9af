/**
 * Rows of projects: reading and writing them inside a transaction (`Database.write`). Whoever writes a row, by one request, an
 * import or a batch, does it here, so that positions, versions, tombstones and locations always go together.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type { Project } from "@dev-infra/work-prod-api/Project"
import type { PathTaken, UidDeleted, UidFixed, UidTaken } from "@dev-infra/work-prod-api/ProjectFailure"
import type { NewProject, ProjectPatch } from "@dev-infra/work-prod-api/ProjectInput"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Effect from "effect/Effect"
import type { ProjectText } from "../Projects.js"

/** A row with the asking machine's path, as it is before a change. */
export interface ProjectRow {
  readonly id: number
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
  readonly version: number
  readonly path: string | null
}

/** What a new or changed row can run into. */
export type RowRefused = PathTaken | UidTaken | UidFixed | UidDeleted

/** The rows of one caller's account, inside one transaction. */
export interface ProjectRows {
  readonly byId: (id: number) => Effect.Effect<ProjectRow | undefined, SqlError>
  readonly byUid: (uid: string) => Effect.Effect<ProjectRow | undefined, SqlError>
  /** Those of many uids in few queries. */
  readonly byUids: (uids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, ProjectRow>, SqlError>
  /** Whether any project has this `remote_url`, for many at once. */
  readonly knownUrls: (urls: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, SqlError>
  readonly text: (id: number) => Effect.Effect<ProjectText, SqlError>
  readonly json: (id: number) => Effect.Effect<Project, SqlError>
  readonly insert: (project: NewProject) => Effect.Effect<number, RowRefused | SqlError>
  /** Changes nothing, neither version nor position nor updated_at, if all values are what they were. */
  readonly update: (row: ProjectRow, patch: ProjectPatch) => Effect.Effect<void, RowRefused | SqlError>
  /** Leaves a tombstone. `mergedInto`: the uid of the project that it became part of. */
  readonly remove: (row: ProjectRow, mergedInto: string | null) => Effect.Effect<void, SqlError>
  /** Moves the locations of one row to another, where that has none for the machine. */
  readonly moveLocations: (from: ProjectRow, to: ProjectRow) => Effect.Effect<void, SqlError>
}

/** Makes the rows of a caller's account available; to be called inside the transaction. */
export type OpenProjectRows = (caller: CallerShape) => Effect.Effect<ProjectRows, SqlError>
