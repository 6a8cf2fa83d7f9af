/**
 * `backup`.
 *
 * @module
 */
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as Backup from "@dev-infra/work-prod-server/Backup"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as BackupReport from "../BackupReport.js"
import * as CommandDatabase from "../CommandDatabase.js"
import type { Execute } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as FilePlace from "../FilePlace.js"
import * as KeyText from "../KeyText.js"
import * as Logging from "../Logging.js"
import { Output } from "../Output.js"
import { printable } from "../PlainText.js"
import * as Settings from "../Settings.js"

declare const VERSION: string

const command = ["backup"]

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print } = yield* Output
    const [named = ""] = line.words
    const file = yield* FilePlace.absolute(named, command)
    const level = yield* Settings.logLevel(line, command)
    const { layer, tell } = yield* CommandDatabase.open(line, "Beside")
    const written = yield* Backup.write({ file, overwrite: line.flags.has("overwrite"), program: `work-prod ${VERSION}` }).pipe(
      Effect.catchTags({ StorageFailure: tell, BackupFileFailure: BackupReport.tellUnwritten }),
      Effect.provide([layer, LocalProcess.layer, NodeFileSystem.layer, Logging.layer(level)])
    )
    if (line.flags.has("json")) yield* print(KeyText.jsonLines({ file, bytes: written.bytes, ...BackupReport.toJson(written) }))
    else yield* print(`${BackupReport.amount(written.rows)} backed up to ${printable(file)} (${BackupReport.size(written.bytes)})\n`)
    return ExitCode.done
  })
