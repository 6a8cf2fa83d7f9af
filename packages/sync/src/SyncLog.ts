/**
 * What syncs did: a log that only grows, one line of JSON for each thing that was sent, taken, overridden or refused. A value is logged
 * before it is replaced, wherever that is. The port; `SyncLogFile` keeps it in `log/sync.jsonl`, together with the values that
 * `refresh` overrode.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as EntryNames from "./EntryNames.js"

const Json = Schema.Unknown as Schema.Schema<JsonValue> // what JSON.parse returns is JSON

/**
 * One value that was replaced, here or there. `side` says where it stood: `local` in the registry, `remote` on the server. `old` is what
 * was replaced, `new` what stands now; null where there was or is no value. `conflict`: both sides had changed it.
 *
 * @category schemas
 */
export const Overridden = Schema.Struct({
  time: Schema.String,
  command: Schema.String,
  kind: Schema.optionalWith(Schema.Literal("overridden"), { default: () => "overridden" as const }),
  id: Schema.String,
  name: Schema.String,
  field: Schema.String,
  old: Json,
  new: Json,
  source: Schema.String,
  side: Schema.optional(Schema.Literal("local", "remote")),
  conflict: Schema.optional(Schema.Boolean)
})

/**
 * Something that a sync did to a whole project: `created`, `updated`, `adopted`, `joined` or `deleted` there, `taken` from there, `unlinked` here,
 * or `refused`. `row` holds what a row had that was deleted.
 *
 * @category schemas
 */
export const Happened = Schema.Struct({
  time: Schema.String,
  command: Schema.String,
  kind: Schema.Literal("created", "updated", "adopted", "joined", "deleted", "taken", "unlinked", "refused"),
  id: Schema.String,
  name: Schema.String,
  source: Schema.String,
  fields: Schema.optional(Schema.Array(Schema.String)),
  reason: Schema.optional(Schema.String),
  row: Schema.optional(Json)
})

/** @category schemas */
export const SyncRecord = Schema.Union(Happened, Overridden)
/** @category models */
export type SyncRecord = typeof SyncRecord.Type
/** @category models */
export type Overridden = typeof Overridden.Type
/** @category models */
export type Happened = typeof Happened.Type

/** A record with the name by which `undo` finds it: eight or more hexadecimal digits, the same on every reading. @category models */
export interface LogEntry {
  readonly entry: string
  readonly record: SyncRecord
}

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { SyncLog } from "@dev-infra/sync/SyncLog"
 * import * as Effect from "effect/Effect"
 *
 * export const lastOverride = Effect.gen(function* () {
 *   const log = yield* SyncLog
 *   const entries = yield* log.read
 *   return entries.findLast(({ record }) => record.kind === "overridden")
 * })
 * ```
 */
export class SyncLog extends Context.Tag("@dev-infra/sync/SyncLog")<
  SyncLog,
  {
    /** Add records at the end. Durable when it returns; nothing is written for an empty list. */
    readonly append: (records: ReadonlyArray<SyncRecord>) => Effect.Effect<void, FileFailure | LockUnavailable>
    /** All records, oldest first. Lines that are no record (cut off by a crash) are left out. */
    readonly read: Effect.Effect<ReadonlyArray<LogEntry>, FileFailure>
  }
>() {}

/**
 * A log that lives as long as the layer, line for line what a file would hold.
 *
 * @category layers
 * @example
 * ```ts
 * import * as SyncLog from "@dev-infra/sync/SyncLog"
 * import * as Effect from "effect/Effect"
 *
 * const entries = Effect.flatMap(SyncLog.SyncLog, (log) => log.read).pipe(Effect.provide(SyncLog.layerMemory))
 * ```
 */
export const layerMemory: Layer.Layer<SyncLog> = Layer.sync(SyncLog, () => {
  const lines: Array<string> = []
  return {
    append: (records) => Effect.sync(() => {
      for (const record of records) lines.push(JSON.stringify(record))
    }),
    read: Effect.sync(() => {
      const nameOf = EntryNames.make()
      // nothing but records is stored
      return lines.map((line): LogEntry => ({ entry: nameOf(line), record: JSON.parse(line) as SyncRecord }))
    })
  }
})
