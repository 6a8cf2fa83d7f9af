/**
 * What the `.gitignore` files of a repository say about its files.
 *
 * @module
 */
import ignore, { type Ignore } from "ignore"
import type { FileView } from "./FileView.js"

const above = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

const repositoryOf = (view: FileView, directory: string): string | undefined => {
  for (let folder = directory; ; folder = above(folder)) {
    if (view.kind(folder === "/" ? "/.git" : `${folder}/.git`) !== undefined) return folder
    if (folder === "/") return undefined
  }
}

/** A test of paths below the repository of a folder; undefined if it is in none. A file in an ignored folder is ignored, whatever is said about itself. @category constructors */
export const ignoredBelow = (view: FileView, directory: string): ((path: string) => boolean) | undefined => {
  const root = repositoryOf(view, directory.replace(/(?<=.)\/+$/, ""))
  if (root === undefined) return undefined
  const rules = new Map<string, Ignore | undefined>()
  const rulesOf = (folder: string): Ignore | undefined => {
    if (!rules.has(folder)) {
      const text = view.text(`${folder === "/" ? "" : folder}/.gitignore`)
      rules.set(folder, text === undefined ? undefined : ignore().add(text))
    }
    return rules.get(folder)
  }
  const verdicts = new Map<string, boolean>()
  const judge = (path: string, isFolder: boolean): boolean => {
    const folder = above(path)
    if (folder !== root && isIgnoredFolder(folder)) return true
    for (let at = folder; ; at = above(at)) {
      const relative = path.slice(at === "/" ? 1 : at.length + 1)
      const verdict = rulesOf(at)?.test(isFolder ? `${relative}/` : relative)
      if (verdict?.ignored === true) return true
      if (verdict?.unignored === true || at === root) return false
    }
  }
  const isIgnoredFolder = (path: string): boolean => {
    const known = verdicts.get(path)
    if (known !== undefined) return known
    const verdict = judge(path, true)
    verdicts.set(path, verdict)
    return verdict
  }
  return (path) => path.startsWith(root === "/" ? "/" : `${root}/`) && judge(path, false)
}
