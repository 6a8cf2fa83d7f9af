import * as Configuration from "@dev-infra/registry/Configuration"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import * as ConfigurationServices from "../../../ConfigurationServices.js"
import type { CommandServices } from "../../../Declaration.js"
import { Output } from "../../../Output.js"
import { text } from "../../../SafeText.js"
import type { ConfigUnsetInput } from "./command.js"

/** Take a setting out of the file. @category commands */
export const run = (input: ConfigUnsetInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const { key } = input
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    const wasSet = yield* configuration.unset(key)
    yield* output.message(wasSet ? text`${key} is no longer set in ${configuration.path}.` : text`${key} was not set in ${configuration.path}.`)
  }).pipe(Effect.provide(ConfigurationServices.layer))
