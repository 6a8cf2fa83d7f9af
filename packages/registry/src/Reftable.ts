/**
 * The references of a repository with reftable storage, after git's technical documentation of the reftable format, versions 1 and 2. `HEAD`
 * sorts before all branches, so it stands in the first block of a table.
 *
 * @module
 */
import { ReadFailure, type Reader } from "./DirectoryReader.js"

/** UTF-8 from a text that holds one byte a character. */
const decode = (bytes: string): string => new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))

const reference = { deletion: 0, one: 1, two: 2, symbolic: 3 }

/** What a reference holds: another reference, a commit as hexadecimal digits, or nothing, if it was deleted. @category models */
export type ReferenceValue = { readonly symbolic: string } | { readonly commit: string } | "deleted"

const hexOf = (bytes: string): string => Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("")

/** Shows the references in the blocks of one table to a function, in the order of their names, until it returns false. */
const walk = (bytes: string, visit: (name: string, value: ReferenceValue) => boolean): void => {
  const at = (index: number): number => bytes.charCodeAt(index) || 0
  const version = at(4)
  if (!bytes.startsWith("REFT") || version < 1 || version > 2) return
  const headerLength = version === 1 ? 24 : 28
  const idLength = version === 2 && bytes.slice(24, 28) === "s256" ? 32 : 20
  const blockSize = (at(5) << 16) | (at(6) << 8) | at(7)
  for (let block = 0; block < bytes.length; ) {
    const start = block + (block === 0 ? headerLength : 0)
    if (bytes[start] !== "r") return
    // The length of the first block counts from the start of the file.
    const length = (at(start + 1) << 16) | (at(start + 2) << 8) | at(start + 3)
    const blockEnd = Math.min(block + length, bytes.length)
    const restarts = (at(blockEnd - 2) << 8) | at(blockEnd - 1)
    const end = blockEnd - 2 - 3 * restarts
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
    const take = (count: number): string => {
      place += count
      return bytes.slice(place - count, place)
    }
    let name = ""
    while (place < end) {
      const prefix = number()
      const suffix = number()
      name = name.slice(0, prefix) + take(suffix >> 3)
      number()
      const kind = suffix & 7
      const value = ((): ReferenceValue => {
        if (kind === reference.symbolic) return { symbolic: decode(take(number())) }
        if (kind === reference.deletion) return "deleted"
        const commit = hexOf(take(idLength))
        if (kind === reference.two) place += idLength
        return { commit }
      })()
      if (!visit(decode(name), value)) return
    }
    if (length === 0 || end <= start) return
    block += blockSize === 0 ? length : Math.ceil(length / blockSize) * blockSize
  }
}

/** The tables of a folder, newest first: what that says holds. None if the folder cannot be read. */
const tablesIn = (reader: Reader, folder: string): ReadonlyArray<string> | undefined => {
  const list = reader.readText(`${folder}/tables.list`)
  return list instanceof ReadFailure ? undefined : list.split("\n").filter((name) => name !== "" && !name.includes("/")).reverse()
}

/**
 * What `HEAD` points to, for example `refs/heads/main`; none if it is detached or cannot be read.
 *
 * @param folder the `reftable` folder of the checkout
 * @category constructors
 */
export const symbolicHead = (reader: Reader, folder: string): string | undefined => {
  for (const table of tablesIn(reader, folder) ?? []) {
    const bytes = reader.readStart(`${folder}/${table}`)
    if (bytes instanceof ReadFailure) return undefined
    let head: ReferenceValue | undefined
    walk(bytes, (name, value) => {
      if (name === "HEAD") head = value
      return name < "HEAD"
    })
    if (head !== undefined) return typeof head === "object" && "symbolic" in head ? head.symbolic : undefined
  }
  return undefined
}

/**
 * All references by name, those left out that were deleted. Of a table of more than 64 KiB only its start is read; what stands behind that
 * counts as absent.
 *
 * @param folder the `reftable` folder of the repository
 * @category constructors
 */
export const references = (reader: Reader, folder: string): ReadonlyMap<string, Exclude<ReferenceValue, "deleted">> => {
  const found = new Map<string, ReferenceValue>()
  for (const table of tablesIn(reader, folder) ?? []) {
    const bytes = reader.readStart(`${folder}/${table}`)
    if (bytes instanceof ReadFailure) continue
    walk(bytes, (name, value) => {
      if (!found.has(name)) found.set(name, value)
      return true
    })
  }
  return new Map([...found].flatMap(([name, value]) => (value === "deleted" ? [] : [[name, value] as const])))
}
