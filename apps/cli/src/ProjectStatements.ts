/**
 * Reading the projects' own files, with all that it needs. Loaded only where there are such files.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as ProjectStatement from "@dev-infra/registry/ProjectStatement"
import type { Statements } from "@dev-infra/registry/Registration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** What the files of these folders state. @category reading */
export const readAll = (folders: ReadonlyArray<AbsolutePath>): Effect.Effect<Statements> =>
  Effect.provide(ProjectStatement.readAll(folders), Layer.provide(MetadataFile.layer, DurableFile.layer))
