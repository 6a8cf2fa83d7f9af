/**
 * The files of folders on the disk. Links are never followed, and what is too much is refused before it is read.
 *
 * It calls the system by itself, synchronously and in slices: half a thousand files are read in some milliseconds, which as many effects would take ten times.
 *
 * @module
 */
import { fromCode } from "@dev-infra/durable-files/FileFailure"
import { type Operation, words } from "@dev-infra/durable-files/FileOperations"
import { type FileMode, type FileTree, fromFiles, type TreeFile } from "@dev-infra/git-repositories/FileTree"
import { limits } from "@dev-infra/git-repositories/TreeLimits"
import { type FoundFile, pathProblem, treeProblems } from "@dev-infra/git-repositories/TreeRules"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { TemplateInvalid, TemplateUnavailable } from "../TemplateFailure.js"
import { Folders } from "./Folders.js"

interface Found extends FoundFile {
  /** changes with every change of the file, if that is not too close to the one before */
  readonly stamp: string
  /** milliseconds since 1970 at which something changed last */
  readonly changed: number
}

/** What was read, and what it was read from. */
interface Remembered {
  readonly tree: FileTree
  readonly stamps: ReadonlyMap<string, string>
}

type Failure = TemplateInvalid | TemplateUnavailable

/** So many files are looked at or read before others have their turn. */
const slice = 250

/** Milliseconds after a change in which a further one may not show. */
const racy = 2000

/** So many folders are remembered. */
const mostFolders = 16

const codeOf = (cause: unknown): string | undefined => (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : undefined)

const stampOf = ({ ctimeMs, dev, ino, mode, mtimeMs, size }: fs.Stats): string => `${dev}:${ino}:${size}:${mode}:${mtimeMs}:${ctimeMs}`

const modeOf = (stats: fs.Stats): FileMode => (stats.isSymbolicLink() ? "symlink" : (stats.mode & 0o100) === 0 ? "file" : "executable")

const make = Effect.sync(() => {
  const remembered = new Map<string, Remembered>()

  const invalid = (source: string, path: string, problem: string) => new TemplateInvalid({ source, problems: [{ path, problem }] })
  const notThere = (source: string, detail?: string) => new TemplateUnavailable({ source, reason: "NotFound", ...(detail === undefined ? {} : { detail }) })

  /** What the system refuses is told with its path. */
  const attempt = <A>(source: string, operation: Operation, path: string, work: () => A): Effect.Effect<A, TemplateUnavailable> =>
    Effect.try({ try: work, catch: (cause) => new TemplateUnavailable({ source, reason: "NotAllowed", detail: fromCode(words[operation], path, codeOf(cause)).message }) })

  const rootOf = (source: string): Effect.Effect<string, TemplateUnavailable> =>
    Effect.gen(function* () {
      const root = yield* Effect.try({
        try: () => fs.realpathSync.native(source),
        catch: (cause) => (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR" ? notThere(source) : new TemplateUnavailable({ source, reason: "NotAllowed", detail: fromCode(words.resolve, source, codeOf(cause)).message }))
      })
      const isFolder = yield* attempt(source, "stat", root, () => fs.statSync(root).isDirectory())
      return isFolder ? root : yield* notThere(source, "it is not a folder")
    })

  /** One name of a folder: a file, a folder to look into, or what keeps it from being either; nothing if it is gone. */
  const look = (source: string, root: string, path: string): Found | "folder" | undefined | TemplateInvalid => {
    const problem = pathProblem(path)
    if (problem !== undefined) return invalid(source, path, problem)
    const stats = fs.lstatSync(`${root}/${path}`, { throwIfNoEntry: false })
    if (stats === undefined) return undefined
    if (stats.isDirectory()) return "folder"
    if (!stats.isFile() && !stats.isSymbolicLink()) return invalid(source, path, "it is no file, no folder and no link")
    return { path, mode: modeOf(stats), size: stats.size, stamp: stampOf(stats), changed: stats.ctimeMs }
  }

  /** Everything below a folder, without reading a file. */
  const walk = (source: string, root: string): Effect.Effect<ReadonlyArray<Found>, Failure> =>
    Effect.gen(function* () {
      const found: Array<Found> = []
      const folders = [""]
      let looked = 0
      let pause = slice
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        const here = folder
        const names = yield* attempt(source, "list", `${root}/${here}`, () => fs.readdirSync(`${root}/${here}`))
        looked += names.length
        if (looked > 2 * limits.files) return yield* invalid(source, "", `it holds more than ${limits.files} files`)
        const problem = yield* attempt(source, "stat", `${root}/${here}`, () => {
          for (const name of names) {
            if (name === ".git") continue
            const path = here === "" ? name : `${here}/${name}`
            const one = look(source, root, path)
            if (one instanceof TemplateInvalid) return one
            if (one === "folder") folders.push(path)
            else if (one !== undefined) found.push(one)
          }
          return undefined
        })
        if (problem !== undefined) return yield* problem
        if (looked > pause) {
          pause = looked + slice
          yield* Effect.yieldNow()
        }
      }
      return found
    })

  /** The content of a file, or the target of a link; nothing if it is no longer what it was. */
  const contentOf = (path: string, { mode, stamp }: Found): Uint8Array | undefined => {
    if (mode === "symlink") return new TextEncoder().encode(fs.readlinkSync(path))
    // Not through a link that took its place meanwhile, and without waiting for somebody to write into a pipe.
    const descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK)
    try {
      return stampOf(fs.fstatSync(descriptor)) === stamp ? fs.readFileSync(descriptor) : undefined
    } finally {
      fs.closeSync(descriptor)
    }
  }

  const readFile = (source: string, root: string, found: Found): Effect.Effect<TreeFile, Failure> =>
    Effect.gen(function* () {
      const { mode, path } = found
      const content = yield* attempt(source, mode === "symlink" ? "readLink" : "read", `${root}/${path}`, () => contentOf(`${root}/${path}`, found))
      if (content === undefined) return yield* invalid(source, path, "it changed while it was read; try again")
      if (mode === "symlink" && new TextDecoder().decode(content).includes("\uFFFD")) return yield* invalid(source, path, "where the link points to is not written in UTF-8")
      return { path, mode, content }
    })

  return Folders.of({
    read: (source) =>
      Effect.gen(function* () {
        const root = yield* rootOf(source)
        const now = yield* Clock.currentTimeMillis
        const found = yield* walk(source, root)
        const problems = treeProblems(found)
        if (problems.length > 0) return yield* new TemplateInvalid({ source, problems })
        const before = remembered.get(source)
        const known = ({ path, stamp }: Found): TreeFile | undefined => (before?.stamps.get(path) === stamp ? before.tree.get(path) : undefined)
        if (before !== undefined && before.stamps.size === found.length && found.every((file) => known(file) !== undefined)) return before.tree
        const files: Array<TreeFile> = []
        for (const [at, file] of found.entries()) {
          if (at % slice === slice - 1) yield* Effect.yieldNow()
          files.push(known(file) ?? (yield* readFile(source, root, file)))
        }
        const tree = fromFiles(files)
        if (remembered.size >= mostFolders) remembered.clear()
        remembered.set(source, { tree, stamps: new Map(found.flatMap(({ changed, path, stamp }) => (Math.abs(now - changed) < racy ? [] : [[path, stamp] as const]))) })
        return tree
      })
  })
})

/**
 * Folders of this computer.
 *
 * @category layers
 * @example
 * ```ts
 * import { Folders } from "./Folders.js"
 * import * as LocalFolders from "./LocalFolders.js"
 * import * as Effect from "effect/Effect"
 *
 * export const files = Effect.flatMap(Folders, (folders) => folders.read("/srv/templates/api")).pipe(Effect.provide(LocalFolders.layer))
 * ```
 */
export const layer: Layer.Layer<Folders> = Layer.effect(Folders, make)
