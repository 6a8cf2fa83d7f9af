import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import { Output } from "../../../Output.js"
import * as RegistryServices from "../../../RegistryServices.js"

/** Print where the configuration file is. @category commands */
export const run = (): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const { configFile } = yield* DevInfraHome
    const output = yield* Output
    yield* output.plain(configFile, "\n")
  }).pipe(Effect.provide(RegistryServices.layer))
