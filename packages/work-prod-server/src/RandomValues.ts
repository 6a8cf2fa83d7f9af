/**
 * Where keys and ids come from. The only module of this package that uses `node:crypto`.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto"

/** @category models */
export interface RandomValuesShape {
  /** a UUID of version 4, in lower case */
  readonly uuid: Effect.Effect<string>
  /** so many bytes from the system's secure generator */
  readonly bytes: (count: number) => Effect.Effect<Uint8Array>
}

/**
 * A source of ids and bytes.
 *
 * @example
 * ```ts
 * import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
 * import * as Effect from "effect/Effect"
 *
 * const id = Effect.flatMap(RandomValues.RandomValues, ({ uuid }) => uuid)
 *
 * export const real = Effect.provide(id, RandomValues.layer)
 * export const known = Effect.provide(id, RandomValues.layerMemory) // 00000000-0000-4000-8000-000000000001
 * ```
 *
 * @category tags
 */
export class RandomValues extends Context.Tag("@dev-infra/work-prod-server/RandomValues")<RandomValues, RandomValuesShape>() {}

/** The generator of the system. @category layers */
export const layer: Layer.Layer<RandomValues> = Layer.succeed(RandomValues, {
  uuid: Effect.sync(() => randomUUID()),
  bytes: (count) => Effect.sync(() => randomBytes(count))
})

/** Counts instead of drawing, so that tests know what comes. @category layers */
export const layerMemory: Layer.Layer<RandomValues> = Layer.sync(RandomValues, () => {
  let drawn = 0
  return {
    uuid: Effect.sync(() => `00000000-0000-4000-8000-${String((drawn += 1)).padStart(12, "0")}`),
    bytes: (count) =>
      Effect.sync(() => {
        drawn += 1
        return Uint8Array.from({ length: count }, (_, index) => (drawn * 31 + index * 7) % 256)
      })
  }
})

/** The SHA-256 of a text in UTF-8, as hexadecimal text. @category hashing */
export const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex")

/** Whether two hexadecimal hashes of one length are equal, in a time that does not depend on where they differ. @category hashing */
export const sameHash = (left: string, right: string): boolean => {
  const [one, other] = [Buffer.from(left, "hex"), Buffer.from(right, "hex")]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** A SHA-256 of text that comes in pieces. @category models */
export interface RunningHash {
  readonly update: (text: string) => void
  /** as hexadecimal text; to be called once, at the end */
  readonly digest: () => string
}

/** Begins the SHA-256 of a text that comes in pieces. @category hashing */
export const runningSha256 = (): RunningHash => {
  const hash = createHash("sha256")
  return { update: (text) => void hash.update(text, "utf8"), digest: () => hash.digest("hex") }
}
