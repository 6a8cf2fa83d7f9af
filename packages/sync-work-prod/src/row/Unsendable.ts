/**
 * What no server can hold.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { RemoteContent } from "@dev-infra/sync/RemoteEntry"

/** Lists and objects inside each other, more than which no server reads. */
const depthLimit = 48

const isIllFormed = (text: string): boolean => /\p{Surrogate}/u.test(text)

const faultIn = (value: JsonValue, depth: number): string | undefined => {
  if (typeof value === "string") return isIllFormed(value) ? "holds half of an emoji or another broken character" : undefined
  if (typeof value !== "object" || value === null) return undefined
  if (depth > depthLimit) return `is nested more than ${depthLimit} levels deep`
  for (const [key, inner] of Object.entries(value)) {
    const fault = isIllFormed(key) ? "has a key with half of an emoji or another broken character" : faultIn(inner, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

/**
 * Why content cannot be sent, as a clause; undefined if it can.
 *
 * @category predicates
 */
export const faultOf = ({ fields, path }: RemoteContent): string | undefined => {
  for (const [field, value] of Object.entries(fields)) {
    const fault = isIllFormed(field) ? "has broken characters in its name" : faultIn(value, 1)
    if (fault !== undefined) return `its ${JSON.stringify(field)} ${fault}, which no server can keep: correct it here, then push again`
  }
  return path !== null && isIllFormed(path) ? "its path holds broken characters, which no server can keep" : undefined
}
