/**
 * What was overridden: a log that only grows, one line of JSON for each value that something else replaced. A value is
 * logged before it is replaced, so that nothing is lost whatever happens then.
 *
 * @module
 */
import { FileFailure, fromCode } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { DevInfraHome } from "./DevInfraHome.js"
import { folderMode, secretFileMode } from "./HomePaths.js"

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
    readonly append: (records: ReadonlyArray<Override>) => Effect.Effect<void, FileFailure>
    /** All records, oldest first. Lines that are no record of this kind (cut off by a crash, or of another kind) are left out. */
    readonly read: Effect.Effect<ReadonlyArray<Override>, FileFailure>
  }
>() {}

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

const reasonCodes: { readonly [reason: string]: string } = { NotFound: "ENOENT", PermissionDenied: "EACCES", BadResource: "EISDIR" }

const asFileFailure =
  (operation: string, path: string) =>
  (error: PlatformError): FileFailure =>
    fromCode(operation, path, error._tag === "SystemError" ? (codeOf(error.cause) ?? reasonCodes[error.reason]) : undefined)

const decodeLine = Schema.decodeUnknownOption(Schema.parseJson(Override))

const newline = 10

/**
 * The log in `log/sync.jsonl` of the home. Many processes may append at once: each batch is one write to the end of the file.
 *
 * @example
 * ```ts
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as OverrideLog from "@dev-infra/registry/OverrideLog"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Layer from "effect/Layer"
 *
 * const log = OverrideLog.layer.pipe(
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), LocalFiles.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<OverrideLog, never, DevInfraHome | FileSystem.FileSystem | LocalFiles> = Layer.effect(
  OverrideLog,
  Effect.gen(function* () {
    const { logFolder } = yield* DevInfraHome
    const files = yield* LocalFiles
    const fileSystem = yield* FileSystem.FileSystem
    const path = `${logFolder}/sync.jsonl`

    const endsInsideLine = (file: FileSystem.File) =>
      Effect.gen(function* () {
        const { size } = yield* file.stat
        if (size === FileSystem.Size(0)) return false
        yield* file.seek(FileSystem.Size(size - FileSystem.Size(1)), "start")
        const last = new Uint8Array(1)
        yield* file.read(last)
        return last[0] !== newline
      })

    return OverrideLog.of({
      append: (records) =>
        records.length === 0
          ? Effect.void
          : Effect.gen(function* () {
              yield* files.makeFolder(logFolder, folderMode)
              const [exists] = files.existing([path])
              yield* Effect.scoped(
                Effect.gen(function* () {
                  const file = yield* fileSystem.open(path, { flag: "a+", mode: secretFileMode })
                  // A batch that a crash cut off must not swallow the first record of this one.
                  const start = (yield* endsInsideLine(file)) ? "\n" : ""
                  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("")
                  yield* file.writeAll(new TextEncoder().encode(start + lines))
                  yield* file.sync
                })
              ).pipe(Effect.mapError(asFileFailure("write", path)))
              if (exists !== true) yield* files.flushFolder(logFolder)
            }),
      read: fileSystem.readFileString(path).pipe(
        Effect.map((text) => text.split("\n").flatMap((line) => (line === "" ? [] : Option.toArray(decodeLine(line))))),
        Effect.mapError(asFileFailure("read", path)),
        Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeed([]))
      )
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
