/**
 * Which files of a template got another name between two versions.
 *
 * @module
 */
import * as Digest from "@dev-infra/git-repositories/Digest"
import type { FileTree, TreeFile } from "@dev-infra/git-repositories/FileTree"

/** A file that got another name. @category models */
export interface Rename {
  readonly from: string
  readonly to: string
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Where the file ends up, over all versions between: `a` to `b` and `b` to `c` is `a` to `c`. */
const endOf = (from: string, targets: ReadonlyMap<string, string>, theirs: FileTree): string | undefined => {
  const seen = new Set([from])
  let path = targets.get(from)
  while (path !== undefined && !seen.has(path)) {
    if (theirs.has(path)) return path
    seen.add(path)
    path = targets.get(path)
  }
  return undefined
}

const canMove = (file: TreeFile): boolean => file.mode !== "symlink" && file.content.length > 0

/** Files that went and files that came with the very same content; of several, the one that kept its own name. */
const exact = (gone: ReadonlyArray<TreeFile>, come: ReadonlyArray<TreeFile>): ReadonlyArray<Rename> => {
  if (gone.length === 0 || come.length === 0) return []
  const byContent = new Map<string, Array<TreeFile>>()
  for (const file of come) {
    const key = Digest.sha256(file.content)
    byContent.set(key, [...(byContent.get(key) ?? []), file])
  }
  return gone.flatMap((file) => {
    const candidates = byContent.get(Digest.sha256(file.content)) ?? []
    const target = candidates.find(({ path }) => nameOf(path) === nameOf(file.path)) ?? candidates[0]
    if (target === undefined) return []
    candidates.splice(candidates.indexOf(target), 1)
    return [{ from: file.path, to: target.path }]
  })
}

/**
 * Those that are declared and happened, and those that moved with the very same content.
 *
 * @category constructors
 */
export const between = (base: FileTree, theirs: FileTree, declared: ReadonlyArray<Rename>): ReadonlyArray<Rename> => {
  const targets = new Map(declared.map(({ from, to }) => [from, to]))
  const taken = new Set<string>()
  const renames: Array<Rename> = []
  const gone = [...base.values()].filter(({ path }) => !theirs.has(path))
  for (const { path: from } of gone) {
    const to = endOf(from, targets, theirs)
    if (to === undefined || base.has(to) || taken.has(to)) continue
    taken.add(to)
    renames.push({ from, to })
  }
  const moved = new Set(renames.map(({ from }) => from))
  const left = gone.filter((file) => !moved.has(file.path) && canMove(file))
  const come = [...theirs.values()].filter((file) => !base.has(file.path) && !taken.has(file.path) && canMove(file))
  return [...renames, ...exact(left, come)]
}
