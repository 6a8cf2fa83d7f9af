import * as Configuration from "@dev-infra/registry/Configuration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CommandError } from "../../../CommandError.js"
import * as ConfigurationServices from "../../../ConfigurationServices.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ExitCode from "../../../ExitCode.js"
import { Output } from "../../../Output.js"
import { text } from "../../../SafeText.js"
import type { ConfigGetInput } from "./command.js"

/** Print the value of a setting. @category commands */
export const run = (input: ConfigGetInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const key = yield* ConfigurationServices.keyOf(["config", "get"], input.key)
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    const setting = yield* configuration.get(key)
    const { source, value } = setting
    const isSecret = Redacted.isRedacted(value)
    if (input.json) {
      yield* output.json({ key, value: isSecret ? null : (value ?? null), ...(isSecret ? { hidden: true } : {}), source: Configuration.describeSource(source) })
    } else if (isSecret) yield* output.line(text`${Configuration.display(setting)}`)
    else if (typeof value === "object") yield* Effect.forEach(value, (item) => output.plain(item, "\n"), { discard: true })
    else if (value !== undefined) yield* output.plain(String(value), "\n")
    else yield* output.message(text`${key} is not set.`)
    return value === undefined ? ExitCode.failed : undefined
  }).pipe(Effect.provide(ConfigurationServices.layer))
