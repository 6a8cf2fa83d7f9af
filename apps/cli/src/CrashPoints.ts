/**
 * Crashes where a test wants them: `DEV_INFRA_FAULT_POINT=target-replace:before:2` kills the process when it comes to that
 * point of a write, of a sync or of an update, for the second time.
 *
 * @module
 */
import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

const variable = "DEV_INFRA_FAULT_POINT"

/** Crashes when a point is reached for the `count`-th time. */
const crashingAt = (point: string | undefined, count: number, crash: Effect.Effect<never>) => {
  let arrivals = 0
  return { reach: (reached: string): Effect.Effect<void> => Effect.suspend(() => (reached === point && ++arrivals === count ? crash : Effect.void)) }
}

/** A crash at a step of a sync or of an update. What these are made of is loaded only if this is asked for. */
const inSteps = (asked: string, point: string | undefined, count: number, crash: Effect.Effect<never>): Effect.Effect<Layer.Layer<never>, UsageError> =>
  Effect.gen(function* () {
    const [sync, apply] = yield* Effect.promise(() => Promise.all([import("@dev-infra/sync/SyncStep"), import("@dev-infra/templates/ApplyStep")]))
    if (sync.names.some((each) => each === point)) return Layer.sync(sync.SyncStep, () => crashingAt(point, count, crash))
    if (apply.names.some((each) => each === point)) return Layer.sync(apply.ApplyStep, () => crashingAt(point, count, crash))
    return yield* new UsageError({
      command: [],
      message: `${variable} is ${JSON.stringify(asked)}, which is no point of a write, a sync or an update`,
      hint: `it is one of ${[...FaultPoint.names, ...sync.names, ...apply.names].join(", ")}, then a colon and a number`
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
    return name === undefined ? yield* inSteps(asked, point, Number(count), crash) : FaultPoint.layerAt(name, Number(count), crash)
  })
)
