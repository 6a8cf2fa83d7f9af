/**
 * `keys revoke`.
 *
 * @module
 */
import { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as Effect from "effect/Effect"
import { CommandFailed, UsageError } from "../CommandError.js"
import * as DatabaseChoice from "../DatabaseChoice.js"
import type { Execute } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as KeyText from "../KeyText.js"
import { Output } from "../Output.js"
import { printable } from "../PlainText.js"
import * as ServerDatabase from "../ServerDatabase.js"
import * as Settings from "../Settings.js"

const command = ["keys", "revoke"]

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print, say } = yield* Output
    const [named = ""] = line.words
    if (/^wp_[^_]+_/.test(named)) {
      return yield* new UsageError({ command, what: "that is a whole key, and a key does not belong in arguments: others can see them", hint: "give its prefix, as work-prod keys list shows it" })
    }
    const level = yield* Settings.logLevel(line, command)
    const database = yield* DatabaseChoice.existing(line)
    const revoked = Effect.flatMap(ApiKeys, (keys) => keys.revoke(named.startsWith("wp_") ? named : `wp_${named}`))
    const notFound = () => new CommandFailed({ what: `no key has the prefix ${named}`, hint: "work-prod keys list shows them" })
    const key = yield* revoked.pipe(
      Effect.catchTags({ StorageFailure: DatabaseChoice.tell(database), KeyNotFound: notFound }),
      Effect.provide(ServerDatabase.layer(database, level))
    )
    if (line.flags.has("json")) yield* print(KeyText.jsonLines(KeyText.toJson(key)))
    else yield* say(`The key ${key.prefix} of the account ${printable(key.account)} is revoked.\n`)
    return ExitCode.done
  })
