/**
 * `doctor`.
 *
 * @module
 */
import * as Doctor from "@dev-infra/work-prod-server/Doctor"
import * as Effect from "effect/Effect"
import * as CommandDatabase from "../CommandDatabase.js"
import type { CommandFailed } from "../CommandError.js"
import * as DatabaseFileCheck from "../DatabaseFileCheck.js"
import type { Execute } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as KeyText from "../KeyText.js"
import * as Logging from "../Logging.js"
import { Output } from "../Output.js"
import { printable } from "../PlainText.js"
import * as Settings from "../Settings.js"

const command = ["doctor"]

/** What hinders any further look is a finding like others. */
const unusable = ({ hint, what }: CommandFailed): ReadonlyArray<Doctor.Finding> => [{ subject: "database", severity: "error", what, ...(hint === undefined ? {} : { fix: hint }) }]

const widest = (findings: ReadonlyArray<Doctor.Finding>): number => Math.max(...findings.map(({ subject }) => subject.length))

const text = (name: string, findings: ReadonlyArray<Doctor.Finding>): string => {
  const width = widest(findings)
  const lines = findings.flatMap(({ fix, severity, subject, what }) => [
    `${severity.padEnd(7)}  ${subject.padEnd(width)}  ${printable(what)}`,
    ...(fix === undefined ? [] : [`${" ".repeat(width + 11)}fix: ${printable(fix)}`])
  ])
  return [`database: ${printable(name)}`, ...lines, ""].join("\n")
}

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print } = yield* Output
    const level = yield* Settings.logLevel(line, command)
    const { file, layer, name, tell } = yield* CommandDatabase.open(line, "Beside")
    // Before it is opened: opening takes the rights of others to the file.
    const around = file === undefined ? [] : yield* DatabaseFileCheck.examine(file)
    const inside = yield* Doctor.examine.pipe(
      Effect.catchTag("StorageFailure", tell),
      Effect.provide([layer, Logging.layer(level)]),
      Effect.catchAll((failure) => Effect.succeed(unusable(failure)))
    )
    const findings = [...inside, ...around]
    yield* print(line.flags.has("json") ? KeyText.jsonLines({ database: name, findings }) : text(name, findings))
    return findings.some(({ severity }) => severity === "error" || severity === "warning") ? ExitCode.failed : ExitCode.done
  })
