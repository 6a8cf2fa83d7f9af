/**
 * Which paths a template may give: those that stay in the project, whatever the system, and that every system can hold.
 *
 * @module
 */
import type { TreeFile } from "@dev-infra/git-repositories/FileTree"

/** Names of devices on Windows, whatever comes behind a dot. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?: *\.|$)/i

/** Characters that no name on Windows can hold; a colon would open a hidden stream. */
const notOnWindows = /[<>:"|?*\\]/

/** Control characters, and those that make a name look like another one by turning it round. */
const unseen = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u

const longestPath = 1000
const longestName = 255

const encoder = new TextEncoder()

/** As file systems that ignore case, or the form of accents, compare names. */
const folded = (name: string): string => name.normalize("NFC").toLowerCase().toUpperCase().toLowerCase()

/** `.git`, as some system or other would understand the name. */
const isGitFolder = (name: string): boolean => /^(?:\.git|git~\d+)$/.test(folded(name).replace(/[. ]+$/, ""))

const problemOfName = (name: string): string | undefined => {
  if (name === "") return "a name in it is empty"
  if (name === "." || name === "..") return "it leads out of the project"
  if (unseen.test(name) || /\p{Surrogate}/u.test(name)) return "it holds a character that cannot be seen"
  if (notOnWindows.test(name)) return `Windows allows no ${JSON.stringify(notOnWindows.exec(name)?.[0])} in a name`
  if (isGitFolder(name)) return "what is in .git belongs to git"
  if (/[. ]$/.test(name)) return "Windows allows no name that ends with a dot or a space"
  if (device.test(name)) return "the name is reserved on Windows"
  if (encoder.encode(name).length > longestName) return "a name in it is too long"
  return undefined
}

/**
 * Why a path (relative, parts divided by `/`) is not allowed, or nothing if it is.
 *
 * @example
 * ```ts
 * import * as SafePath from "@dev-infra/templates/SafePath"
 *
 * export const problems = ["src/main.ts", "../main.ts", "aux.txt"].map(SafePath.problemOf)
 * // undefined, "it leads out of the project", "the name is reserved on Windows"
 * ```
 * @category guards
 */
export const problemOf = (path: string): string | undefined => {
  if (path === "") return "it is empty"
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return "it is absolute"
  if (path.length > longestPath) return "it is too long"
  if (folded(path) === ".dev-infra.yml") return "that file is written by dev-infra"
  for (const name of path.split("/")) {
    const problem = problemOfName(name)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Where a link leads, as parts from the root, with the links of the tree followed; `undefined` if that is outside. */
const follow = (path: string, links: ReadonlyMap<string, string>): "outside" | "endless" | ReadonlyArray<string> => {
  const ahead = [path]
  const at: Array<string> = []
  let followed = 0
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part.includes("/")) {
      ahead.unshift(...part.split("/"))
      continue
    }
    if (part === "" || part === ".") continue
    if (part === "..") {
      if (at.pop() === undefined) return "outside"
      continue
    }
    at.push(part)
    const target = links.get(folded(at.join("/")))
    if (target === undefined) continue
    if (++followed > 40) return "endless"
    at.pop()
    ahead.unshift(target)
  }
  return at
}

const problemOfLink = (path: string, target: string, links: ReadonlyMap<string, string>): string | undefined => {
  if (target === "" || target.includes("\0") || target.length > longestPath) return "it is a link without a usable target"
  if (target.startsWith("/") || /^[a-z]:/i.test(target) || target.includes("\\")) return `it is a link to ${JSON.stringify(target)}, which is absolute`
  const end = follow(path, links)
  if (end === "outside") return `it is a link to ${JSON.stringify(target)}, which leads out of the project`
  if (end === "endless") return "it is a link that leads back to itself"
  return end.some(isGitFolder) ? "it is a link into .git" : undefined
}

const decoder = new TextDecoder("utf-8", { fatal: true })

const targetOf = (content: Uint8Array): string => {
  try {
    return decoder.decode(content)
  } catch {
    return ""
  }
}

/** What is wrong with a path. @category models */
export interface PathProblem {
  readonly path: string
  readonly problem: string
}

/**
 * Everything that is wrong with the paths of files that are to lie together: each by itself, where links lead, and paths that are one and the
 * same where case does not count, or a file where another one needs a folder.
 *
 * @category guards
 */
export const problemsOf = (files: Iterable<TreeFile>): ReadonlyArray<PathProblem> => {
  const all = [...files]
  const problems: Array<PathProblem> = []
  const links = new Map(all.flatMap((file) => (file.mode === "symlink" ? [[folded(file.path), targetOf(file.content)] as const] : [])))
  const known = new Map<string, { readonly spelled: string; readonly isFile: boolean }>()
  for (const { mode, content, path } of all) {
    const problem = problemOf(path) ?? (mode === "symlink" ? problemOfLink(path, targetOf(content), links) : undefined)
    if (problem !== undefined) {
      problems.push({ path, problem })
      continue
    }
    const parts = path.split("/")
    for (let length = 1; length <= parts.length; length++) {
      const spelled = parts.slice(0, length).join("/")
      const isFile = length === parts.length
      const key = folded(spelled)
      const other = known.get(key)
      if (other === undefined) known.set(key, { spelled, isFile })
      else if (other.spelled !== spelled) problems.push({ path, problem: `where case does not count it is the same as ${other.spelled}` })
      else if (other.isFile && isFile) problems.push({ path, problem: "two files of the template get this name" })
      else if (other.isFile !== isFile) problems.push({ path, problem: `${spelled} would be a file and a folder` })
      else continue
      if (other !== undefined) break
    }
  }
  return problems
}
