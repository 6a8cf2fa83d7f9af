/**
 * Read and change a file so that a crash, a second process or a full disk never loses what was in it.
 *
 * A change goes like this, under the lock of the file: read it; write the new content to a file beside it and flush that;
 * keep a second name for the old file; make sure that the lock is still ours and the file still the one that was read; rename
 * the new one over it; look at the old file once more, for somebody may have saved into it meanwhile; let it become the
 * backup; flush the folder. At every moment the name stands for the whole old or the whole new content.
 *
 * Two system calls, the last look and the rename, remain one after the other. A process that respects the lock cannot come
 * between: a new holder first removes all files that others prepared, so that a holder who was stopped exactly there
 * finds nothing to rename. An editor that replaces the file by its own within these microseconds is not seen.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Buffer } from "node:buffer"
import { around } from "./FaultPoint.js"
import { FileFailure, fromCode, type LockUnavailable } from "./FileFailure.js"
import { FileLock, type Held, isMomentary, layer as fileLock, type LockOptions } from "./FileLock.js"
import { type FileContent, type FileIdentity, isSameFile, isUnchanged, isWriteProtected } from "./FileOperations.js"
import { layer as localFiles, LocalFiles } from "./LocalFiles.js"
import { layer as localProcess, type LocalProcess } from "./LocalProcess.js"

/**
 * A file as it was read. `path` is the resolved target (symlinks followed); `text` is its UTF-8 content, decoded when it is
 * asked for: bytes that are no UTF-8 become U+FFFD, a byte order mark stays.
 *
 * @category models
 */
export interface FileSnapshot {
  readonly path: string
  readonly text: string
  readonly bytes: Uint8Array
  /** permission bits, e.g. `0o600` */
  readonly mode: number
}

/**
 * What a change decided: a result for the caller, and the new content (`undefined` leaves the file untouched).
 *
 * @category models
 */
export interface Change<A> {
  readonly result: A
  readonly content: string | undefined
}

/**
 * How a file is changed.
 *
 * @category models
 */
export interface ModifyOptions {
  /** `sibling` keeps the previous content as `<file>.bak`; `none` keeps nothing (the file is under version control). */
  readonly backup: "sibling" | "none"
  /** permission bits of a file that does not exist yet; an existing file keeps its own */
  readonly modeWhenNew?: number
  /** permission bits of folders made on the way */
  readonly folderMode?: number
  /** largest size in bytes that is read */
  readonly limit?: number
  /** how long to wait for other processes */
  readonly lock?: LockOptions
}

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * const count = Effect.gen(function* () {
 *   const files = yield* DurableFile.DurableFile
 *   return yield* files.modify("/tmp/counter.txt", { backup: "none" }, (current) => {
 *     const next = Option.match(current, { onNone: () => 1, onSome: (file) => Number(file.text) + 1 })
 *     return Effect.succeed({ result: next, content: `${next}\n` })
 *   })
 * }).pipe(Effect.provide(DurableFile.layer))
 * ```
 * @category tags
 */
export class DurableFile extends Context.Tag("@dev-infra/durable-files/DurableFile")<
  DurableFile,
  {
    /** The file as it is, without a lock; none if it does not exist. `limit` is the largest size in bytes that is read. */
    readonly read: (path: string, options?: { readonly limit?: number }) => Effect.Effect<Option.Option<FileSnapshot>, FileFailure>
    /**
     * Read, change and replace under a lock that other processes respect. `change` may run again if the file was edited by
     * somebody who does not know the lock; it sees what is there now, so no edit is lost.
     */
    readonly modify: <A, E>(
      path: string,
      options: ModifyOptions,
      change: (current: Option.Option<FileSnapshot>) => Effect.Effect<Change<A>, E>
    ) => Effect.Effect<A, E | FileFailure | LockUnavailable>
    /**
     * Store bytes under a name that is still free: `path`, else with `-2`, `-3` and so on before its ending. The folder is
     * made if need be. The name comes back.
     */
    readonly keep: (path: string, bytes: Uint8Array, options?: { readonly mode?: number; readonly folderMode?: number }) => Effect.Effect<string, FileFailure>
    /** Where a change of this path takes place: symbolic links followed, also one that points to nothing. */
    readonly resolve: (path: string) => Effect.Effect<string, FileFailure>
  }
>() {}

/** The largest size that is read where the caller names none: half of what a string can hold. */
const defaultLimit = 256 * 1024 * 1024

/** How often a change starts again because others changed the file before anything is given up. */
const attempts = 20

const folderOf = (path: string): string => {
  const slash = path.lastIndexOf("/")
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash)
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

const inFolder = (folder: string, name: string): string => folder === "/" ? `/${name}` : `${folder}/${name}`

class Snapshot implements FileSnapshot {
  readonly path: string
  readonly bytes: Uint8Array
  readonly mode: number
  #text: string | undefined
  constructor(path: string, content: FileContent) {
    this.path = path
    this.bytes = content.bytes
    this.mode = content.identity.mode
  }
  get text(): string {
    return this.#text ??= new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes)
  }
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0

/** Codes by which a file system says that it has no hard links. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"])

const make = Effect.gen(function* () {
  const files = yield* LocalFiles
  const locks = yield* FileLock

  const resolve = (path: string, links = 0): Effect.Effect<string, FileFailure> =>
    files.resolve(path).pipe(Effect.catchIf((failure) => failure.reason === "NotFound", () =>
      Effect.gen(function* () {
        if (links > 40) return yield* fromCode("find", path, "ELOOP")
        const folder = folderOf(path)
        const realFolder = folder === "/" || folder === path ? folder : yield* resolve(folder, links)
        const here = inFolder(realFolder, nameOf(path))
        const link = yield* files.readLink(here)
        if (Option.isNone(link)) return here
        return yield* resolve(link.value.startsWith("/") ? link.value : inFolder(realFolder, link.value), links + 1)
      })))

  const read = (path: string, options: { readonly limit?: number } = {}): Effect.Effect<Option.Option<FileSnapshot>, FileFailure> =>
    Effect.flatMap(resolve(path), (target) =>
      Effect.map(files.read(target, options.limit ?? defaultLimit), Option.map((content) => new Snapshot(target, content))))

  /**
   * Remove what other holders of the lock prepared: they died, or were stopped and must not go on. A second name that they
   * kept for the old file becomes the backup, unless that file is still in place.
   */
  const sweep = (target: string, options: ModifyOptions, token: string): Effect.Effect<void, FileFailure> =>
    Effect.gen(function* () {
      const folder = folderOf(target)
      const names = yield* files.list(folder)
      yield* locks.sweep(target, names)
      for (const name of names) {
        if (!isMomentary(name, nameOf(target), ["new", "old"]) || name.includes(token)) continue
        const path = inFolder(folder, name)
        const [left, current] = yield* Effect.all([files.stat(path), files.stat(target)])
        const isBackup = name.endsWith(".old") && options.backup === "sibling" && Option.isSome(left) && Option.isSome(current) && !isSameFile(left.value, current.value)
        yield* isBackup
          ? Effect.catchIf(files.rename(path, `${target}.bak`), (failure) => failure.reason === "NotFound", () => Effect.void)
          : files.remove(path)
      }
    })

  const checkWritable = (target: string, identity: FileIdentity): Effect.Effect<void, FileFailure> =>
    isWriteProtected(identity)
      ? Effect.fail(new FileFailure({ path: target, operation: "write", reason: "WriteProtected" }))
      : files.checkWritable(target)

  /** Write and flush a file that is not visible under its final name yet. */
  const prepare = (path: string, bytes: Uint8Array, options: ModifyOptions, like: Option.Option<FileIdentity>): Effect.Effect<void, FileFailure> =>
    files.create(path, 0o600, (file) =>
      around("temporary-write", Effect.zipRight(
        file.write(bytes),
        Option.match(like, {
          onNone: () => file.adopt(options.modeWhenNew ?? 0o644),
          onSome: (identity) => file.adopt(identity.mode, identity)
        })
      )).pipe(Effect.zipRight(around("temporary-flush", file.flush))))

  /** A second name for the old file; where there are no hard links, a copy. */
  const hold = (target: string, path: string, current: FileContent): Effect.Effect<void, FileFailure> =>
    around("hold-link", files.link(target, path).pipe(Effect.catchIf((failure) => withoutLinks.has(failure.code ?? ""), () =>
      files.create(path, 0o600, (file) => file.write(current.bytes).pipe(
        Effect.zipRight(file.adopt(current.identity.mode, current.identity)),
        Effect.zipRight(file.flush)
      )))))

  /** Put the prepared file in place, if the lock is ours and what stands there is what is expected. */
  const replace = (held: Held, prepared: string, target: string, expected: Option.Option<FileIdentity>): Effect.Effect<boolean, FileFailure> =>
    around("target-replace", Effect.gen(function* () {
      if (!(yield* held.check)) return false
      if (Option.isNone(expected)) {
        // unlike a rename, a link never covers a file that somebody made meanwhile
        return yield* files.link(prepared, target).pipe(
          Effect.as(true),
          Effect.catchIf((failure) => withoutLinks.has(failure.code ?? ""), () =>
            Effect.flatMap(files.stat(target), (found) => Option.isSome(found) ? Effect.succeed(false) : Effect.as(files.rename(prepared, target), true))),
          Effect.catchIf((failure) => failure.code === "EEXIST" || failure.reason === "NotFound", () => Effect.succeed(false))
        )
      }
      const found = yield* files.stat(target)
      if (Option.isNone(found) || !isUnchanged(found.value, expected.value)) return false
      // nothing to rename: a new holder of the lock removed it
      return yield* files.rename(prepared, target).pipe(Effect.as(true), Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeed(false)))
    }))

  /** One change under the lock; none if others came between, so that it must start again. */
  const attempt = <A, E>(
    target: string,
    options: ModifyOptions,
    held: Held,
    change: (current: Option.Option<FileSnapshot>) => Effect.Effect<Change<A>, E>
  ): Effect.Effect<Option.Option<A>, E | FileFailure> =>
    Effect.uninterruptibleMask((restore) => Effect.gen(function* () {
      const limit = options.limit ?? defaultLimit
      const decide = (content: Option.Option<FileContent>) => restore(change(Option.map(content, (found) => new Snapshot(target, found))))
      const current = yield* files.read(target, limit)
      const decided = yield* decide(current)
      if (decided.content === undefined) return Option.some(decided.result)
      const bytes = new TextEncoder().encode(decided.content)
      if (Option.isSome(current)) {
        if (equalBytes(bytes, current.value.bytes)) return Option.some(decided.result)
        yield* checkWritable(target, current.value.identity)
      }
      yield* sweep(target, options, held.token)

      const prepared = `${target}.${held.token}.new`
      const old = `${target}.${held.token}.old`
      const publish = Effect.gen(function* () {
        yield* prepare(prepared, bytes, options, Option.map(current, ({ identity }) => identity))
        if (Option.isNone(current)) {
          if (!(yield* replace(held, prepared, target, Option.none()))) return Option.none<A>()
          yield* around("folder-flush", files.flushFolder(folderOf(target)))
          return Option.some(decided.result)
        }
        const isHeld = yield* hold(target, old, current.value).pipe(
          Effect.as(true),
          Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeed(false))
        )
        const own = yield* files.stat(prepared)
        if (!isHeld || Option.isNone(own) || !(yield* replace(held, prepared, target, Option.some(current.value.identity)))) return Option.none<A>()
        const result = yield* keepEdits(target, options, held, current.value, own.value, decided.result, decide)
        yield* options.backup === "none"
          ? files.remove(old)
          // gone if a new holder of the lock made it the backup, or if it was put back in place
          : around("backup-rename", files.rename(old, `${target}.bak`)).pipe(Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.void))
        yield* around("folder-flush", files.flushFolder(folderOf(target)))
        return Option.some(result)
      })
      return yield* Effect.ensuring(publish, Effect.zipRight(Effect.ignore(files.remove(prepared)), Effect.ignore(files.remove(old))))
    }))

  /**
   * The old file may have been saved once more between the reading and the rename. Then the change is made again on what was
   * saved, and if that cannot be done (it is no longer valid, say), the old file goes back to its place.
   */
  const keepEdits = <A, E>(
    target: string,
    options: ModifyOptions,
    held: Held,
    before: FileContent,
    own: FileIdentity,
    result: A,
    decide: (content: Option.Option<FileContent>) => Effect.Effect<Change<A>, E>
  ): Effect.Effect<A, E | FileFailure> =>
    Effect.gen(function* () {
      const prepared = `${target}.${held.token}.new`
      const old = `${target}.${held.token}.old`
      let [base, ours, answer] = [before, own, result]
      for (let round = 0; round < attempts; round++) {
        const kept = yield* files.read(old, options.limit ?? defaultLimit)
        if (Option.isNone(kept) || equalBytes(kept.value.bytes, base.bytes)) return answer
        base = kept.value
        const putBack = Effect.gen(function* () {
          const found = yield* files.stat(target)
          if (Option.isSome(found) && isUnchanged(found.value, ours)) yield* files.rename(old, target)
          yield* files.flushFolder(folderOf(target))
        })
        const decided = yield* Effect.onError(decide(kept), () => Effect.ignore(putBack))
        if (decided.content === undefined) return yield* Effect.as(putBack, decided.result)
        const bytes = new TextEncoder().encode(decided.content)
        if (equalBytes(bytes, base.bytes)) return yield* Effect.as(putBack, decided.result)
        yield* prepare(prepared, bytes, options, Option.some(base.identity))
        const next = yield* files.stat(prepared)
        if (Option.isNone(next) || !(yield* replace(held, prepared, target, Option.some(ours)))) break
        ;[ours, answer] = [next.value, decided.result]
      }
      // both were edited, the old file and the one that replaced it: the old one stays as the backup, nothing more is decided here
      yield* Effect.ignore(files.rename(old, `${target}.bak`))
      return yield* new FileFailure({ path: target, operation: "change", reason: "KeepsChanging" })
    })

  const modify: Context.Tag.Service<DurableFile>["modify"] = (path, options, change) =>
    Effect.gen(function* () {
      const target = yield* resolve(path)
      const folder = folderOf(target)
      if (Option.isNone(yield* files.stat(folder))) {
        // a change that writes nothing leaves no trace, not even a folder
        const decided = yield* change(Option.none())
        if (decided.content === undefined) return decided.result
        const made = yield* files.makeFolder(folder, options.folderMode ?? 0o777)
        if (Option.isSome(made)) yield* files.flushFolder(folderOf(made.value))
      }
      for (let round = 0; round < attempts; round++) {
        const outcome = yield* locks.withLock(target, (held) => attempt(target, options, held, change), options.lock)
        if (Option.isSome(outcome)) return outcome.value
      }
      return yield* new FileFailure({ path: target, operation: "change", reason: "KeepsChanging" })
    })

  const keep: Context.Tag.Service<DurableFile>["keep"] = (path, bytes, options = {}) =>
    Effect.gen(function* () {
      const folder = folderOf(path)
      const made = yield* files.makeFolder(folder, options.folderMode ?? 0o777)
      if (Option.isSome(made)) yield* files.flushFolder(folderOf(made.value))
      const dot = nameOf(path).lastIndexOf(".") > 0 ? path.lastIndexOf(".") : path.length
      for (let number = 1; ; number++) {
        const name = number === 1 ? path : `${path.slice(0, dot)}-${number}${path.slice(dot)}`
        const isKept = yield* Effect.uninterruptible(files.create(name, options.mode ?? 0o600, (file) =>
          Effect.zipRight(file.write(bytes), file.flush).pipe(Effect.tapError(() => Effect.ignore(files.remove(name)))))).pipe(
            Effect.as(true),
            Effect.catchIf((failure) => failure.code === "EEXIST", () => Effect.succeed(false))
          )
        if (!isKept) continue
        yield* files.flushFolder(folder)
        return name
      }
    })

  return DurableFile.of({ read, modify, resolve, keep })
})

/**
 * Durable changes over any files and locks.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as FileLock from "@dev-infra/durable-files/FileLock"
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 * import * as Layer from "effect/Layer"
 *
 * const inMemory = DurableFile.layerOver.pipe(
 *   Layer.provide(FileLock.layer),
 *   Layer.provide([LocalFiles.layerMemory(), LocalProcess.layer])
 * )
 * ```
 * @category layers
 */
export const layerOver: Layer.Layer<DurableFile, never, LocalFiles | FileLock> = Layer.effect(DurableFile, make)

/**
 * Durable changes of real files. The ports beneath are given out too: `FileLock` for those who report on locks,
 * `LocalFiles` for those who watch or copy files.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as Effect from "effect/Effect"
 *
 * const hosts = Effect.flatMap(DurableFile.DurableFile, (files) => files.read("/etc/hosts")).pipe(Effect.provide(DurableFile.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<DurableFile | FileLock | LocalFiles | LocalProcess> = layerOver.pipe(
  Layer.provideMerge(fileLock),
  Layer.provideMerge(localProcess),
  Layer.provideMerge(localFiles)
)
