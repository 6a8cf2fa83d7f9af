import * as Configuration from "@dev-infra/registry/Configuration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CommandError } from "../../../CommandError.js"
import * as ConfigurationServices from "../../../ConfigurationServices.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ExitCode from "../../../ExitCode.js"
import { Output } from "../../../Output.js"
import { styled, text } from "../../../SafeText.js"
import type { ConfigGetInput } from "./command.js"

/** Print the value of a setting. @category commands */
export const run = (input: ConfigGetInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    const setting = yield* configuration.get(input.key)
    const { source, value } = setting
    if (input.json) yield* output.json(ConfigurationServices.forScripts(setting))
    else if (Redacted.isRedacted(value)) yield* output.line(text`${Configuration.display(setting)}`)
    else if (typeof value === "object") yield* Effect.forEach(Array.isArray(value) ? value : Object.entries(value).map(([name, one]) => `${name}=${one}`), (item) => output.plain(item, "\n"), { discard: true })
    else if (value !== undefined) yield* output.plain(String(value), "\n")
    else yield* output.message(text`${input.key} is not set.`)
    // Who reads on a terminal also wants to know why.
    if (value !== undefined && output.isTerminal && !input.json) yield* output.message(styled("dim", text`from ${Configuration.describeSource(source)}`))
    return value === undefined ? ExitCode.failed : undefined
  }).pipe(Effect.provide(ConfigurationServices.layer))
