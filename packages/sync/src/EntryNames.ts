/**
 * Names for the lines of a log, by which a person asks for one of them.
 *
 * A name is the start of the SHA-1 of the line, in hexadecimal digits: eight of them, more only if an earlier line has the same eight. So
 * a name stays the same on every reading, also after more was appended. Of two equal lines the second counts with its number.
 *
 * @module
 */
import { hash } from "node:crypto"

const shortest = 8

/**
 * A function that names the lines of one log, which it is given one after another, oldest first.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as EntryNames from "@dev-infra/sync/EntryNames"
 *
 * const nameOf = EntryNames.make()
 * export const names = ["one", "two", "one"].map((line) => nameOf(line)) // three different ones
 * ```
 */
export const make = (): ((line: string) => string) => {
  const digests = new Map<string, string>()
  /** None if this very digest has its name already. */
  const claim = (digest: string): string | undefined => {
    for (let length = shortest; length <= digest.length; length++) {
      const name = digest.slice(0, length)
      const owner = digests.get(name)
      if (owner === digest) return undefined
      if (owner === undefined) {
        digests.set(name, digest)
        return name
      }
    }
    return undefined
  }
  return (line) => {
    for (let occurrence = 1; ; occurrence++) {
      const name = claim(hash("sha1", occurrence === 1 ? line : `${line}\n${occurrence}`))
      if (name !== undefined) return name
    }
  }
}
