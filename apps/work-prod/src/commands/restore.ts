/**
 * `restore`.
 *
 * @module
 */
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as Backup from "@dev-infra/work-prod-server/Backup"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as Restore from "@dev-infra/work-prod-server/Restore"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { dirname, join } from "node:path"
import * as BackupReport from "../BackupReport.js"
import * as CommandDatabase from "../CommandDatabase.js"
import { CommandFailed } from "../CommandError.js"
import type { Execute, Line } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as FilePlace from "../FilePlace.js"
import * as KeyText from "../KeyText.js"
import * as Logging from "../Logging.js"
import { Output } from "../Output.js"
import { printable } from "../PlainText.js"
import * as Settings from "../Settings.js"

declare const VERSION: string

const command = ["restore"]

const isEmpty = (rows: Backup.BackupSummary["rows"]): boolean => (rows["accounts"] ?? 0) === 0

const refuseContent = (name: string) => (rows: Backup.BackupSummary["rows"]) =>
  new CommandFailed({
    what: `the database ${name} is not empty: it has ${BackupReport.amount(rows)}`,
    hint: "--replace puts the backup in the place of that, after a backup of it; or name another database with --database FILE"
  })

/** Where the content goes that is replaced: beside the backup, unless the line says another file. */
const safetyFile = (line: Line, file: string) =>
  Effect.gen(function* () {
    const named = line.flags.get("safety-backup")
    if (typeof named === "string") return yield* FilePlace.absolute(named, command)
    const time = DateTime.formatIso(yield* DateTime.now)
    return join(dirname(file), `before-restore-${time.slice(0, 19).replaceAll(":", "-")}.backup`)
  })

/** Backs up what is there, then puts the backup in its place. */
const putBack = (line: Line, file: string, name: string) =>
  Effect.gen(function* () {
    const replace = line.flags.has("replace")
    const former = yield* Restore.content
    if (!isEmpty(former) && !replace) return yield* refuseContent(name)(former)
    const safety = isEmpty(former) ? undefined : yield* safetyFile(line, file)
    if (safety !== undefined) {
      yield* Effect.catchTag(Backup.write({ file: safety, overwrite: false, program: `work-prod ${VERSION}` }), "BackupFileFailure", (failure) => {
        const { cause, hint, what } = BackupReport.tellUnwritten(failure)
        return new CommandFailed({ what: `what is to be replaced could not be backed up, so nothing was changed: ${what}`, hint: failure.problem === "Exists" ? hint : "say where with --safety-backup FILE", cause })
      })
    }
    return { restored: yield* Restore.run({ file, replace, asCopy: line.flags.has("copy") }), safety }
  })

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print } = yield* Output
    const [named = ""] = line.words
    const file = yield* FilePlace.absolute(named, command)
    const level = yield* Settings.logLevel(line, command)
    const isJson = line.flags.has("json")
    const inspected = Backup.inspect(file).pipe(Effect.mapError(BackupReport.tellUnreadable), Effect.provide(NodeFileSystem.layer))
    const found = yield* inspected
    if (line.flags.has("check")) {
      yield* print(isJson ? KeyText.jsonLines(BackupReport.toJson(found)) : `the backup ${printable(file)} is whole: ${BackupReport.amount(found.rows)}, taken ${found.takenAt} (UTC) by ${printable(found.program)}\n`)
      return ExitCode.done
    }
    const { layer, name, tell } = yield* CommandDatabase.open(line, "Alone")
    const { restored, safety } = yield* putBack(line, file, name).pipe(
      Effect.catchTags({
        StorageFailure: tell,
        DatabaseNotEmpty: ({ rows }) => refuseContent(name)(rows),
        BackupDamaged: BackupReport.tellUnreadable,
        BackupTooNew: BackupReport.tellUnreadable,
        BackupFileFailure: BackupReport.tellUnreadable
      }),
      Effect.provide([layer, LocalProcess.layer, NodeFileSystem.layer, RandomValues.layer, Logging.layer(level)])
    )
    if (isJson) yield* print(KeyText.jsonLines({ ...BackupReport.toJson(restored), database: name, safety_backup: safety ?? null }))
    else {
      yield* print(
        [
          `${BackupReport.amount(restored.rows)} restored to ${printable(name)}, as they were at ${restored.takenAt} (UTC)`,
          ...(safety === undefined ? [] : [`what was there before is in ${printable(safety)}`]),
          "next: work-prod serve; clients notice by themselves that they have to read everything anew",
          ""
        ].join("\n")
      )
    }
    return ExitCode.done
  })
