import * as Configuration from "@dev-infra/registry/Configuration"
import { definitions } from "@dev-infra/registry/ConfigurationKey"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import * as ConfigurationServices from "../../../ConfigurationServices.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ExitCode from "../../../ExitCode.js"
import { Output } from "../../../Output.js"
import { styled, text } from "../../../SafeText.js"
import type { ConfigListInput } from "./command.js"

const columns = [{ title: "KEY" }, { title: "VALUE", shorten: "text" }, { title: "FROM", shorten: "path" }, { title: "MEANS", shorten: "text" }] as const

/** Show all settings. @category commands */
export const run = (input: ConfigListInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    const { problems, settings, unknownKeys } = yield* configuration.list
    if (input.json) {
      yield* output.json({
        path: configuration.path,
        settings: settings.map(ConfigurationServices.forScripts),
        problems: problems.map(({ detail, key, origin }) => ({ key, origin, detail })),
        unknown_keys: unknownKeys
      })
    } else {
      const rows = settings.map((setting) => [
        setting.key,
        setting.value === undefined ? styled("dim", Configuration.display(setting)) : Configuration.display(setting),
        setting.value === undefined ? "" : Configuration.describeSource(setting.source),
        styled("dim", definitions[setting.key].summary)
      ])
      yield* output.table({ columns, rows })
    }
    yield* Effect.forEach(problems, ({ message }) => output.warning(text`${message}`), { discard: true })
    yield* Effect.forEach(unknownKeys, (unknown) => output.warning(text`${configuration.path}:${unknown.position.line}: ${unknown.key} is no setting of this version; it is left as it is`), { discard: true })
    return problems.length > 0 ? ExitCode.failed : undefined
  }).pipe(Effect.provide(ConfigurationServices.layer))
