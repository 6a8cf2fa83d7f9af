/**
 * Crashes where a test wants them: `DEV_INFRA_FAULT_POINT=target-replace:before:2` kills the process when it comes to that
 * point of a write for the second time.
 *
 * @module
 */
import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

const variable = "DEV_INFRA_FAULT_POINT"

/**
 * The crash that the environment asks for; none in daily use.
 *
 * @category layers
 */
export const layer: Layer.Layer<never, UsageError, Surroundings> = Layer.unwrapEffect(
  Effect.gen(function* () {
    const { crash, environment } = yield* Surroundings
    const asked = environment[variable] ?? ""
    if (asked === "") return Layer.empty
    const [, point, count] = /^(.*):(\d+)$/.exec(asked) ?? []
    const name = FaultPoint.names.find((each) => each === point)
    if (name === undefined) {
      return yield* new UsageError({ command: [], message: `${variable} is ${JSON.stringify(asked)}, which is no point of a write`, hint: `it is one of ${FaultPoint.names.join(", ")}, then a colon and a number` })
    }
    return FaultPoint.layerAt(name, Number(count), crash)
  })
)
