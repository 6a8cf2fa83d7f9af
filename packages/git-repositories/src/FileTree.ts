/**
 * Files as plain values: what a version of a repository holds, what was made of it, what a project has.
 *
 * @module
 */

/**
 * What git knows of a file's mode. The content of a `symlink` is where it points to, in UTF-8.
 *
 * @category models
 */
export type FileMode = "file" | "executable" | "symlink"

/** One file. @category models */
export interface TreeFile {
  /** relative to the root, parts divided by `/`, in Unicode as it was found */
  readonly path: string
  readonly mode: FileMode
  readonly content: Uint8Array
}

/** Files by path, in the order of their paths (by UTF-16 code units). @category models */
export type FileTree = ReadonlyMap<string, TreeFile>

/** Sorts files into a tree. Of two with one path the later one stays. @category constructors */
export const fromFiles = (files: Iterable<TreeFile>): FileTree =>
  new Map([...files].map((file) => [file.path, file] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** Whether both hold the same bytes. @category guards */
export const isSameContent = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one === other) return true
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

/** Whether two files have the same content and mode. @category guards */
export const isSameFile = (a: TreeFile, b: TreeFile): boolean => a.mode === b.mode && isSameContent(a.content, b.content)

/** Whether two files have the same content, whatever their modes. @category guards */
export const hasSameContent = (a: TreeFile, b: TreeFile): boolean => isSameContent(a.content, b.content)
