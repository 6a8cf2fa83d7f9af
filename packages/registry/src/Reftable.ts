/**
 * The symbolic `HEAD` of a repository with reftable storage, after git's technical documentation of the reftable format,
 * versions 1 and 2. Only what is needed for that: `HEAD` sorts before all branches, so it stands in the first block of a table.
 *
 * @module
 */
import { ReadFailure, type Reader } from "./DirectoryReader.js"

/** UTF-8 from a text that holds one byte a character. */
const decode = (bytes: string): string => new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))

const reference = { deletion: 0, one: 1, two: 2, symbolic: 3 }

/** The target of `HEAD` in one table; `undefined` if it is detached or deleted there; `"absent"` if the table has none. */
const headOf = (bytes: string): string | undefined | "absent" => {
  const at = (index: number): number => bytes.charCodeAt(index) || 0
  const version = at(4)
  if (!bytes.startsWith("REFT") || version < 1 || version > 2) return "absent"
  const start = version === 1 ? 24 : 28
  const idLength = version === 2 && bytes.slice(24, 28) === "s256" ? 32 : 20
  if (bytes[start] !== "r") return "absent"
  const blockLength = Math.min((at(start + 1) << 16) | (at(start + 2) << 8) | at(start + 3), bytes.length)
  const restarts = (at(blockLength - 2) << 8) | at(blockLength - 1)
  const end = blockLength - 2 - 3 * restarts
  let place = start + 4
  const number = (): number => {
    let value = at(place) & 0x7f
    while ((at(place) & 0x80) !== 0 && place < end) {
      place += 1
      value = ((value + 1) << 7) | (at(place) & 0x7f)
    }
    place += 1
    return value
  }
  let name = ""
  while (place < end) {
    const prefix = number()
    const suffix = number()
    const length = suffix >> 3
    name = name.slice(0, prefix) + bytes.slice(place, place + length)
    place += length
    number()
    const kind = suffix & 7
    if (kind === reference.symbolic) {
      const size = number()
      if (name === "HEAD") return decode(bytes.slice(place, place + size))
      place += size
    } else {
      if (name === "HEAD") return undefined
      place += kind === reference.one ? idLength : kind === reference.two ? 2 * idLength : 0
    }
    if (name > "HEAD") return "absent"
  }
  return "absent"
}

/**
 * What `HEAD` points to, for example `refs/heads/main`; none if it is detached or cannot be read.
 *
 * @param folder the `reftable` folder of the checkout
 * @category constructors
 */
export const symbolicHead = (reader: Reader, folder: string): string | undefined => {
  const list = reader.readText(`${folder}/tables.list`)
  if (list instanceof ReadFailure) return undefined
  const tables = list.split("\n").filter((name) => name !== "" && !name.includes("/"))
  // The newest table stands last, and what it says holds.
  for (const table of tables.reverse()) {
    const bytes = reader.readStart(`${folder}/${table}`)
    if (bytes instanceof ReadFailure) return undefined
    const head = headOf(bytes)
    if (head !== "absent") return head
  }
  return undefined
}
