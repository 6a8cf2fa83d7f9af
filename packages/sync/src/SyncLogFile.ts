/**
 * The log of syncs, in `log/sync.jsonl`, which it shares with what `refresh` overrode.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as LineFile from "@dev-infra/registry/LineFile"
import { fileName } from "@dev-infra/registry/OverrideLog"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as EntryNames from "./EntryNames.js"
import * as LogLine from "./LogLine.js"
import * as LogRotation from "./LogRotation.js"
import { type LogEntry, SyncLog } from "./SyncLog.js"

/** The first line is looked for in so many bytes. */
const startBytes = 4096

const make = Effect.gen(function* () {
  const { logFolder } = yield* DevInfraHome
  const durable = yield* DurableFile
  const path = `${logFolder}/${fileName}`
  const file = yield* LineFile.make(path)

  const rotate = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (!LogRotation.isDue(yield* file.start(startBytes), now)) return
    yield* durable.modify(path, { backup: "none" }, (current) =>
      Effect.succeed({ result: undefined, content: Option.getOrUndefined(Option.map(current, ({ text }) => LogRotation.rotate(text, now))) })
    )
  }).pipe(
    // The records are in the log; that it is longer than it need be can wait for the next time.
    Effect.catchAll((failure) => Effect.logDebug(`${path} was not shortened: ${failure.message}`))
  )

  return SyncLog.of({
    append: (records) => (records.length === 0 ? Effect.void : Effect.zipRight(file.append(records.map(LogLine.print)), rotate)),
    read: Effect.suspend(() => {
      const nameOf = EntryNames.make()
      const entries: Array<LogEntry> = []
      const visit = (line: string) => {
        const record = LogLine.parse(line)
        if (record !== undefined) entries.push({ entry: nameOf(line), record })
      }
      return Effect.as(file.forEach(visit), entries)
    })
  })
})

/**
 * The file in the home, readable by its owner only. Many processes may append at once. It keeps what is younger than 90 days, and of older
 * lines those that hold the only copy of a replaced value.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as SyncLogFile from "@dev-infra/sync/SyncLogFile"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Layer from "effect/Layer"
 *
 * const log = SyncLogFile.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer, NodeFileSystem.layer]))
 * ```
 */
export const layer: Layer.Layer<SyncLog, never, DevInfraHome | DurableFile | FileLock | LocalFiles | FileSystem.FileSystem> = Layer.effect(SyncLog, make)
