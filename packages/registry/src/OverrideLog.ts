/**
 * What was overridden: a log that only grows, one line of JSON for each value that something else replaced. A value is
 * logged before it is replaced, so that nothing is lost whatever happens then.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { JsonValue } from "@dev-infra/metadata/Project"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { DevInfraHome } from "./DevInfraHome.js"
import * as LineFile from "./LineFile.js"

const Json = Schema.Unknown as Schema.Schema<JsonValue> // what JSON.parse returns is JSON

/**
 * One value that was replaced. `time` is ISO 8601 in UTC, `old` and `new` are null where there was or is no value, `source` is
 * the file that the new value comes from.
 *
 * @category schemas
 */
export const Override = Schema.Struct(
  {
    time: Schema.String,
    command: Schema.String,
    id: Schema.String,
    name: Schema.String,
    field: Schema.String,
    old: Json,
    new: Json,
    source: Schema.String
  },
  { key: Schema.String, value: Schema.Unknown }
)
/** @category models */
export type Override = typeof Override.Type

/**
 * The service.
 *
 * @example
 * ```ts
 * import { OverrideLog } from "@dev-infra/registry/OverrideLog"
 * import * as Effect from "effect/Effect"
 *
 * export const lastOverride = Effect.gen(function* () {
 *   const log = yield* OverrideLog
 *   return (yield* log.read).at(-1)
 * })
 * ```
 *
 * @category tags
 */
export class OverrideLog extends Context.Tag("@dev-infra/registry/OverrideLog")<
  OverrideLog,
  {
    /** Add records at the end. Returns once they are on the disk; nothing is written for an empty list. */
    readonly append: (records: ReadonlyArray<Override>) => Effect.Effect<void, FileFailure | LockUnavailable>
    /** All records, oldest first. Lines that are no record of this kind (cut off by a crash, or of another kind) are left out. */
    readonly read: Effect.Effect<ReadonlyArray<Override>, FileFailure>
  }
>() {}

const decodeLine = Schema.decodeUnknownOption(Schema.parseJson(Override))

/** The name of the file in the folder for logs. @category constants */
export const fileName = "sync.jsonl"

/**
 * The log in `log/sync.jsonl` of the home. Many processes may append at once: each batch is one write to the end of the file.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as OverrideLog from "@dev-infra/registry/OverrideLog"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Layer from "effect/Layer"
 *
 * const log = OverrideLog.layer.pipe(
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<OverrideLog, never, DevInfraHome | FileSystem.FileSystem | LocalFiles | FileLock | DurableFile> = Layer.effect(
  OverrideLog,
  Effect.gen(function* () {
    const { logFolder } = yield* DevInfraHome
    const file = yield* LineFile.make(`${logFolder}/${fileName}`)
    return OverrideLog.of({
      append: (records) => file.append(records.map((record) => JSON.stringify(record))),
      read: Effect.suspend(() => {
        const records: Array<Override> = []
        return Effect.as(file.forEach((line) => void records.push(...Option.toArray(decodeLine(line)))), records)
      })
    })
  })
)

/**
 * A log that lives as long as the layer.
 *
 * @example
 * ```ts
 * import * as OverrideLog from "@dev-infra/registry/OverrideLog"
 * import * as Effect from "effect/Effect"
 *
 * const records = Effect.flatMap(OverrideLog.OverrideLog, (log) => log.read).pipe(Effect.provide(OverrideLog.layerMemory))
 * ```
 *
 * @category layers
 */
export const layerMemory: Layer.Layer<OverrideLog> = Layer.effect(
  OverrideLog,
  Effect.map(Ref.make<ReadonlyArray<Override>>([]), (stored) => ({
    append: (records) => Ref.update(stored, (before) => [...before, ...records]),
    read: Ref.get(stored)
  }))
)
