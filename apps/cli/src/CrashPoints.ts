/**
 * Crashes where a test wants them: `DEV_INFRA_FAULT_POINT=target-replace:before:2` kills the process when it comes to that
 * point of a write, or of a sync, for the second time.
 *
 * @module
 */
import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

const variable = "DEV_INFRA_FAULT_POINT"

/** A crash at a step of a sync. What syncs are made of is loaded only if this is asked for. */
const inSync = (asked: string, point: string | undefined, count: number, crash: Effect.Effect<never>) =>
  Effect.gen(function* () {
    const { names, SyncStep } = yield* Effect.promise(() => import("@dev-infra/sync/SyncStep"))
    const name = names.find((each) => each === point)
    if (name === undefined) {
      return yield* new UsageError({
        command: [],
        message: `${variable} is ${JSON.stringify(asked)}, which is no point of a write or a sync`,
        hint: `it is one of ${[...FaultPoint.names, ...names].join(", ")}, then a colon and a number`
      })
    }
    return Layer.sync(SyncStep, () => {
      let arrivals = 0
      return { reach: (reached) => Effect.suspend(() => (reached === name && ++arrivals === count ? crash : Effect.void)) }
    })
  })

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
    return name === undefined ? yield* inSync(asked, point, Number(count), crash) : FaultPoint.layerAt(name, Number(count), crash)
  })
)
