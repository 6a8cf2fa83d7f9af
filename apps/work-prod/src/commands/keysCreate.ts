/**
 * `keys create`.
 *
 * @module
 */
import { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { CommandFailed } from "../CommandError.js"
import * as DatabasePlace from "../DatabasePlace.js"
import type { Execute } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as KeyText from "../KeyText.js"
import { Output } from "../Output.js"
import { printable } from "../PlainText.js"
import * as ServerDatabase from "../ServerDatabase.js"
import * as Settings from "../Settings.js"
import * as StorageReport from "../StorageReport.js"

const command = ["keys", "create"]

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print, say } = yield* Output
    const account = (yield* Settings.account(line, command)) ?? ""
    const label = (yield* Settings.label(line, command)) ?? ""
    const expiresInDays = yield* Settings.expiresInDays(line)
    const level = yield* Settings.logLevel(line, command)
    const file = yield* DatabasePlace.existing(line)
    const made = Effect.gen(function* () {
      const keys = yield* ApiKeys
      const { key, secret } = yield* keys.create({ account, label, readOnly: line.flags.has("read-only"), expiresInDays })
      const told = line.flags.has("json") ? KeyText.jsonLines({ key: Redacted.value(secret), ...KeyText.toJson(key) }) : `${Redacted.value(secret)}\n`
      // A key that nobody has seen is of no use to anybody but a thief.
      const lost = () => Effect.zipRight(keys.revoke(key.prefix), new CommandFailed({ what: "the key could not be written to standard output, so it was revoked again" }))
      yield* Effect.catchTag(print(told), "OutputFailed", lost)
      const until = key.expiresAt === null ? "" : ` until ${key.expiresAt}`
      yield* say(`${key.readOnly ? "A read-only key" : "A key"} for the account ${printable(key.account)}${until}. It is shown this once; its prefix is ${key.prefix}.\n`)
    })
    const notFound = () => new CommandFailed({ what: "the key was revoked at once by somebody else" })
    yield* made.pipe(
      Effect.catchTags({ StorageFailure: StorageReport.tell(file), KeyNotFound: notFound }),
      Effect.provide(ServerDatabase.layer(file, level))
    )
    return ExitCode.done
  })
