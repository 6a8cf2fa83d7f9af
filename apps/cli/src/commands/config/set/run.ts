import * as Configuration from "@dev-infra/registry/Configuration"
import { isSecretKey } from "@dev-infra/registry/ConfigurationKey"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CommandError } from "../../../CommandError.js"
import * as ConfigurationServices from "../../../ConfigurationServices.js"
import type { CommandServices } from "../../../Declaration.js"
import { Output } from "../../../Output.js"
import { Prompt } from "../../../Prompt.js"
import { text } from "../../../SafeText.js"
import { StandardStreams } from "../../../StandardStreams.js"
import { UsageError } from "../../../UsageError.js"
import type { ConfigSetInput } from "./command.js"

const wrong = (message: string, hint?: string) => new UsageError({ command: ["config", "set"], message, ...(hint === undefined ? {} : { hint }) })

const secretOf = (input: ConfigSetInput) =>
  Effect.gen(function* () {
    if (input.values.length > 0) return yield* wrong(`${input.key} is a secret and is not taken from the command line`, `dev-infra config set ${input.key} --stdin reads it from standard input`)
    const { stdin } = yield* StandardStreams
    const prompt = yield* Prompt
    const given = input.stdin || !prompt.isPossible ? yield* stdin.readAll : yield* prompt.text({ question: text`${input.key}:`, flag: "--stdin" })
    if (given.trim() === "") return yield* wrong(`no value for ${input.key} came from standard input`)
    return Redacted.make(given)
  })

const valuesOf = (input: ConfigSetInput) =>
  Effect.gen(function* () {
    if (!input.stdin) return input.values
    const { stdin } = yield* StandardStreams
    return [...input.values, ...(yield* stdin.readAll).split("\n").filter((line) => line !== "")]
  })

/** Store the value of a setting. @category commands */
export const run = (input: ConfigSetInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const key = yield* ConfigurationServices.keyOf(["config", "set"], input.key)
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    if (isSecretKey(key)) yield* configuration.setSecret(key, yield* secretOf(input))
    else {
      const values = yield* valuesOf(input)
      if (values.length === 0) return yield* wrong(`no value for ${key} is given`, `to take it away: dev-infra config unset ${key}`)
      // A value that is not allowed is a fault of the command line, unlike one that stands in the file.
      yield* Effect.catchTag(configuration.set(key, values), "ConfigurationInvalid", (invalid) => Effect.fail(wrong(`${invalid.key} ${invalid.detail}`)))
    }
    const setting = yield* configuration.get(key)
    yield* output.message(text`${key} is now ${Configuration.display(setting)}.`)
    if (setting.source._tag === "Environment") yield* output.warning(text`${setting.source.variable} is set and wins over the file`)
  }).pipe(Effect.provide(ConfigurationServices.layer))
