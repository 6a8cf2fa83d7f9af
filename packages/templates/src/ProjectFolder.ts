/**
 * Reads the files of a project that a template knows, and no others. Nothing is read through a link: neither a file that is a
 * link (its target is its content, as in git) nor one in a folder that is a link.
 *
 * @module
 */
import { fromFiles, type FileTree, type TreeFile } from "@dev-infra/git-repositories/FileTree"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"

/**
 * Why a path has no file that can be read: `Folder`, a folder lies there (`files` are those in it, however deep); `BelowFile`
 * and `BelowLink`, one of the folders above it is a file or a link (`at` says which); `Other`, it is no file, link or folder;
 * `TooLarge`, more than 64 MiB; `Unreadable`, the system does not allow it.
 *
 * @category models
 */
export interface Obstacle {
  readonly reason: "Folder" | "BelowFile" | "BelowLink" | "Other" | "TooLarge" | "Unreadable"
  /** the path at which it is, relative to the root: the path itself or a folder above it */
  readonly at: string
  readonly files?: ReadonlyArray<string>
}

/** What lies at the paths that were asked for: files, obstacles, and nothing at all others. @category models */
export interface FolderContents {
  readonly files: FileTree
  readonly obstacles: ReadonlyMap<string, Obstacle>
}

/**
 * The folder of a project cannot be read at all.
 *
 * @category errors
 */
export class FolderUnavailable extends Schema.TaggedError<FolderUnavailable>("@dev-infra/templates/FolderUnavailable")("FolderUnavailable", {
  path: Schema.String,
  reason: Schema.Literal("NotFound", "NotAFolder", "Unreadable")
}) {
  override get message(): string {
    return `${this.path} cannot be read: ${this.reason}`
  }
}

/**
 * The port.
 *
 * @example
 * ```ts
 * import * as FileTree from "@dev-infra/git-repositories/FileTree"
 * import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
 * import * as Effect from "effect/Effect"
 *
 * const files = FileTree.fromFiles([{ path: "README.md", mode: "file", content: new TextEncoder().encode("# api\n") }])
 * export const read = Effect.flatMap(ProjectFolder.ProjectFolder, (folder) => folder.read("/home/me/api", ["README.md", "LICENSE"])).pipe(
 *   Effect.provide(ProjectFolder.layerMemory({ "/home/me/api": files }))
 * )
 * ```
 * @category tags
 */
export class ProjectFolder extends Context.Tag("@dev-infra/templates/ProjectFolder")<
  ProjectFolder,
  {
    /** What lies at `paths` (relative to the root, parts divided by `/`). */
    readonly read: (root: string, paths: Iterable<string>) => Effect.Effect<FolderContents, FolderUnavailable>
  }
>() {}

const sizeLimit = 64 * 1024 * 1024
/** So many files are read before others in this process have their turn. */
const slice = 200
/** A folder in the way of a file is looked through only so far. */
const mostListed = 1000

const foldersAbove = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  return parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join("/"))
}

const codeOf = (cause: unknown): string => (cause instanceof Error && "code" in cause ? String(cause.code) : "")

const isAbsent = (cause: unknown): boolean => codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR"

const filesIn = (root: string, folder: string, found: Array<string> = []): ReadonlyArray<string> => {
  for (const entry of fs.readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
    if (found.length >= mostListed) break
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) filesIn(root, path, found)
    else found.push(path)
  }
  return found
}

/** Opened without following a link, and without waiting for the other end of a pipe. */
const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW

const readFile = (root: string, path: string): TreeFile | Obstacle => {
  const file = fs.openSync(`${root}/${path}`, flags)
  try {
    const stats = fs.fstatSync(file)
    if (stats.isDirectory()) return { reason: "Folder", at: path, files: filesIn(root, path) }
    if (!stats.isFile()) return { reason: "Other", at: path }
    if (stats.size > sizeLimit) return { reason: "TooLarge", at: path }
    return { path, mode: (stats.mode & 0o100) === 0 ? "file" : "executable", content: fs.readFileSync(file) }
  } finally {
    fs.closeSync(file)
  }
}

const readOne = (root: string, path: string): TreeFile | Obstacle | undefined => {
  try {
    return readFile(root, path)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    const code = codeOf(cause)
    // A link is not opened (ELOOP; EMLINK and EFTYPE on BSD), a socket cannot be (ENXIO).
    if (code !== "ELOOP" && code !== "EMLINK" && code !== "EFTYPE") return { reason: code === "ENXIO" ? "Other" : "Unreadable", at: path }
  }
  try {
    return { path, mode: "symlink", content: fs.readlinkSync(`${root}/${path}`, { encoding: "buffer" }) }
  } catch (cause) {
    return isAbsent(cause) ? undefined : { reason: "Unreadable", at: path }
  }
}

type Folder = "folder" | "nothing" | Obstacle

const lookAt = (root: string, folder: string): Folder => {
  try {
    const stats = fs.lstatSync(`${root}/${folder}`, { throwIfNoEntry: false })
    if (stats === undefined) return "nothing"
    if (stats.isDirectory()) return "folder"
    return { reason: stats.isSymbolicLink() ? "BelowLink" : "BelowFile", at: folder }
  } catch (cause) {
    return isAbsent(cause) ? "nothing" : { reason: "Unreadable", at: folder }
  }
}

const checkRoot = (root: string): Effect.Effect<void, FolderUnavailable> =>
  Effect.suspend(() => {
    try {
      const stats = fs.statSync(root, { throwIfNoEntry: false })
      if (stats === undefined) return Effect.fail(new FolderUnavailable({ path: root, reason: "NotFound" }))
      return stats.isDirectory() ? Effect.void : Effect.fail(new FolderUnavailable({ path: root, reason: "NotAFolder" }))
    } catch (cause) {
      return Effect.fail(new FolderUnavailable({ path: root, reason: isAbsent(cause) ? "NotFound" : "Unreadable" }))
    }
  })

const contentsOf = (found: Iterable<readonly [path: string, TreeFile | Obstacle | undefined]>): FolderContents => {
  const files: Array<TreeFile> = []
  const obstacles = new Map<string, Obstacle>()
  for (const [path, one] of found) {
    if (one === undefined) continue
    if ("reason" in one) obstacles.set(path, one)
    else files.push(one)
  }
  return { files: fromFiles(files), obstacles }
}

const readLive = (root: string, paths: Iterable<string>): Effect.Effect<FolderContents, FolderUnavailable> =>
  Effect.gen(function*() {
    yield* checkRoot(root)
    const folders = new Map<string, Folder>()
    const found: Array<readonly [string, TreeFile | Obstacle | undefined]> = []
    for (const path of new Set(paths)) {
      let above: Folder = "folder"
      for (const folder of foldersAbove(path)) {
        above = folders.get(folder) ?? lookAt(root, folder)
        folders.set(folder, above)
        if (above !== "folder") break
      }
      if (above !== "nothing") found.push([path, above === "folder" ? readOne(root, path) : above])
      if (found.length % slice === 0) yield* Effect.yieldNow()
    }
    return contentsOf(found)
  })

/**
 * The disk.
 *
 * @example
 * ```ts
 * import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
 * import * as Effect from "effect/Effect"
 *
 * export const readme = Effect.flatMap(ProjectFolder.ProjectFolder, (folder) => folder.read("/home/me/api", ["README.md"])).pipe(
 *   Effect.provide(ProjectFolder.layer)
 * )
 * ```
 * @category layers
 */
export const layer: Layer.Layer<ProjectFolder> = Layer.succeed(ProjectFolder, ProjectFolder.of({ read: readLive }))

const readMemory = (tree: FileTree, path: string): TreeFile | Obstacle | undefined => {
  for (const folder of foldersAbove(path)) {
    const above = tree.get(folder)
    if (above !== undefined) return { reason: above.mode === "symlink" ? "BelowLink" : "BelowFile", at: folder }
  }
  const files = [...tree.keys()].filter((other) => other.startsWith(`${path}/`))
  return tree.get(path) ?? (files.length > 0 ? { reason: "Folder", at: path, files } : undefined)
}

/**
 * Folders in memory, by their absolute paths. They hold files and links, and no empty folders.
 *
 * @example
 * ```ts
 * import * as FileTree from "@dev-infra/git-repositories/FileTree"
 * import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
 *
 * export const world = ProjectFolder.layerMemory({ "/home/me/api": FileTree.fromFiles([]) })
 * ```
 * @category layers
 */
export const layerMemory = (folders: { readonly [root: string]: FileTree }): Layer.Layer<ProjectFolder> =>
  Layer.succeed(
    ProjectFolder,
    ProjectFolder.of({
      read: (root, paths) => {
        const tree = Object.hasOwn(folders, root) ? folders[root] : undefined
        if (tree === undefined) return Effect.fail(new FolderUnavailable({ path: root, reason: "NotFound" }))
        return Effect.sync(() => contentsOf([...new Set(paths)].map((path) => [path, readMemory(tree, path)] as const)))
      }
    })
  )
