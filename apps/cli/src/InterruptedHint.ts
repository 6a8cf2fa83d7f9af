/**
 * A word about updates that were cut off, for commands that show how projects stand.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as Effect from "effect/Effect"
import * as Next from "./Next.js"
import { Output } from "./Output.js"
import { styled, text } from "./SafeText.js"
import type { Surroundings } from "./Surroundings.js"

/**
 * Warn of updates that were begun and not ended. Costs one look at the disk where there was never an update; what cannot be looked at is no matter
 * of the command.
 *
 * @category printing
 */
export const tell: Effect.Effect<void, never, DevInfraHome | LocalFiles | Output | Surroundings> = Effect.gen(function* () {
  const { stateFolder } = yield* DevInfraHome
  const { existing } = yield* LocalFiles
  if (existing([`${stateFolder}/apply`])[0] !== true) return
  const output = yield* Output
  const { list } = yield* Effect.promise(() => import("@dev-infra/templates/InterruptedUpdates"))
  for (const { action, project } of yield* Effect.orElseSucceed(list, () => [])) {
    const what = action === "apply" ? "an update" : "undoing an update"
    yield* output.warning(text`${what} of ${project.name} was cut off, or is being made right now`)
    yield* output.message(text`${yield* Next.line("plan", project.path)}   ${styled("dim", "finishes it or rolls it back, and says which")}`)
  }
})
