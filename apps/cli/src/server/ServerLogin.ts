/**
 * Logging in to the server of this home: a key is made by a call and stored, and never shown.
 *
 * @module
 */
import * as Configuration from "@dev-infra/registry/Configuration"
import { HomeServer } from "@dev-infra/registry/HomeServer"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import type { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { CommandFailed } from "../CommandError.js"
import { Surroundings } from "../Surroundings.js"

/** What of a key holds at this server. `Missing`: there is none. @category models */
export type KeyState = "Valid" | "ReadOnly" | "Missing" | ApiKeys.KeyRefused["reason"]

/** @category queries */
export const stateOf = (key: Redacted.Redacted | undefined): Effect.Effect<KeyState, StorageFailure, ApiKeys.ApiKeys> =>
  key === undefined
    ? Effect.succeed("Missing")
    : Effect.flatMap(ApiKeys.ApiKeys, (keys) => keys.verify(key)).pipe(
        Effect.map(({ readOnly }): KeyState => (readOnly ? "ReadOnly" : "Valid")),
        Effect.catchTag("KeyRefused", ({ reason }) => Effect.succeed<KeyState>(reason))
      )

/** Why a new key was made although one was stored, as the end of a sentence. */
const reasons: { readonly [state in Exclude<KeyState, "Valid" | "Missing">]: string } = {
  ReadOnly: "may only read",
  Unknown: "is not one of this server",
  Revoked: "was revoked",
  Expired: "has expired"
}

/**
 * Store the address of the server and a key that may write, unless both are stored already. Says why, if another key was stored that
 * is of no use here.
 *
 * @category login
 */
export const logIn = (
  url: string
): Effect.Effect<{ readonly replaced: string | undefined }, CommandFailed | Configuration.ConfigurationWriteError | StorageFailure, ApiKeys.ApiKeys | Configuration.Configuration | HomeServer | Surroundings> =>
  Effect.gen(function* () {
    const configuration = yield* Configuration.Configuration
    const { environment, hostName } = yield* Surroundings
    const { stored } = yield* configuration.list
    const given = environment[WorkProdSettings.keyVariable]?.trim() ?? ""
    const state = yield* stateOf(given === "" ? stored["api.key"] : Redacted.make(given))
    if (given !== "" && state !== "Valid") {
      return yield* new CommandFailed({ what: `the key in ${WorkProdSettings.keyVariable} ${state === "Missing" ? "is none" : reasons[state]}`, where: url, hint: `unset ${WorkProdSettings.keyVariable}, then dev-infra up makes a key of its own` })
    }
    const settings: ReadonlyArray<Configuration.ConfigurationChange> = [
      { key: "api.url", texts: [url] },
      { key: "api.insecure", texts: undefined },
      { key: "api.ca_file", texts: undefined }
    ]
    if (state === "Valid") {
      if (stored["api.url"] !== url) yield* configuration.change(settings)
      return { replaced: undefined }
    }
    const key = { account: Accounts.defaultName, label: `dev-infra up on ${hostName()}`, readOnly: false, expiresInDays: undefined }
    yield* ApiKeys.handOver(key, ({ key: { prefix }, secret }) =>
      Effect.gen(function* () {
        // First: a key that is stored but not remembered would be taken for one to another server.
        yield* (yield* HomeServer).rememberKey(prefix)
        yield* configuration.change([...settings, { key: "api.key", texts: secret }])
      })
    )
    return { replaced: state === "Missing" ? undefined : reasons[state] }
  })
