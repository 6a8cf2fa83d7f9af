import * as Configuration from "@dev-infra/registry/Configuration"
import type { ConfigurationKey } from "@dev-infra/registry/ConfigurationKey"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CommandError } from "../../CommandError.js"
import * as ConfigurationServices from "../../ConfigurationServices.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import * as RemoteSettings from "../../RemoteSettings.js"
import { text } from "../../SafeText.js"
import * as ServerCheck from "../../ServerCheck.js"
import { Surroundings } from "../../Surroundings.js"
import type { LogoutInput } from "./command.js"

/** All that belongs to the one server. */
const keys: ReadonlyArray<ConfigurationKey> = ["api.url", "api.key", "api.name", "api.insecure", "api.ca_file"]

/** Take the server out of the configuration. @category commands */
export const run = (input: LogoutInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    const { environment } = yield* Surroundings
    const { stored, storedKeys } = yield* configuration.list
    const there = keys.filter((key) => storedKeys.includes(key))
    if (there.length > 0) yield* configuration.change(there.map((key) => ({ key, texts: undefined })))
    const key = stored["api.key"]
    const prefix = key === undefined ? undefined : ServerCheck.publicPart(Redacted.value(key))
    const named = [WorkProdSettings.urlVariable, WorkProdSettings.keyVariable].filter((name) => RemoteSettings.variable(environment, name) !== undefined)
    if (input.json) yield* output.json({ url: stored["api.url"] ?? null, forgotten: there, environment: named, path: configuration.path })
    if (there.length === 0) yield* output.message(text`No server is stored in ${configuration.path}.`)
    else {
      const what = stored["api.url"] === undefined ? "what was stored of the server" : stored["api.url"]
      yield* output.message(text`Forgot ${what}${storedKeys.includes("api.key") ? " and the key to it" : ""}. All projects stay, and what is remembered of syncs; the next login goes on from there.`)
      if (prefix !== undefined) yield* output.message(text`The key still works: work-prod keys revoke ${prefix} on the server's computer ends that.`)
    }
    for (const name of named) yield* output.warning(text`${name} is set, and still counts`)
  }).pipe(Effect.provide(ConfigurationServices.layer))
