/**
 * Locks, and files that writers left behind who were cut off.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { FileLock, isMomentary, type LockReport } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { DevInfraHome } from "../DevInfraHome.js"
import type { Finding } from "./Finding.js"

/** A write takes milliseconds; a lock that is held this long is worth a word. */
const longHeldMillis = 60_000

const describeLock = (target: string, report: LockReport): Finding => {
  const holder = Option.getOrUndefined(report.holder)
  const who = holder === undefined ? "somebody" : `process ${holder.pid} on ${holder.host}`
  const minutes = Math.round(report.ageMillis / 60_000)
  const base = { subject: "lock", path: report.path } as const
  switch (report.state) {
    case "Dead":
      return {
        ...base,
        severity: "note",
        what: `${who} is gone and left its lock; the next write takes it over`,
        fix: "remove the lock",
        repair: { _tag: "RemoveLock", target }
      }
    case "Held":
      return report.ageMillis < longHeldMillis
        ? { ...base, severity: "note", what: `${who} is writing at this moment` }
        : { ...base, severity: "warning", what: `${who} has held the lock for ${minutes} min`, fix: `look at process ${holder?.pid ?? ""}; if it hangs, end it` }
    case "Elsewhere":
      return {
        ...base,
        severity: "warning",
        what: `${who}, another computer, holds the lock or left it there ${minutes} min ago`,
        fix: `if nothing of dev-infra runs there any more: rm ${JSON.stringify(report.path)}`
      }
    case "Unreadable":
      return {
        ...base,
        severity: "warning",
        what: "the lock is damaged or was not written by this program",
        fix: `if no dev-infra is running: rm ${JSON.stringify(report.path)}`
      }
  }
}

const examineTarget = (path: string): Effect.Effect<ReadonlyArray<Finding>, FileFailure, FileLock | LocalFiles | DurableFile.DurableFile> =>
  Effect.gen(function* () {
    const target = yield* Effect.flatMap(DurableFile.DurableFile, (durable) => durable.resolve(path))
    const files = yield* LocalFiles
    const locks = yield* FileLock
    const report = yield* locks.inspect(target)
    const findings = Option.match(report, { onNone: (): Array<Finding> => [], onSome: (one) => [describeLock(target, one)] })
    // A writer that is at work has such files too.
    if (Option.isSome(report) && report.value.state !== "Dead") return findings
    const slash = target.lastIndexOf("/")
    const [folder, name] = [target.slice(0, slash) || "/", target.slice(slash + 1)]
    for (const left of yield* files.list(folder)) {
      if (!isMomentary(left, name, ["new", "old"]) && !isMomentary(left, `${name}.lock`, ["claim", "stale"])) continue
      const leftPath = `${folder === "/" ? "" : folder}/${left}`
      findings.push({
        subject: "leftover",
        severity: "note",
        path: leftPath,
        what: "is left from a write that was cut off; the file itself is whole",
        fix: "move it to backups; the next write would clear it away too",
        repair: { _tag: "SetAside", path: leftPath, lockTarget: target }
      })
    }
    return findings
  })

/** The locks of the home's files, and what lies beside them. */
export const examineLocks: Effect.Effect<ReadonlyArray<Finding>, never, DevInfraHome | FileLock | LocalFiles | DurableFile.DurableFile> =
  Effect.gen(function* () {
    const { configFile, machineFile, registryFile, stateFolder } = yield* DevInfraHome
    // `sync` is no file: its lock is held for as long as a sync takes.
    const found = yield* Effect.forEach([registryFile, configFile, machineFile, `${stateFolder}/sync.json`, `${stateFolder}/sync`], (path) =>
      Effect.catchAll(examineTarget(path), (failure) =>
        Effect.succeed<ReadonlyArray<Finding>>(
          failure.reason === "NotFound" || failure.reason === "NotAFolder"
            ? []
            : [{ subject: "lock", severity: "warning", path: failure.path, what: failure.message, fix: `see what is wrong with ${failure.path}` }]
        )
      )
    )
    return found.flat()
  })
