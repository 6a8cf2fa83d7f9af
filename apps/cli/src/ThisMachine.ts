/**
 * This machine, as servers are told of it.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as Configuration from "@dev-infra/registry/Configuration"
import { Machine, type MachineUnreadable } from "@dev-infra/registry/Machine"
import * as Effect from "effect/Effect"
import { Surroundings } from "./Surroundings.js"

/** `uid` is how other machines know this one, once it `isIntroduced`, which the first sync does. `name` is for people. @category models */
export interface ThisMachine {
  readonly uid: string
  readonly isIntroduced: boolean
  readonly name: string
}

/** Who this machine is: the name is that of the configuration, else of the host. Nothing is written. @category reading */
export const identify: Effect.Effect<ThisMachine, FileFailure | MachineUnreadable | Configuration.ConfigurationReadError, Configuration.Configuration | Machine | Surroundings> =
  Effect.gen(function* () {
    const { id, syncId } = yield* Effect.flatMap(Machine, (machine) => machine.identify)
    const { hostName } = yield* Surroundings
    const named = yield* Effect.flatMap(Configuration.Configuration, (configuration) => configuration.get("name")).pipe(
      // A name that is wrong is no reason to do without the rest; config list and doctor tell of it.
      Effect.catchTag("ConfigurationInvalid", () => Effect.succeed({ value: undefined }))
    )
    return { uid: syncId, isIntroduced: syncId !== id, name: named.value ?? hostName() }
  })
