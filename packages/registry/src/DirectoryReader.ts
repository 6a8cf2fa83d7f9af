/**
 * Read folders and small files, quickly. A search looks into tens of thousands of folders, so the methods are synchronous
 * and give failures back as values: they cost no fiber each. Call them in slices inside an effect, with `pause` between.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"

/** What a folder holds under one name. Links are not followed. @category models */
export interface FolderEntry {
  readonly name: string
  readonly isDirectory: () => boolean
  readonly isFile: () => boolean
  readonly isSymbolicLink: () => boolean
}

/**
 * Why something could not be read, as a value. `detail` is a clause for people.
 *
 * @category errors
 */
export class ReadFailure {
  readonly _tag = "ReadFailure"
  readonly reason: "NotFound" | "NotAFolder" | "Unreadable" | "OtherFileSystem"
  readonly detail: string
  constructor(reason: ReadFailure["reason"], detail: string) {
    this.reason = reason
    this.detail = detail
  }
}

/** What lies at a path: its kind, a link not followed, and the number of its file system. @category models */
export interface PathKind {
  readonly kind: "folder" | "file" | "link" | "other"
  readonly device: number
}

/** @category models */
export interface ListOptions {
  /** refuse a folder that lies on another file system than this */
  readonly device?: number
  /** names of files the caller looks for; in a folder without subfolders all other files may be left out of the answer */
  readonly markers?: ReadonlyArray<string>
}

/**
 * The port.
 *
 * @example
 * ```ts
 * import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
 * import * as Effect from "effect/Effect"
 *
 * export const names = Effect.gen(function*() {
 *   const reader = yield* DirectoryReader.DirectoryReader
 *   const entries = reader.list("/home/me")
 *   return entries instanceof DirectoryReader.ReadFailure ? [] : entries.map((entry) => entry.name)
 * }).pipe(Effect.provide(DirectoryReader.layerMemory({ home: { me: { api: {} } } })))
 * ```
 *
 * @category tags
 */
export class DirectoryReader extends Context.Tag("@dev-infra/registry/DirectoryReader")<
  DirectoryReader,
  {
    /** The absolute path with every link in it followed. */
    readonly resolve: (path: string) => string | ReadFailure
    /** What lies at the path; `follow` looks through a link at the end of it. */
    readonly look: (path: string, options?: { readonly follow?: boolean }) => PathKind | ReadFailure
    /** What a folder holds, in no particular order. A link to a folder is no folder. */
    readonly list: (path: string, options?: ListOptions) => ReadonlyArray<FolderEntry> | ReadFailure
    /** The text of a small file; what is longer than 1 MiB is `Unreadable`. Never waits, not even for a named pipe. */
    readonly readText: (path: string) => string | ReadFailure
    /** The first 64 KiB of a file, one character a byte. */
    readonly readStart: (path: string) => string | ReadFailure
    /** Lets everything else in this process have its turn: timers, signals, output. */
    readonly pause: Effect.Effect<void>
  }
>() {}

/** @category models */
export type Reader = Context.Tag.Service<typeof DirectoryReader>

const textLimit = 1024 * 1024

const failureOf = (cause: unknown): ReadFailure => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  switch (code) {
    case "ENOENT":
      return new ReadFailure("NotFound", "does not exist")
    case "ENOTDIR":
      return new ReadFailure("NotAFolder", "is not a folder")
    case "EACCES":
    case "EPERM":
      return new ReadFailure("Unreadable", "permission denied")
    case "ENAMETOOLONG":
      return new ReadFailure("Unreadable", "the path is too long for this system")
    case "ELOOP":
      return new ReadFailure("Unreadable", "too many symbolic links")
    case "EIO":
      return new ReadFailure("Unreadable", "the disk cannot read it")
    case "EISDIR":
      return new ReadFailure("Unreadable", "is a folder")
    default:
      return new ReadFailure("Unreadable", cause instanceof Error ? cause.message : String(cause))
  }
}

/**
 * File systems on which the link count of a folder is 2 exactly if it has no subfolders (ext2-4, XFS, tmpfs). GNU find uses
 * the same shortcut. Elsewhere (btrfs, overlay, network, macOS) the count means something else.
 */
const countsSubfolders = new Set([0xef53, 0x58465342, 0x01021994])

const makeLive = (): Reader => {
  const buffer = Buffer.allocUnsafe(64 * 1024)
  const countsByDevice = new Map<number, boolean>()

  const countsSubfoldersAt = (path: string, device: number): boolean => {
    const known = countsByDevice.get(device)
    if (known !== undefined) return known
    const counts = countsSubfolders.has(fs.statfsSync(path).type)
    countsByDevice.set(device, counts)
    return counts
  }

  const look = (path: string, follow: boolean): fs.Stats | ReadFailure => {
    try {
      const stats = follow ? fs.statSync(path, { throwIfNoEntry: false }) : fs.lstatSync(path, { throwIfNoEntry: false })
      return stats ?? new ReadFailure("NotFound", "does not exist")
    } catch (cause) {
      return failureOf(cause)
    }
  }

  const readRest = (file: number, start: Buffer): string | ReadFailure => {
    const chunks = [Buffer.from(start)]
    let size = start.length
    while (size <= textLimit) {
      const count = fs.readSync(file, buffer, 0, buffer.length, null)
      if (count === 0) return Buffer.concat(chunks).toString("utf8")
      chunks.push(Buffer.from(buffer.subarray(0, count)))
      size += count
    }
    return new ReadFailure("Unreadable", "is larger than 1 MiB")
  }

  /** Opened so that a named pipe does not block the whole process. */
  const withFile = (path: string, use: (file: number, start: Buffer) => string | ReadFailure): string | ReadFailure => {
    let file = -1
    try {
      file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
      return use(file, buffer.subarray(0, fs.readSync(file, buffer, 0, buffer.length, null)))
    } catch (cause) {
      return failureOf(cause)
    } finally {
      if (file >= 0) fs.closeSync(file)
    }
  }

  return {
    resolve: (path) => {
      try {
        return fs.realpathSync.native(path)
      } catch (cause) {
        return failureOf(cause)
      }
    },
    look: (path, options) => {
      const stats = look(path, options?.follow === true)
      if (stats instanceof ReadFailure) return stats
      const kind = stats.isDirectory() ? "folder" : stats.isFile() ? "file" : stats.isSymbolicLink() ? "link" : "other"
      return { kind, device: stats.dev }
    },
    list: (path, options) => {
      const stats = look(path, false)
      if (stats instanceof ReadFailure) return stats
      if (!stats.isDirectory()) return new ReadFailure("NotAFolder", "is not a folder")
      if (options?.device !== undefined && stats.dev !== options.device) {
        return new ReadFailure("OtherFileSystem", "lies on another file system")
      }
      try {
        const { markers } = options ?? {}
        const isMarked = () => markers?.some((marker) => fs.lstatSync(`${path}/${marker}`, { throwIfNoEntry: false }) !== undefined) ?? true
        if (stats.nlink === 2 && countsSubfoldersAt(path, stats.dev) && !isMarked()) return []
        return fs.readdirSync(path, { withFileTypes: true })
      } catch (cause) {
        return failureOf(cause)
      }
    },
    readText: (path) =>
      withFile(path, (file, start) => (start.length < buffer.length ? start.toString("utf8") : readRest(file, start))),
    readStart: (path) => withFile(path, (_, start) => start.toString("latin1")),
    pause: Effect.async((resume) => {
      const turn = setImmediate(() => resume(Effect.void))
      return Effect.sync(() => clearImmediate(turn))
    })
  }
}

/**
 * The file system of this machine.
 *
 * @example
 * ```ts
 * import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
 * import * as Discovery from "@dev-infra/registry/Discovery"
 * import * as Layer from "effect/Layer"
 *
 * export const discovery: Layer.Layer<Discovery.Discovery> = Layer.provide(Discovery.layer, DirectoryReader.layer)
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<DirectoryReader> = Layer.sync(DirectoryReader, makeLive)

/** A link in a tree in memory. @category models */
export class Link {
  readonly _tag = "Link"
  readonly target: string
  constructor(target: string) {
    this.target = target
  }
}

/** Something in a tree in memory that cannot be read: `Unreadable`, or `NotFound` for what is listed and then gone. @category models */
export class Failing {
  readonly _tag = "Failing"
  readonly failure: ReadFailure
  constructor(failure: ReadFailure) {
    this.failure = failure
  }
}

/** The root of another file system in a tree in memory. @category models */
export class Mounted {
  readonly _tag = "Mounted"
  readonly device: number
  readonly children: MemoryFolder
  constructor(device: number, children: MemoryFolder) {
    this.device = device
    this.children = children
  }
}

/** A tree in memory: a text is a file, an object a folder. @category models */
export interface MemoryFolder {
  readonly [name: string]: MemoryEntry
}

/** @category models */
export type MemoryEntry = string | Link | Failing | Mounted | MemoryFolder

const isFolder = (entry: MemoryEntry): entry is MemoryFolder | Mounted =>
  typeof entry === "object" && !(entry instanceof Link) && !(entry instanceof Failing)

const childrenOf = (entry: MemoryFolder | Mounted): ReadonlyMap<string, MemoryEntry> =>
  new Map(Object.entries(entry instanceof Mounted ? entry.children : entry))

interface Place {
  readonly path: string
  readonly entry: MemoryEntry
  readonly device: number
}

const segmentsOf = (path: string): ReadonlyArray<string> => path.split("/").filter((segment) => segment !== "" && segment !== ".")

const makeMemory = (tree: MemoryFolder): Reader => {
  const locate = (path: string, follow: boolean): Place | ReadFailure => {
    let pending = [...segmentsOf(path)]
    let places: Array<Place> = [{ path: "/", entry: tree, device: 1 }]
    let links = 0
    while (pending.length > 0) {
      const [name = "", ...rest] = pending
      const here = places.at(-1)
      if (here === undefined) return new ReadFailure("NotFound", "does not exist")
      if (name === "..") {
        if (places.length > 1) places.pop()
        pending = rest
        continue
      }
      if (here.entry instanceof Failing) return here.entry.failure
      if (!isFolder(here.entry)) return new ReadFailure("NotAFolder", "is not a folder")
      const entry = childrenOf(here.entry).get(name)
      if (entry === undefined || name.includes("\uFFFD")) return new ReadFailure("NotFound", "does not exist")
      pending = rest
      if (entry instanceof Link && (follow || rest.length > 0)) {
        links += 1
        if (links > 40) return new ReadFailure("Unreadable", "too many symbolic links")
        if (entry.target.startsWith("/")) places = places.slice(0, 1)
        pending = [...segmentsOf(entry.target), ...rest]
        continue
      }
      places.push({
        path: here.path === "/" ? `/${name}` : `${here.path}/${name}`,
        entry,
        device: entry instanceof Mounted ? entry.device : here.device
      })
    }
    return places.at(-1) ?? new ReadFailure("NotFound", "does not exist")
  }

  const kindOf = (entry: MemoryEntry): PathKind["kind"] =>
    typeof entry === "string" ? "file" : entry instanceof Link ? "link" : "folder"

  const readText = (path: string): string | ReadFailure => {
    const place = locate(path, true)
    if (place instanceof ReadFailure) return place
    if (typeof place.entry === "string") return place.entry
    return place.entry instanceof Failing ? place.entry.failure : new ReadFailure("Unreadable", "is a folder")
  }

  return {
    resolve: (path) => {
      const place = locate(path, true)
      return place instanceof ReadFailure ? place : place.path
    },
    look: (path, options) => {
      const place = locate(path, options?.follow === true)
      return place instanceof ReadFailure ? place : { kind: kindOf(place.entry), device: place.device }
    },
    list: (path, options) => {
      const place = locate(path, false)
      if (place instanceof ReadFailure) return place
      if (options?.device !== undefined && place.device !== options.device) {
        return new ReadFailure("OtherFileSystem", "lies on another file system")
      }
      if (place.entry instanceof Failing) return place.entry.failure
      if (!isFolder(place.entry)) return new ReadFailure("NotAFolder", "is not a folder")
      return Array.from(childrenOf(place.entry), ([name, entry]) => {
        const kind = kindOf(entry)
        return { name, isDirectory: () => kind === "folder", isFile: () => kind === "file", isSymbolicLink: () => kind === "link" }
      })
    },
    readText,
    readStart: readText,
    pause: Effect.yieldNow()
  }
}

/**
 * A file system that is an object.
 *
 * @param tree the root folder
 * @example
 * ```ts
 * import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
 *
 * export const reader = DirectoryReader.layerMemory({
 *   home: { api: { ".git": { HEAD: "ref: refs/heads/main\n", config: "" } }, current: new DirectoryReader.Link("api") }
 * })
 * ```
 *
 * @category layers
 */
export const layerMemory = (tree: MemoryFolder): Layer.Layer<DirectoryReader> => Layer.sync(DirectoryReader, () => makeMemory(tree))
