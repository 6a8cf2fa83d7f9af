/**
 * Whether keys still hold while streams that were opened with them go on. Each key is looked at once a second at most, however
 * many streams it has.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ApiKeysShape } from "../ApiKeys.js"
import type { StorageFailure } from "../StorageFailure.js"

const rememberedMillis = 1000
const rememberedKeys = 1000

/** Whether a key holds; null stands for no key, which always does. @category models */
export type IsValid = (keyId: string | null) => Effect.Effect<boolean, StorageFailure>

/** @category constructors */
export const make = (keys: Pick<ApiKeysShape, "isValid">): IsValid => {
  const checkedAt = new Map<string, number>()
  return (keyId) => {
    if (keyId === null) return Effect.succeed(true)
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const last = checkedAt.get(keyId)
      if (last !== undefined && now >= last && now - last < rememberedMillis) return Effect.succeed(true)
      return Effect.map(keys.isValid(keyId), (isValid) => {
        if (checkedAt.size >= rememberedKeys) checkedAt.clear()
        if (isValid) checkedAt.set(keyId, now)
        else checkedAt.delete(keyId)
        return isValid
      })
    })
  }
}
