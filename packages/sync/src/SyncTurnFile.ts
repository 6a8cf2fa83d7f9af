/**
 * One sync at a time among the processes of a home, by a lock in its folder for state: `state/sync.lock`.
 *
 * It is another lock than that of `state/sync.json`, which is held for moments only: this one is held as long as the sync takes, and a holder
 * that lives keeps it however long that is.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { type FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode } from "@dev-infra/registry/HomePaths"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { patience, SyncBusy, SyncTurn } from "./SyncTurn.js"

/** What the lock stands for; the lock itself is `sync.lock`. @category constants */
export const targetName = "sync"

const options: FileLock.LockOptions = { wait: patience, abandoned: Infinity }

/** A lock that says nothing of its holder was left half-written by a crash, unless it is this young. */
const halfWrittenMillis = 5000

const clock = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

const make = Effect.gen(function* () {
  const { stateFolder } = yield* DevInfraHome
  const durable = yield* DurableFile
  const files = yield* LocalFiles
  const locks = yield* FileLock.FileLock

  const target = Effect.gen(function* () {
    yield* files.makeFolder(stateFolder, folderMode)
    return yield* durable.resolve(`${stateFolder}/${targetName}`)
  })

  const busy = (path: string, failure: LockUnavailable): Effect.Effect<SyncBusy, FileFailure> =>
    Effect.gen(function* () {
      const report = Option.getOrUndefined(yield* locks.inspect(path))
      const since = report === undefined ? "" : `, since ${clock((yield* Clock.currentTimeMillis) - report.ageMillis)}`
      const { holder } = failure
      if (holder === undefined) return new SyncBusy({ holder: `${failure.path} does not say by whom${since}` })
      const where = failure.reason === "HeldOnOtherHost" ? ` on ${holder.host}, unless it was left there: then remove ${failure.path}` : ""
      return new SyncBusy({ holder: `process ${holder.pid}${since}${where}` })
    })

  /** Remove a lock that nobody can hold: it is there for a while, and was never written to the end. */
  const removeHalfWritten = (path: string) =>
    Effect.gen(function* () {
      const report = Option.getOrUndefined(yield* locks.inspect(path))
      if (report?.state === "Unreadable" && report.ageMillis > halfWrittenMillis) yield* locks.remove(path, { force: true })
    })

  return SyncTurn.of({
    take: (effect) =>
      Effect.gen(function* () {
        const path = yield* target
        yield* removeHalfWritten(path)
        // What fails inside is told apart from a lock that is taken: it may be about another lock.
        const outcome = yield* locks.withLock(path, () => Effect.exit(effect), options).pipe(
          Effect.catchTag("LockUnavailable", (failure) => Effect.flatMap(busy(path, failure), Effect.fail))
        )
        return yield* outcome
      })
  })
})

/**
 * The lock in the home. A sync waits three seconds for another one and then says whose it is; the lock of a process that died is taken over at once.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as SyncTurnFile from "@dev-infra/sync/SyncTurnFile"
 * import * as Layer from "effect/Layer"
 *
 * const turn = SyncTurnFile.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer]))
 * ```
 */
export const layer: Layer.Layer<SyncTurn, never, DevInfraHome | DurableFile | FileLock.FileLock | LocalFiles> = Layer.effect(SyncTurn, make)
