/**
 * The database of this home's own work-prod server.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/** The file with symbolic links followed, whether or not it is there. @category places */
export const file: Effect.Effect<string, FileFailure, DevInfraHome | DurableFile> = Effect.gen(function* () {
  const { folder } = yield* DevInfraHome
  return yield* (yield* DurableFile).resolve(`${folder}/work-prod/work-prod.db`)
})

/** Whether it is there. @category queries */
export const exists: Effect.Effect<boolean, FileFailure, DevInfraHome | DurableFile | LocalFiles> = Effect.gen(function* () {
  const files = yield* LocalFiles
  return files.existing([yield* file])[0] === true
})

/** Returns once it is there no more: then a server has nothing left to serve. @category queries */
export const deleted: Effect.Effect<void, FileFailure, DevInfraHome | DurableFile | LocalFiles> = Effect.asVoid(
  Effect.repeat(exists, { until: (isThere) => !isThere, schedule: Schedule.spaced("3 seconds") })
)
