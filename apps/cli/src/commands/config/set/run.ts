import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
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

/** What is piped in; nothing is waited for where somebody would have to type it unseen. */
const piped = (key: string) =>
  Effect.gen(function* () {
    const { stdin } = yield* StandardStreams
    if (stdin.isTerminal) return yield* wrong(`standard input is a terminal, so the value of ${key} cannot be read from it`, `pipe it: dev-infra config set ${key} --stdin < FILE`)
    return yield* stdin.readAll
  })

const secretOf = (input: ConfigSetInput) =>
  Effect.gen(function* () {
    if (input.values.length > 0) {
      return yield* wrong(
        `${input.key} is a secret and is not taken from the command line, where other programs see it`,
        `type dev-infra config set ${input.key} and answer the question, or pipe it: dev-infra config set ${input.key} --stdin < FILE`
      )
    }
    const prompt = yield* Prompt
    const { stdin } = yield* StandardStreams
    const asks = !input.stdin && stdin.isTerminal
    const given = asks
      ? yield* prompt.secret({ question: text`What is ${input.key}? What is typed is not shown.`, flag: "--stdin and pipe the value in" })
      : Redacted.make(yield* piped(input.key))
    if (Redacted.value(given).trim() === "") return yield* wrong(`no value for ${input.key} came from ${asks ? "the terminal" : "standard input"}`)
    return given
  })

const valuesOf = (input: ConfigSetInput) =>
  Effect.gen(function* () {
    if (!input.stdin) return input.values
    return [...input.values, ...(yield* piped(input.key)).split(/\r?\n/).filter((line) => line !== "")]
  })

/** A value that is not allowed is a fault of the command line, unlike one that stands in the file. */
const blameLine = (change: Effect.Effect<void, Configuration.ConfigurationWriteError>) =>
  Effect.mapError(change, (error) =>
    error._tag === "ConfigurationInvalid" && error.origin === Configuration.givenOrigin ? wrong(`${error.key} ${error.detail}`) : error
  )

/** Store the value of a setting. @category commands */
export const run = (input: ConfigSetInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const { key } = input
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    if (isSecretKey(key)) yield* blameLine(configuration.setSecret(key, yield* secretOf(input)))
    else {
      const values = yield* valuesOf(input)
      if (values.length === 0) return yield* wrong(`no value for ${key} is given`, `to take it away: dev-infra config unset ${key}`)
      yield* blameLine(configuration.set(key, values))
    }
    const setting = yield* configuration.get(key)
    const { source, value } = setting
    if (source._tag !== "File") {
      yield* output.message(text`Stored ${key} in ${configuration.path}.`)
      return yield* output.warning(text`${source._tag === "Flag" ? "the flag" : Configuration.describeSource(source)} wins over the file: ${key} is ${Configuration.display(setting)}`)
    }
    yield* output.message(text`${key} is now ${Configuration.display(setting)}.`)
    if (key === "roots" && Array.isArray(value)) {
      const files = yield* LocalFiles
      const there = files.existing(value)
      yield* Effect.forEach(value, (root, at) => (there[at] === false ? output.warning(text`${root} does not exist`) : Effect.void), { discard: true })
    }
  }).pipe(Effect.provide(ConfigurationServices.layer))
