/**
 * What git would call files, reckoned here from the files themselves: whoever has the id knows whether a byte, a name or a mode differs.
 *
 * @module
 */
import * as Digest from "./Digest.js"
import type { FileMode, FileTree } from "./FileTree.js"

/** Repositories name their objects by one of these. @category models */
export type ObjectFormat = "sha1" | "sha256"

/** By which hash an id was made. @category constructors */
export const formatOf = (id: string): ObjectFormat => (id.length === 64 ? "sha256" : "sha1")

/** A file by what git calls its content. @category models */
export interface TreeEntry {
  readonly path: string
  readonly mode: FileMode
  readonly id: string
}

interface Folder {
  readonly folders: Map<string, Folder>
  readonly files: Map<string, TreeEntry>
}

const newFolder = (): Folder => ({ folders: new Map(), files: new Map() })

const bits = { file: "100644", executable: "100755", symlink: "120000" } as const

const encoder = new TextEncoder()

const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const bytesOf = (id: string): Uint8Array => Uint8Array.from(id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

const folderId = (folder: Folder, format: ObjectFormat): string => {
  const entries = [
    ...[...folder.folders].map(([name, inner]) => ({ order: `${name}/`, head: `40000 ${name}\0`, id: folderId(inner, format) })),
    ...[...folder.files].map(([name, { id, mode }]) => ({ order: name, head: `${bits[mode]} ${name}\0`, id }))
  ].map(({ head, id, order }) => ({ order: encoder.encode(order), parts: [encoder.encode(head), bytesOf(id)] }))
  const parts = entries.sort((a, b) => compareBytes(a.order, b.order)).flatMap((entry) => entry.parts)
  const content = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    content.set(part, at)
    at += part.length
  }
  return Digest.ofObject("tree", content, format)
}

/** The files by what git calls their contents. @category constructors */
export const entriesOf = (files: FileTree, format: ObjectFormat = "sha1"): ReadonlyArray<TreeEntry> =>
  [...files.values()].map(({ content, mode, path }) => ({ path, mode, id: Digest.ofObject("blob", content, format) }))

/** The id of the tree of files of which only these are known. @category combinators */
export const idOfEntries = (entries: Iterable<TreeEntry>, format: ObjectFormat = "sha1"): string => {
  const root = newFolder()
  for (const entry of entries) {
    const parts = entry.path.split("/")
    let folder = root
    for (const part of parts.slice(0, -1)) {
      const next = folder.folders.get(part) ?? newFolder()
      folder.folders.set(part, next)
      folder = next
    }
    folder.files.set(parts.at(-1) ?? "", entry)
  }
  return folderId(root, format)
}

/**
 * The id of the tree of these files, in hexadecimal: what `git rev-parse COMMIT^{tree}` says where they are all there is.
 *
 * @example
 * ```ts
 * import { fromFiles } from "@dev-infra/git-repositories/FileTree"
 * import * as GitTree from "@dev-infra/git-repositories/GitTree"
 *
 * export const empty = GitTree.idOf(fromFiles([])) // "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
 * ```
 * @category combinators
 */
export const idOf = (files: FileTree, format: ObjectFormat = "sha1"): string => idOfEntries(entriesOf(files, format), format)
