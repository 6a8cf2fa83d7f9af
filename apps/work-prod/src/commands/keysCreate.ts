/**
 * `keys create`.
 *
 * @module
 */
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { CommandFailed } from "../CommandError.js"
import * as DatabaseChoice from "../DatabaseChoice.js"
import type { Execute } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as KeyText from "../KeyText.js"
import { Output } from "../Output.js"
import { printable } from "../PlainText.js"
import * as ServerDatabase from "../ServerDatabase.js"
import * as Settings from "../Settings.js"

const command = ["keys", "create"]

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print, say } = yield* Output
    const account = (yield* Settings.account(line, command)) ?? ""
    const label = (yield* Settings.label(line, command)) ?? ""
    const expiresInDays = yield* Settings.expiresInDays(line)
    const level = yield* Settings.logLevel(line, command)
    const database = yield* DatabaseChoice.existing(line)
    const made = ApiKeys.handOver({ account, label, readOnly: line.flags.has("read-only"), expiresInDays }, ({ key, secret }) =>
      Effect.gen(function* () {
        yield* print(line.flags.has("json") ? KeyText.jsonLines({ key: Redacted.value(secret), ...KeyText.toJson(key) }) : `${Redacted.value(secret)}\n`)
        const until = key.expiresAt === null ? "" : ` until ${key.expiresAt}`
        yield* say(`${key.readOnly ? "A read-only key" : "A key"} for the account ${printable(key.account)}${until}. It is shown this once; its prefix is ${key.prefix}.\n`)
      })
    )
    const lost = () => new CommandFailed({ what: "the key could not be written to standard output, so it was revoked again" })
    yield* made.pipe(
      Effect.catchTags({ StorageFailure: DatabaseChoice.tell(database), OutputFailed: lost }),
      Effect.provide(ServerDatabase.layer(database, level))
    )
    return ExitCode.done
  })
