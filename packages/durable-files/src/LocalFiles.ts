/**
 * The file operations that durable changes need and that `FileSystem` lacks: identities, hard links, exclusive creation,
 * flushing of files and folders. The live layer uses synchronous calls, which are several times quicker than asynchronous
 * ones for the few short calls of one change; this is the only file here that imports `node:fs`.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { FileFailure, fromCode } from "./FileFailure.js"
import { type FileContent, type FileIdentity, type FileOperations, isUnchanged, type NewFile, type Operation, tooLarge, words } from "./FileOperations.js"
import { makeControlled } from "./MemoryFiles.js"

/**
 * The port. Every failure of the system is a `FileFailure` with its code.
 *
 * @example
 * ```ts
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as Effect from "effect/Effect"
 *
 * const missing = Effect.gen(function* () {
 *   const files = yield* LocalFiles.LocalFiles
 *   return files.existing(["/etc", "/no/such/folder"]).map((exists) => !exists)
 * }).pipe(Effect.provide(LocalFiles.layer))
 * ```
 * @category tags
 */
export class LocalFiles extends Context.Tag("@dev-infra/durable-files/LocalFiles")<LocalFiles, FileOperations>() {}

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

const attempt = <A>(operation: Operation, path: string, run: () => A): Effect.Effect<A, FileFailure> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(run())
    } catch (cause) {
      return Effect.fail(fromCode(words[operation], path, codeOf(cause)))
    }
  })

const identityOf = (stats: fs.BigIntStats): FileIdentity => ({
  kind: stats.isFile() ? "File" : stats.isDirectory() ? "Folder" : stats.isSymbolicLink() ? "Link" : "Other",
  device: stats.dev,
  inode: stats.ino,
  size: stats.size,
  modifiedNanos: stats.mtimeNs,
  mode: Number(stats.mode) & 0o7777,
  owner: Number(stats.uid),
  group: Number(stats.gid)
})

const noneIfAbsent = <A>(effect: Effect.Effect<A, FileFailure>): Effect.Effect<Option.Option<A>, FileFailure> =>
  effect.pipe(
    Effect.map(Option.some),
    Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeed(Option.none<A>()))
  )

/**
 * Make a folder with the ones around it; gives the outermost that was made. Node's own recursive `mkdirSync` never returns
 * where the system denies a folder with ENOENT although the one around it is there, as below `/proc`.
 */
const makeFolders = (folder: string, mode: number): string | undefined => {
  const pending = [folder]
  let outermost: string | undefined
  for (let path = pending.at(-1); path !== undefined; path = pending.at(-1)) {
    try {
      fs.mkdirSync(path, { mode })
      outermost ??= path
      pending.pop()
    } catch (cause) {
      const code = codeOf(cause)
      const parent = path.slice(0, path.lastIndexOf("/")) || "/"
      if (code === "EEXIST" && fs.statSync(path).isDirectory()) pending.pop()
      else if (code === "ENOENT" && parent !== path && fs.statSync(parent, { throwIfNoEntry: false }) === undefined) pending.push(parent)
      else throw cause
    }
  }
  return outermost
}

/** One reading; none if somebody wrote into the file meanwhile. */
const readOnce = (path: string, limit: number): Effect.Effect<Option.Option<FileContent>, FileFailure> =>
  Effect.suspend(() => {
    let descriptor: number | undefined
    try {
      // without O_NONBLOCK, opening a named pipe would wait for a writer for ever
      descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
      const before = identityOf(fs.fstatSync(descriptor, { bigint: true }))
      if (before.kind !== "File") return Effect.fail(fromCode(words.read, path, before.kind === "Folder" ? "EISDIR" : "ENXIO"))
      if (Number(before.size) > limit) return Effect.fail(tooLarge(path))
      const bytes = fs.readFileSync(descriptor)
      if (bytes.length > limit) return Effect.fail(tooLarge(path))
      const identity = identityOf(fs.fstatSync(descriptor, { bigint: true }))
      return Effect.succeed(isUnchanged(before, identity) ? Option.some({ bytes, identity }) : Option.none())
    } catch (cause) {
      return Effect.fail(fromCode(words.read, path, codeOf(cause)))
    } finally {
      if (descriptor !== undefined) fs.closeSync(descriptor)
    }
  })

/** Reads again if somebody wrote into the file meanwhile, so that a half-written content is not taken for a whole one. */
const readContent = (path: string, limit: number): Effect.Effect<FileContent, FileFailure> =>
  readOnce(path, limit).pipe(
    Effect.flatten,
    Effect.retry({ times: 20, while: (failure) => failure._tag === "NoSuchElementException" }),
    Effect.catchTag("NoSuchElementException", () =>
      Effect.fail(new FileFailure({ path, operation: words.read, reason: "KeepsChanging" })))
  )

const newFile = (path: string, descriptor: number): NewFile => ({
  write: (bytes) => attempt("write", path, () => {
    for (let done = 0; done < bytes.length;) done += fs.writeSync(descriptor, bytes, done)
  }),
  adopt: (mode, owner) => attempt("adopt", path, () => {
    if (owner !== undefined) {
      const current = fs.fstatSync(descriptor)
      if (current.uid !== owner.owner || current.gid !== owner.group) {
        try {
          fs.fchownSync(descriptor, owner.owner, owner.group)
        } catch {
          // only root may give files away; the content matters more than the owner
        }
      }
    }
    fs.fchmodSync(descriptor, mode)
  }),
  flush: attempt("flush", path, () => fs.fsyncSync(descriptor))
})

/** Codes by which a file system says that a folder cannot be flushed. */
const cannotFlush = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EISDIR", "EBADF"])

/** Codes by which a file system says that a folder has something in it, or is not there. */
const staysThere = new Set(["ENOTEMPTY", "EEXIST", "ENOENT"])

const watchFolder = (folder: string): Stream.Stream<string, FileFailure> =>
  Stream.asyncPush<string, FileFailure>((emit) =>
    Effect.acquireRelease(
      attempt("stat", folder, () => {
        const identity = fs.statSync(folder).ino
        const watcher = fs.watch(folder, { persistent: true }, (_event, name) => {
          emit.single(name ?? "")
          // a watched folder that is removed or replaced goes on in silence
          if (fs.statSync(folder, { throwIfNoEntry: false })?.ino !== identity) emit.fail(fromCode(words.stat, folder, "ENOENT"))
        })
        watcher.on("error", (cause) => emit.fail(fromCode(words.stat, folder, codeOf(cause))))
        return watcher
      }),
      (watcher) => Effect.sync(() => watcher.close())
    ), { bufferSize: 64, strategy: "sliding" })

/** So many paths in one folder are worth a look at the folder. */
const worthListing = 4

/**
 * Names of folders in a folder. Links may lead nowhere, and are left out. A folder that is large for the `wanted` few in it
 * (`size` is that of the list of names, on every file system more or less) is not looked through.
 */
const foldersIn = (folder: string, wanted: number): ReadonlySet<string> => {
  try {
    if (fs.statSync(folder).size > 65_536 + 512 * wanted) return new Set()
    const names = new Set<string>()
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) names.add(entry.name)
    return names
  } catch {
    // what cannot be listed is asked for one by one
    return new Set()
  }
}

/**
 * Folders that are asked about mostly lie beside each other. One look at the folder around them says that they are there; only those that it does not
 * name (missing, a link, spelled in another case) are asked for one by one.
 */
const existingOf = (paths: ReadonlyArray<string>): ReadonlyArray<boolean> => {
  const placesByFolder = new Map<string, Array<number>>()
  for (let place = 0; place < paths.length; place++) {
    const path = paths[place] ?? ""
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")))
    const places = placesByFolder.get(folder)
    if (places === undefined) placesByFolder.set(folder, [place])
    else places.push(place)
  }
  const existing = Array.from(paths, () => false)
  for (const [folder, places] of placesByFolder) {
    const isListed = places.length >= worthListing && (paths[places[0] ?? 0] ?? "").startsWith("/")
    const names = isListed ? foldersIn(folder === "" ? "/" : folder, places.length) : undefined
    for (const place of places) {
      const path = paths[place] ?? ""
      existing[place] = names?.has(path.slice(folder.length + 1)) === true || fs.existsSync(path)
    }
  }
  return existing
}

const live: FileOperations = {
  stat: (path) => noneIfAbsent(attempt("stat", path, () => identityOf(fs.lstatSync(path, { bigint: true })))),
  read: (path, limit) => noneIfAbsent(readContent(path, limit)),
  resolve: (path) => attempt("resolve", path, () => fs.realpathSync.native(path)),
  readLink: (path) =>
    attempt("readLink", path, () => fs.readlinkSync(path)).pipe(
      Effect.map(Option.some),
      Effect.catchIf((failure) => failure.code === "EINVAL" || failure.code === "ENOENT", () => Effect.succeed(Option.none<string>()))
    ),
  list: (folder) => attempt("list", folder, () => fs.readdirSync(folder)),
  makeFolder: (folder, mode) =>
    attempt("makeFolder", folder, () => Option.fromNullable(makeFolders(folder, mode))).pipe(
      Effect.mapError((failure) => failure.code === "EEXIST" ? fromCode(words.makeFolder, folder, "ENOTDIR") : failure)
    ),
  create: (path, mode, use) =>
    Effect.acquireUseRelease(
      attempt("create", path, () => fs.openSync(path, "wx", mode)),
      (descriptor) => use(newFile(path, descriptor)),
      (descriptor) => Effect.sync(() => fs.closeSync(descriptor))
    ),
  link: (existing, path) => attempt("link", path, () => fs.linkSync(existing, path)),
  makeLink: (path, points) => attempt("makeLink", path, () => fs.symlinkSync(points, path)),
  rename: (from, to) => attempt("rename", to, () => fs.renameSync(from, to)),
  remove: (path) =>
    attempt("remove", path, () => fs.unlinkSync(path)).pipe(
      Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.void)
    ),
  removeFolder: (folder) =>
    attempt("removeFolder", folder, () => fs.rmdirSync(folder)).pipe(
      Effect.as(true),
      Effect.catchIf((failure) => staysThere.has(failure.code ?? ""), () => Effect.succeed(false))
    ),
  setMode: (path, mode) => attempt("setMode", path, () => fs.chmodSync(path, mode)),
  flushFolder: (folder) =>
    attempt("flushFolder", folder, () => {
      const descriptor = fs.openSync(folder, "r")
      try {
        fs.fsyncSync(descriptor)
      } finally {
        fs.closeSync(descriptor)
      }
    }).pipe(Effect.catchIf((failure) => cannotFlush.has(failure.code ?? ""), () => Effect.void)),
  checkWritable: (path) => attempt("checkWritable", path, () => fs.accessSync(path, fs.constants.W_OK)),
  existing: existingOf,
  watch: watchFolder
}

/**
 * The real file system.
 *
 * @example
 * ```ts
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as Effect from "effect/Effect"
 *
 * const names = Effect.flatMap(LocalFiles.LocalFiles, (files) => files.list("/tmp")).pipe(Effect.provide(LocalFiles.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<LocalFiles> = Layer.succeed(LocalFiles, live)

/**
 * New files in memory that behave like files on a disk as far as durable changes go, with the folders `/` and `/tmp`.
 *
 * @param files - text by absolute path; their folders are made
 * @example
 * ```ts
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as Effect from "effect/Effect"
 *
 * const names = Effect.flatMap(LocalFiles.LocalFiles, (files) => files.list("/home/me")).pipe(
 *   Effect.provide(LocalFiles.layerMemory({ "/home/me/notes.txt": "buy milk" }))
 * )
 * ```
 * @category layers
 */
export const layerMemory = (files: { readonly [path: string]: string } = {}): Layer.Layer<LocalFiles> =>
  Layer.effect(LocalFiles, Effect.map(makeControlled(files), ({ operations }) => operations))
