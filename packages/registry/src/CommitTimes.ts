/**
 * When a commit was made, read from git's object files without a process: a second git for each of a thousand repositories
 * would double the time that `status` takes.
 *
 * The formats after gitformat-pack(5) (packs, index version 2, deltas) and gitrepository-layout(5) (loose objects, alternates).
 * What is stored in another way has no answer here.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import * as zlib from "node:zlib"
import { DirectoryReader, ReadFailure, type Reader } from "./DirectoryReader.js"
import { readCheckout, resolvePath } from "./GitDirectory.js"

/**
 * The port.
 *
 * @example
 * ```ts
 * import { CommitTimes } from "@dev-infra/registry/CommitTimes"
 * import * as Effect from "effect/Effect"
 *
 * export const age = (folder: string, commit: string, now: number) =>
 *   Effect.map(CommitTimes, (times) => {
 *     const seconds = times.read(folder, commit)
 *     return seconds === undefined ? undefined : now / 1000 - seconds
 *   })
 * ```
 *
 * @category tags
 */
export class CommitTimes extends Context.Tag("@dev-infra/registry/CommitTimes")<
  CommitTimes,
  {
    /**
     * Seconds since 1970 at which a commit was made (the committer's time); nothing if it cannot be found. Synchronous: it
     * takes some tens of microseconds.
     *
     * @param folder a checkout or a bare repository
     * @param commit the whole id
     */
    readonly read: (folder: string, commit: string) => number | undefined
  }
>() {}

/** Longer objects are no commits that a person wrote. */
const sizeLimit = 1024 * 1024
const deepestDelta = 64

const inflate = (bytes: Uint8Array): Buffer | undefined => {
  try {
    // With this flush what is there counts, also if the end is cut off. Few commits are longer than one chunk, and sixteen
    // times as much memory for each is what zlib takes otherwise.
    return zlib.inflateSync(bytes, { chunkSize: 1024, finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: 2 * sizeLimit })
  } catch {
    return undefined
  }
}

const withFile = <A>(path: string, use: (descriptor: number, size: number) => A | undefined): A | undefined => {
  let descriptor: number | undefined
  try {
    descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const facts = fs.fstatSync(descriptor)
    return facts.isFile() ? use(descriptor, facts.size) : undefined
  } catch {
    // Whatever keeps it from being read: the time is then not known.
    return undefined
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}

const readAt = (descriptor: number, position: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const count = fs.readSync(descriptor, bytes, done, length - done, position + done)
    if (count === 0) break
    done += count
  }
  return bytes.subarray(0, done)
}

/** The committer's time in the text of a commit. */
const timeIn = (commit: Buffer | undefined): number | undefined => {
  if (commit === undefined) return undefined
  const end = commit.indexOf("\n\n")
  const match = /^committer .*> (\d{1,12}) [+-]\d{4}$/m.exec(commit.toString("latin1", 0, end < 0 ? commit.length : end))
  return match?.[1] === undefined ? undefined : Number(match[1])
}

const loose = (objects: string, id: string): Buffer | undefined =>
  withFile(`${objects}/${id.slice(0, 2)}/${id.slice(2)}`, (descriptor, size) => {
    const content = size > sizeLimit ? undefined : inflate(readAt(descriptor, 0, size))
    if (content === undefined || content.toString("latin1", 0, 7) !== "commit ") return undefined
    return content.subarray(content.indexOf(0) + 1)
  })

const fanoutStart = 8
const fanoutLength = 4 * 256

/** Where an object lies in the pack of an index. */
const offsetIn = (index: string, id: string): number | undefined =>
  withFile(index, (descriptor) => {
    const head = readAt(descriptor, 0, fanoutStart + fanoutLength)
    if (head.length < fanoutStart + fanoutLength || head.readUInt32BE(0) !== 0xff744f63 || head.readUInt32BE(4) !== 2) return undefined
    const wanted = Buffer.from(id, "hex")
    const first = wanted[0] ?? 0
    const until = (byte: number) => (byte < 0 ? 0 : head.readUInt32BE(fanoutStart + 4 * byte))
    const [from, to, count] = [until(first - 1), until(first), until(255)]
    const namesStart = fanoutStart + fanoutLength
    const names = readAt(descriptor, namesStart + from * wanted.length, (to - from) * wanted.length)
    let [low, high] = [0, names.length / wanted.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const order = wanted.compare(names, middle * wanted.length, (middle + 1) * wanted.length)
      if (order === 0) {
        const offsets = namesStart + count * (wanted.length + 4)
        const offset = readAt(descriptor, offsets + 4 * (from + middle), 4).readUInt32BE(0)
        if (offset < 0x80000000) return offset
        return Number(readAt(descriptor, offsets + 4 * count + 8 * (offset - 0x80000000), 8).readBigUInt64BE(0))
      }
      if (order > 0) low = middle + 1
      else high = middle - 1
    }
    return undefined
  })

/** The result of a delta upon its base. */
const patched = (base: Buffer, delta: Buffer): Buffer | undefined => {
  let at = 0
  const byte = () => delta[at++] ?? 0
  const length = () => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const next = byte()
      value += (next & 0x7f) * 2 ** shift
      if (next < 0x80) break
    }
    return value
  }
  if (length() !== base.length) return undefined
  const size = length()
  if (size > sizeLimit) return undefined
  const parts: Array<Buffer> = []
  while (at < delta.length) {
    const command = byte()
    if (command === 0) return undefined
    if (command < 0x80) {
      parts.push(delta.subarray(at, at + command))
      at += command
      continue
    }
    let start = 0
    let count = 0
    for (let bit = 0; bit < 4; bit++) if ((command & (1 << bit)) !== 0) start += byte() * 256 ** bit
    for (let bit = 0; bit < 3; bit++) if ((command & (16 << bit)) !== 0) count += byte() * 256 ** bit
    parts.push(base.subarray(start, start + (count === 0 ? 0x10000 : count)))
  }
  const whole = Buffer.concat(parts)
  return whole.length === size ? whole : undefined
}

const isCommit = 1
const isOffsetDelta = 6
const isNamedDelta = 7

/** A commit in a pack, deltas applied. */
const packed = (descriptor: number, offset: number, hashLength: number, find: (id: string) => number | undefined, depth = 0): Buffer | undefined => {
  const head = readAt(descriptor, offset, 64)
  let at = 0
  let byte = head[at++] ?? 0
  const kind = (byte >> 4) & 7
  let size = byte & 15
  for (let shift = 4; byte >= 0x80; shift += 7) {
    byte = head[at++] ?? 0
    size += (byte & 0x7f) * 2 ** shift
  }
  if (size > sizeLimit || depth > deepestDelta) return undefined
  let base: number | undefined
  if (kind === isOffsetDelta) {
    byte = head[at++] ?? 0
    let distance = byte & 0x7f
    while (byte >= 0x80) {
      byte = head[at++] ?? 0
      distance = (distance + 1) * 128 + (byte & 0x7f)
    }
    base = offset - distance
  } else if (kind === isNamedDelta) {
    base = find(head.toString("hex", at, at + hashLength))
    at += hashLength
  } else if (kind !== isCommit) return undefined
  // What does not compress grows by less than this.
  const content = inflate(readAt(descriptor, offset + at, size + (size >> 8) + 64))
  if (content === undefined || kind === isCommit) return content
  const below = base === undefined ? undefined : packed(descriptor, base, hashLength, find, depth + 1)
  return below === undefined ? undefined : patched(below, content)
}

const inPacks = (objects: string, id: string): Buffer | undefined => {
  let names: ReadonlyArray<string>
  try {
    names = fs.readdirSync(`${objects}/pack`)
  } catch {
    return undefined
  }
  for (const name of names) {
    if (!name.endsWith(".idx")) continue
    const index = `${objects}/pack/${name}`
    const offset = offsetIn(index, id)
    if (offset === undefined) continue
    const found = withFile(`${index.slice(0, -".idx".length)}.pack`, (descriptor) =>
      packed(descriptor, offset, id.length / 2, (other) => offsetIn(index, other)))
    if (found !== undefined) return found
  }
  return undefined
}

/** The folder of objects and those that it borrows from. */
const withAlternates = (reader: Reader, objects: string): ReadonlyArray<string> => {
  const all = [objects]
  for (let at = 0; at < all.length && all.length < 16; at++) {
    const folder = all[at] ?? ""
    const text = reader.readText(`${folder}/info/alternates`)
    if (text instanceof ReadFailure) continue
    for (const line of text.split("\n")) if (line !== "" && !line.startsWith("#")) all.push(resolvePath(folder, line))
  }
  return all
}

/** Where the objects of a checkout are, if not in its own `.git`. */
const objectsOf = (reader: Reader, folder: string): string | undefined => {
  const dotGit = reader.look(`${folder}/.git`)
  if (dotGit instanceof ReadFailure) return `${folder}/objects`
  const git = readCheckout(reader, folder, dotGit.kind === "other" ? "file" : dotGit.kind)
  return git._tag === "GitCheckout" ? `${git.commonFolder}/objects` : undefined
}

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Times from the object files on disk.
 *
 * @example
 * ```ts
 * import * as CommitTimes from "@dev-infra/registry/CommitTimes"
 * import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
 * import * as Layer from "effect/Layer"
 *
 * export const live: Layer.Layer<CommitTimes.CommitTimes> = Layer.provide(CommitTimes.layer, DirectoryReader.layer)
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<CommitTimes, never, DirectoryReader> = Layer.effect(
  CommitTimes,
  Effect.map(DirectoryReader, (reader) =>
    CommitTimes.of({
      read: (folder, commit) => {
        if (!commitId.test(commit)) return undefined
        // Nearly always the newest commit is a file of its own in the repository's own folder.
        const time = timeIn(loose(`${folder}/.git/objects`, commit))
        if (time !== undefined) return time
        const own = objectsOf(reader, folder)
        for (const objects of own === undefined ? [] : withAlternates(reader, own)) {
          const found = timeIn(loose(objects, commit) ?? inPacks(objects, commit))
          if (found !== undefined) return found
        }
        return undefined
      }
    }))
)

/**
 * Times from a list, by commit.
 *
 * @example
 * ```ts
 * import * as CommitTimes from "@dev-infra/registry/CommitTimes"
 *
 * export const known = CommitTimes.layerMemory({ "5f0c1e0d9a5b4c568f1f2f0c7c9b1a105f0c1e0d": 1_700_000_000 })
 * ```
 *
 * @category layers
 */
export const layerMemory = (times: { readonly [commit: string]: number }): Layer.Layer<CommitTimes> =>
  Layer.succeed(CommitTimes, { read: (_, commit) => (Object.hasOwn(times, commit) ? times[commit] : undefined) })
