/**
 * Libraries on the disk. It calls the system by itself, synchronously and in slices: a thousand files are compared in some milliseconds, which as many effects
 * would take ten times.
 *
 * @module
 */
import { type FileFailure, fromCode } from "@dev-infra/durable-files/FileFailure"
import { type Operation, words } from "@dev-infra/durable-files/FileOperations"
import * as Digest from "@dev-infra/git-repositories/Digest"
import type { FileTree, TreeFile } from "@dev-infra/git-repositories/FileTree"
import type { ObjectFormat, TreeEntry } from "@dev-infra/git-repositories/GitTree"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"

/** So many files are looked at or written before others have their turn. */
const slice = 200

const listLimit = 16 * 1024 * 1024

const codeOf = (cause: unknown): string | undefined => (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : undefined)

const attempt = <A>(operation: Operation, path: string, work: () => A): Effect.Effect<A, FileFailure> =>
  Effect.try({ try: work, catch: (cause) => fromCode(words[operation], path, codeOf(cause)) })

const listPath = (folder: string): string => `${folder}.tree`

/** The text beside a library; none if there is none. */
export const readList = (folder: string): Effect.Effect<Option.Option<string>, FileFailure> =>
  attempt("read", listPath(folder), () => {
    const stats = fs.lstatSync(listPath(folder), { throwIfNoEntry: false })
    return stats === undefined || !stats.isFile() || stats.size > listLimit ? Option.none() : Option.some(fs.readFileSync(listPath(folder), "utf8"))
  })

/** The bytes of a file or link; undefined if it is something else or not there. The size is looked at before anything is read. */
const bytesOf = (path: string, mode: TreeEntry["mode"], limit: number): Uint8Array | undefined => {
  const stats = fs.lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined || stats.size > limit) return undefined
  if (mode === "symlink") return stats.isSymbolicLink() ? fs.readlinkSync(path, { encoding: "buffer" }) : undefined
  if (!stats.isFile() || ((stats.mode & 0o100) !== 0) !== (mode === "executable")) return undefined
  return fs.readFileSync(path)
}

const isAsItCame = (folder: string, entry: TreeEntry, format: ObjectFormat): boolean => {
  const bytes = bytesOf(`${folder}/${entry.path}`, entry.mode, Number.MAX_SAFE_INTEGER)
  return bytes !== undefined && Digest.ofObject("blob", bytes, format) === entry.id
}

/** The first file that is not as it came, with what is wrong. */
export const compare = (folder: string, entries: ReadonlyArray<TreeEntry>, format: ObjectFormat): Effect.Effect<string | undefined, FileFailure> =>
  Effect.gen(function* () {
    for (let start = 0; start < entries.length; start += slice) {
      if (start > 0) yield* Effect.yieldNow()
      const odd = yield* attempt("read", folder, () => entries.slice(start, start + slice).find((entry) => !isAsItCame(folder, entry, format)))
      if (odd === undefined) continue
      const isThere = fs.lstatSync(`${folder}/${odd.path}`, { throwIfNoEntry: false }) !== undefined
      return isThere ? `${odd.path} is not as it came` : `${odd.path} is gone`
    }
    return undefined
  })

/** The first path in the folder that belongs to nothing, folders left out; undefined if there is none. */
export const extra = (folder: string, paths: ReadonlySet<string>): Effect.Effect<string | undefined, FileFailure> =>
  attempt("list", folder, () => {
    const pending = [""]
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const entry of fs.readdirSync(at === "" ? folder : `${folder}/${at}`, { withFileTypes: true })) {
        const path = at === "" ? entry.name : `${at}/${entry.name}`
        if (entry.isDirectory()) pending.push(path)
        else if (!paths.has(path)) return path
      }
    }
    return undefined
  })

/** A file as it came; none if it is not there or another one. */
export const readEntry = (folder: string, entry: TreeEntry, format: ObjectFormat, limit: number): Effect.Effect<Option.Option<Uint8Array>, FileFailure> =>
  attempt("read", `${folder}/${entry.path}`, () => {
    const bytes = bytesOf(`${folder}/${entry.path}`, entry.mode, limit)
    return bytes !== undefined && Digest.ofObject("blob", bytes, format) === entry.id ? Option.some(bytes) : Option.none()
  })

const write = (folder: string, { content, mode, path }: TreeFile): void => {
  const target = `${folder}/${path}`
  fs.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true })
  if (mode === "symlink") fs.symlinkSync(new TextDecoder().decode(content), target)
  else fs.writeFileSync(target, content, { mode: mode === "executable" ? 0o755 : 0o644, flag: "wx" })
}

const discard = (path: string): void => fs.rmSync(path, { recursive: true, force: true })

/** Names of what is being made or thrown away: `.NAME.TOKEN.new`, `.NAME.TOKEN.old`. */
const isMomentary = (name: string, of: string): boolean => name.startsWith(`.${of}.`) && /^[0-9a-f]{16}\.(?:new|old|list)$/.test(name.slice(of.length + 2))

/** Puts files into the place of a library. Others of the same library must wait. */
export const replace = (folder: string, files: FileTree, list: string): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    const [parent, name] = [folder.slice(0, folder.lastIndexOf("/")), folder.slice(folder.lastIndexOf("/") + 1)]
    const token = yield* Effect.sync(() => randomBytes(8).toString("hex"))
    const [fresh, old, freshList] = [`${parent}/.${name}.${token}.new`, `${parent}/.${name}.${token}.old`, `${parent}/.${name}.${token}.list`]
    yield* attempt("makeFolder", parent, () => {
      fs.mkdirSync(parent, { recursive: true })
      // what others left that were killed
      for (const other of fs.readdirSync(parent)) if (isMomentary(other, name)) discard(`${parent}/${other}`)
      fs.mkdirSync(fresh)
    })
    const all = [...files.values()]
    const fill = Effect.gen(function* () {
      for (let start = 0; start < all.length; start += slice) {
        if (start > 0) yield* Effect.yieldNow()
        yield* attempt("write", fresh, () => {
          for (const file of all.slice(start, start + slice)) write(fresh, file)
        })
      }
      yield* attempt("write", freshList, () => fs.writeFileSync(freshList, list, { flag: "wx" }))
    })
    const swap = attempt("rename", folder, () => {
      // without its list the library counts as not there, so nothing half is ever taken for whole
      discard(listPath(folder))
      if (fs.lstatSync(folder, { throwIfNoEntry: false }) !== undefined) fs.renameSync(folder, old)
      fs.renameSync(fresh, folder)
      fs.renameSync(freshList, listPath(folder))
    })
    yield* Effect.zipRight(fill, Effect.uninterruptible(swap)).pipe(
      Effect.ensuring(Effect.ignore(attempt("remove", fresh, () => [fresh, old, freshList].forEach(discard))))
    )
  })

/** Removes a library with its list. */
export const remove = (folder: string): Effect.Effect<void, FileFailure> =>
  attempt("remove", folder, () => {
    discard(listPath(folder))
    discard(folder)
  })
