/**
 * `import-v0.3`.
 *
 * @module
 */
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import * as OldInstallation from "@dev-infra/work-prod-server/OldInstallation"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CommandDatabase from "../CommandDatabase.js"
import { UsageError } from "../CommandError.js"
import type { Execute } from "../Declaration.js"
import * as ExitCode from "../ExitCode.js"
import * as FilePlace from "../FilePlace.js"
import * as KeyText from "../KeyText.js"
import * as Logging from "../Logging.js"
import * as OldSourceReport from "../OldSourceReport.js"
import { Output } from "../Output.js"
import * as Settings from "../Settings.js"
import * as TakenOverReport from "../TakenOverReport.js"

const command = ["import-v0.3"]

const refuse = (what: string, hint: string) => new UsageError({ command, what, hint })

/** The address alone: people name that of the list as well. */
const baseOf = (text: string): Effect.Effect<string, UsageError> => {
  if (!URL.canParse(text)) return Effect.fail(refuse(`"${text}" is no address`, "write it like http://127.0.0.1:5000"))
  const { origin, password, pathname, username } = new URL(text)
  if (username !== "" || password !== "") {
    return Effect.fail(refuse("the address holds a user or password, which does not belong in arguments: others can see them", "work-prod 0.3.0 asks for none; ask it where it runs, or name its SQLite file"))
  }
  return Effect.succeed(`${origin}${pathname.replace(/\/+$/, "").replace(/\/api(?:\/projects)?$/, "").replace(/\/+$/, "")}`)
}

/** Where it is read from, and how. */
const sourceOf = (text: string) =>
  Effect.gen(function* () {
    if (/^https?:\/\//i.test(text)) {
      const base = yield* baseOf(text)
      return { source: base, rows: Effect.provide(OldInstallation.readList(base), NodeHttpClient.layer) }
    }
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return yield* refuse("the address is neither http:// nor https://", "write it like http://127.0.0.1:5000")
    if (/^[\w.-]+:\d+(?:\/|$)/.test(text)) return yield* refuse(`"${text}" is an address without http://`, `write http://${text}`)
    const file = yield* FilePlace.absolute(text, command)
    return { source: file, rows: OldInstallation.readFile(file) }
  })

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const { print } = yield* Output
    const [named = ""] = line.words
    const { rows, source } = yield* sourceOf(named)
    const account = (yield* Settings.account(line, command)) ?? Accounts.defaultName
    const level = yield* Settings.logLevel(line, command)
    const found = yield* Effect.mapError(rows, OldSourceReport.tell)
    const { layer, tell } = yield* CommandDatabase.open(line, "New")
    const services = Accounts.layer.pipe(Layer.provide(RandomValues.layer), Layer.provideMerge(layer), Layer.merge(Logging.layer(level)))
    const all = yield* OldInstallation.takeOverAll(account, found).pipe(Effect.catchTag("StorageFailure", tell), Effect.provide(services))
    yield* print(line.flags.has("json") ? KeyText.jsonLines(TakenOverReport.toJson(source, all)) : TakenOverReport.text(source, all))
    return all.some(({ fate }) => fate._tag === "Refused") ? ExitCode.failed : ExitCode.done
  })
