/**
 * Files in memory that behave like files on a disk as far as durable changes go: folders, hard and symbolic links, identities,
 * permission bits. For tests without a disk.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { type FileFailure, fromCode } from "./FileFailure.js"
import { type FileIdentity, type FileOperations, type NewFile, type Operation, tooLarge, words } from "./FileOperations.js"

interface Node {
  readonly kind: "File" | "Folder" | "Link"
  readonly inode: bigint
  bytes: Uint8Array
  mode: number
  modifiedNanos: bigint
}

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")))

/** Drops `.`, `..` and doubled slashes; a relative path is taken from `/`. */
const normalise = (path: string): string => {
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

/** A refusal on its way to the edge of a step. */
class Refusal {
  readonly code: string
  constructor(code: string) {
    this.code = code
  }
}

/** What a test may do beyond the port. @category models */
export interface Controls {
  /** the port itself */
  readonly operations: FileOperations
  /** Make a symbolic link at `path`. */
  readonly makeLink: (path: string, points: string) => Effect.Effect<void, FileFailure>
  /** Save into an existing file in place, as an editor does that knows no lock. */
  readonly edit: (path: string, text: string) => Effect.Effect<void, FileFailure>
}

const make = (files: { readonly [path: string]: string }): Effect.Effect<Controls> => Effect.gen(function* () {
  const nodes = new Map<string, Node>()
  const events = yield* PubSub.sliding<string>(256)
  let inodes = 0n
  let ticks = 0n

  const node = (kind: Node["kind"], bytes: Uint8Array, mode: number): Node => ({ kind, inode: ++inodes, bytes, mode, modifiedNanos: 0n })
  nodes.set("/", node("Folder", new Uint8Array(), 0o755))
  nodes.set("/tmp", node("Folder", new Uint8Array(), 0o777))
  for (const [path, text] of Object.entries(files)) {
    for (let folder = folderOf(normalise(path)); !nodes.has(folder); folder = folderOf(folder)) nodes.set(folder, node("Folder", new Uint8Array(), 0o755))
    nodes.set(normalise(path), node("File", new TextEncoder().encode(text), 0o644))
  }

  /** The place that a path names: links in its folders followed, and in its last part if `follow`. */
  const locate = (path: string, follow: boolean, depth = 0): string => {
    if (depth > 40) throw new Refusal("ELOOP")
    const parts = normalise(path).split("/").slice(1)
    let here = ""
    for (const [index, part] of parts.entries()) {
      if (part === "") return "/"
      const next = `${here}/${part}`
      const found = nodes.get(next)
      const isLast = index === parts.length - 1
      if (found?.kind === "Link" && (follow || !isLast)) {
        const points = new TextDecoder().decode(found.bytes)
        const rest = parts.slice(index + 1).join("/")
        return locate(`${points.startsWith("/") ? points : `${here}/${points}`}/${rest}`, follow, depth + 1)
      }
      if (!isLast && found === undefined) throw new Refusal("ENOENT")
      if (!isLast && found?.kind === "File") throw new Refusal("ENOTDIR")
      here = next
    }
    return here
  }
  const existing = (path: string, follow: boolean): readonly [string, Node] => {
    const place = locate(path, follow)
    const found = nodes.get(place)
    if (found === undefined) throw new Refusal("ENOENT")
    return [place, found]
  }
  const identityOf = (found: Node): FileIdentity => ({
    kind: found.kind,
    device: 1n,
    inode: found.inode,
    size: BigInt(found.bytes.length),
    modifiedNanos: found.modifiedNanos,
    mode: found.mode,
    owner: 0,
    group: 0
  })
  const step = <A>(operation: Operation, path: string, run: (now: bigint) => A): Effect.Effect<A, FileFailure> =>
    Effect.flatMap(Clock.currentTimeMillis, (millis) =>
      Effect.suspend(() => {
        try {
          // one step is never as late as the next, so every change shows in the time of change
          return Effect.succeed(run(BigInt(Math.floor(millis)) * 1_000_000n + (++ticks % 1_000_000n)))
        } catch (cause) {
          if (cause instanceof Refusal) return Effect.fail(fromCode(words[operation], path, cause.code))
          return Effect.die(cause)
        }
      }))
  const changed = (...paths: ReadonlyArray<string>) => Effect.asVoid(PubSub.publishAll(events, paths.map(normalise)))
  const noneIfAbsent = <A>(effect: Effect.Effect<A, FileFailure>): Effect.Effect<Option.Option<A>, FileFailure> =>
    effect.pipe(Effect.map(Option.some), Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeed(Option.none<A>())))

  const newFile = (path: string, file: Node): NewFile => ({
    write: (bytes) => step("write", path, (now) => {
      const joined = new Uint8Array(file.bytes.length + bytes.length)
      joined.set(file.bytes)
      joined.set(bytes, file.bytes.length)
      file.bytes = joined
      file.modifiedNanos = now
    }),
    adopt: (mode) => step("adopt", path, () => {
      file.mode = mode
    }),
    flush: Effect.void
  })

  const operations: FileOperations = {
    stat: (path) => noneIfAbsent(step("stat", path, () => identityOf(existing(path, false)[1]))),
    read: (path, limit) =>
      noneIfAbsent(step("read", path, () => {
        const [, found] = existing(path, true)
        if (found.kind !== "File") throw new Refusal("EISDIR")
        return found
      })).pipe(Effect.flatMap(Option.match({
        onNone: () => Effect.succeedNone,
        onSome: (found) => found.bytes.length > limit ? Effect.fail(tooLarge(path)) : Effect.succeedSome({ bytes: found.bytes, identity: identityOf(found) })
      }))),
    resolve: (path) => step("resolve", path, () => existing(path, true)[0]),
    readLink: (path) =>
      noneIfAbsent(step("readLink", path, () => existing(path, false)[1])).pipe(Effect.map(Option.flatMap((found) =>
        found.kind === "Link" ? Option.some(new TextDecoder().decode(found.bytes)) : Option.none()))),
    list: (folder) => step("list", folder, () => {
      const [place, found] = existing(folder, true)
      if (found.kind !== "Folder") throw new Refusal("ENOTDIR")
      const prefix = place === "/" ? "/" : `${place}/`
      return [...nodes.keys()].filter((path) => path !== "/" && path.startsWith(prefix) && !path.slice(prefix.length).includes("/")).map((path) => path.slice(prefix.length))
    }),
    makeFolder: (folder, mode) => step("makeFolder", folder, () => {
      let first = Option.none<string>()
      let here = ""
      for (const part of normalise(folder).split("/").slice(1)) {
        here = `${here}/${part}`
        const found = nodes.get(locate(here, true))
        if (found !== undefined && found.kind !== "Folder") throw new Refusal("ENOTDIR")
        if (found === undefined) {
          nodes.set(locate(here, true), node("Folder", new Uint8Array(), mode))
          if (Option.isNone(first)) first = Option.some(here)
        }
      }
      return first
    }),
    create: (path, mode, use) =>
      step("create", path, (now) => {
        const place = locate(path, false)
        if (nodes.has(place)) throw new Refusal("EEXIST")
        const file = { ...node("File", new Uint8Array(), mode), modifiedNanos: now }
        nodes.set(place, file)
        return newFile(path, file)
      }).pipe(Effect.tap(() => changed(path)), Effect.flatMap(use), Effect.zipLeft(changed(path))),
    link: (from, path) => step("link", path, () => {
      const [, found] = existing(from, false)
      const place = locate(path, false)
      if (nodes.has(place)) throw new Refusal("EEXIST")
      nodes.set(place, found)
    }).pipe(Effect.tap(() => changed(path))),
    makeLink: (path, points) => step("makeLink", path, () => {
      const place = locate(path, false)
      if (nodes.has(place)) throw new Refusal("EEXIST")
      nodes.set(place, node("Link", new TextEncoder().encode(points), 0o777))
    }).pipe(Effect.tap(() => changed(path))),
    rename: (from, to) => step("rename", to, () => {
      const [source, found] = existing(from, false)
      const place = locate(to, false)
      const target = nodes.get(place)
      if (target?.kind === "Folder") throw new Refusal("EISDIR")
      // two names of one file: a rename does nothing (rename(2))
      if (target === found) return
      nodes.set(place, found)
      nodes.delete(source)
    }).pipe(Effect.tap(() => changed(from, to))),
    remove: (path) => step("remove", path, () => {
      const place = locate(path, false)
      if (nodes.get(place)?.kind === "Folder") throw new Refusal("EISDIR")
      nodes.delete(place)
    }).pipe(Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.void), Effect.tap(() => changed(path))),
    removeFolder: (folder) => step("removeFolder", folder, () => {
      const place = locate(folder, false)
      const found = nodes.get(place)
      if (found === undefined || [...nodes.keys()].some((path) => path.startsWith(`${place}/`))) return false
      if (found.kind !== "Folder") throw new Refusal("ENOTDIR")
      nodes.delete(place)
      return true
    }).pipe(
      Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeed(false)),
      Effect.tap((isRemoved) => isRemoved ? changed(folder) : Effect.void)
    ),
    setMode: (path, mode) => step("setMode", path, () => {
      existing(path, true)[1].mode = mode
    }),
    flushFolder: (folder) => step("flushFolder", folder, () => void existing(folder, true)),
    checkWritable: (path) => step("checkWritable", path, () => {
      if ((existing(path, true)[1].mode & 0o222) === 0) throw new Refusal("EACCES")
    }),
    existing: (paths) => paths.map((path) => {
      try {
        return nodes.has(locate(path, true))
      } catch {
        // the only thing thrown is a refusal: what cannot be reached counts as missing
        return false
      }
    }),
    watch: (folder) =>
      Stream.unwrapScoped(Effect.gen(function* () {
        const queue = yield* PubSub.subscribe(events)
        const place = yield* step("stat", folder, () => existing(folder, true)[0])
        return Stream.fromQueue(queue).pipe(
          Stream.filter((path) => folderOf(path) === place),
          Stream.map((path) => path.slice(path.lastIndexOf("/") + 1))
        )
      }))
  }

  const edit = (path: string, text: string) =>
    step("write", path, (now) => {
      const [, found] = existing(path, true)
      found.bytes = new TextEncoder().encode(text)
      found.modifiedNanos = now
    }).pipe(Effect.tap(() => changed(path)))
  return { operations, makeLink: operations.makeLink, edit }
})

/**
 * New files, with the folders `/` and `/tmp`, and what a test needs to interfere with them.
 *
 * @param files - text by absolute path; their folders are made
 * @example
 * ```ts
 * import * as MemoryFiles from "@dev-infra/durable-files/MemoryFiles"
 * import * as Effect from "effect/Effect"
 *
 * const linked = Effect.gen(function* () {
 *   const memory = yield* MemoryFiles.makeControlled({ "/elsewhere/registry.json": "{}" })
 *   yield* memory.makeLink("/tmp/registry.json", "/elsewhere/registry.json")
 *   return memory.operations
 * })
 * ```
 * @category constructors
 */
export const makeControlled = (files: { readonly [path: string]: string } = {}): Effect.Effect<Controls> => make(files)
