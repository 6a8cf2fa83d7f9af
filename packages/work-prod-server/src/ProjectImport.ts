/**
 * Many new projects at once, the way work-prod 0.3.0 takes them.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageFailure } from "./StorageFailure.js"

/** `project` echoes the name that the element gave, whatever it was. @category models */
export interface ImportOutcome {
  readonly errors: ReadonlyArray<{ readonly error: string; readonly project: unknown }>
  readonly imported: number
  readonly skipped: number
}

/** @category models */
export interface ProjectImportShape {
  readonly run: (caller: CallerShape, elements: ReadonlyArray<unknown>) => Effect.Effect<ImportOutcome, StorageFailure>
}

/** @category tags */
export class ProjectImport extends Context.Tag("@dev-infra/work-prod-server/ProjectImport")<ProjectImport, ProjectImportShape>() {}
