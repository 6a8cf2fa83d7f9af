/**
 * Where the registry is kept: the port, and its layers.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { empty, parse, print, type RegistryDocument } from "./RegistryDocument.js"
import { refuseNewer, RegistryStore } from "./RegistryPort.js"

export type { RegistryDocument } from "./RegistryDocument.js"
export { layer as layerFile } from "./RegistryFile.js"
export { type RegistryReadError, RegistryStore, type RegistryWriteError } from "./RegistryPort.js"

/**
 * A registry in memory. It goes through the same text as a file does, so what a file could not hold does not survive here either.
 *
 * @param initial - what is stored at first; nothing by default
 * @example
 * ```ts
 * import * as RegistryStore from "@dev-infra/registry/RegistryStore"
 *
 * const store = RegistryStore.layerMemory({ version: "1.0", projects: [{ name: "api", path: "/code/api" }], rest: {} })
 * ```
 * @category layers
 */
export const layerMemory = (initial: RegistryDocument = empty): Layer.Layer<RegistryStore> =>
  Layer.effect(RegistryStore, Effect.gen(function* () {
    const location = "memory"
    const turn = yield* Effect.makeSemaphore(1)
    const events = yield* PubSub.sliding<void>(1)
    let text = print(initial, Option.none())
    const current = Effect.suspend(() => parse({ path: location, text }))
    return RegistryStore.of({
      location,
      read: Effect.map(current, ({ document }) => document),
      modify: (change) =>
        turn.withPermits(1)(Effect.gen(function* () {
          const parsed = yield* current
          const [result, next] = yield* change(parsed.document)
          if (next === parsed.document) return result
          yield* refuseNewer(location, parsed.document)
          const printed = print(next, Option.some(parsed))
          if (printed !== text) {
            text = printed
            yield* PubSub.publish(events, undefined)
          }
          return result
        })),
      changes: Stream.fromPubSub(events)
    })
  }))
