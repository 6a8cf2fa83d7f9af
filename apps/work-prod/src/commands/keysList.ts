/**
 * `keys list`.
 *
 * @module
 */
import { Accounts } from "@dev-infra/work-prod-server/Accounts"
import { type ApiKey, ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import { CommandFailed } from "../CommandError.js"
import * as DatabaseChoice from "../DatabaseChoice.js"
import type { Execute } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as KeyText from "../KeyText.js"
import { Output } from "../Output.js"
import * as ServerDatabase from "../ServerDatabase.js"
import * as Settings from "../Settings.js"

const command = ["keys", "list"]

/** By account, then as they were made. */
const inOrder = Order.combineAll<ApiKey>([
  Order.mapInput(Order.string, (key) => key.account),
  Order.mapInput(Order.string, (key) => key.createdAt),
  Order.mapInput(Order.string, (key) => key.label)
])

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print, say } = yield* Output
    const account = yield* Settings.account(line, command)
    const level = yield* Settings.logLevel(line, command)
    const database = yield* DatabaseChoice.existing(line)
    const found = Effect.gen(function* () {
      const keys = yield* ApiKeys
      const accounts = yield* Accounts
      if (account !== undefined && (yield* accounts.find(account)) === undefined) return yield* new CommandFailed({ what: `there is no account ${account}` })
      return Array.from(yield* keys.list(account)).sort(inOrder)
    })
    const keys = yield* found.pipe(Effect.catchTag("StorageFailure", DatabaseChoice.tell(database)), Effect.provide(ServerDatabase.layer(database, level)))
    if (line.flags.has("json")) yield* print(KeyText.jsonLines({ keys: keys.map(KeyText.toJson) }))
    else if (keys.length === 0) yield* say("There are no keys yet.\n")
    else yield* print(KeyText.table(keys, DateTime.formatIso(yield* DateTime.now).slice(0, 19)))
    return ExitCode.done
  })
