/**
 * Tables of references, as the documentation of git's reftable format lays them out; one character a byte.
 *
 * @module
 */

export type Value = { readonly symbolic: string } | "commit" | "tag" | "deleted"

const varint = (value: number): ReadonlyArray<number> => {
  const bytes = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) {
    rest -= 1
    bytes.unshift(0x80 | (rest & 0x7f))
  }
  return bytes
}

const bytesOf = (text: string): ReadonlyArray<number> => [...new TextEncoder().encode(text)]

/** One table with one block of references, as the format's documentation lays it out; one character a byte. */
export const table = (references: ReadonlyArray<readonly [name: string, value: Value]>, hash: "sha1" | "s256" = "sha1"): string => {
  const header = hash === "sha1" ? 24 : 28
  const idLength = hash === "sha1" ? 20 : 32
  const records: Array<number> = []
  let previous = ""
  for (const [name, value] of references) {
    let prefix = 0
    while (prefix < name.length && name[prefix] === previous[prefix]) prefix += 1
    const suffix = bytesOf(name.slice(prefix))
    const kind = value === "deleted" ? 0 : value === "commit" ? 1 : value === "tag" ? 2 : 3
    records.push(...varint(prefix), ...varint((suffix.length << 3) | kind), ...suffix, ...varint(0))
    if (typeof value === "object") records.push(...varint(bytesOf(value.symbolic).length), ...bytesOf(value.symbolic))
    else records.push(...Array.from({ length: kind * idLength }, (_, index) => (index * 37 + 200) & 0xff))
    previous = name
  }
  const length = header + 4 + records.length + 3 + 2
  const start = [...bytesOf("REFT"), hash === "sha1" ? 1 : 2, 0, 16, 0, ...Array.from({ length: 16 }, () => 0), ...(hash === "sha1" ? [] : bytesOf("s256"))]
  const block = ["r".charCodeAt(0), (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff, ...records, 0, 0, header + 4, 0, 1]
  return String.fromCharCode(...start, ...block, ...Array.from({ length: 68 }, () => 0))
}

/** A table of several blocks of one size, each with its own references. */
export const tableOfBlocks = (blockSize: number, ...blocks: ReadonlyArray<ReadonlyArray<readonly [name: string, value: Value]>>): string => {
  const size = [(blockSize >> 16) & 0xff, (blockSize >> 8) & 0xff, blockSize & 0xff]
  const padded = blocks.map((references, index) => {
    const [whole, trailer] = [table(references), 68]
    const content = whole.slice(0, whole.length - trailer)
    if (index === 0) return content.padEnd(blockSize, "\0")
    // Only the first block has the header of the file, which counts in its length.
    const block = content.slice(24)
    const length = block.length
    const restart = [0, 0, 4, 0, 1]
    const head = String.fromCharCode("r".charCodeAt(0), (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff)
    return `${head}${block.slice(4, -5)}${String.fromCharCode(...restart)}`.padEnd(blockSize, "\0")
  })
  const text = padded.join("")
  return `${text.slice(0, 5)}${String.fromCharCode(...size)}${text.slice(8)}${"\0".repeat(68)}`
}
