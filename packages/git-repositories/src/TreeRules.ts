/**
 * What files of strangers must be like before anything is made of them, whatever they were read from.
 *
 * @module
 */
import type { FileMode } from "./FileTree.js"
import type { TreeProblem } from "./RepositoryFailure.js"
import { limits } from "./TreeLimits.js"

/** A file that was found, before it is read. */
export interface FoundFile {
  readonly path: string
  readonly mode: FileMode
  readonly size: number
}

const mostProblems = 20

const shown = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path)

/** What is wrong with a path, as a clause. What it becomes when it is rendered is checked again then. */
export const pathProblem = (path: string): string | undefined => {
  if (path === "" || path.startsWith("/")) return "a file must lie inside its folder"
  if (new TextEncoder().encode(path).length > limits.pathBytes) return `a path has at most ${limits.pathBytes} bytes`
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(path)) return "a name holds control characters"
  if (path.includes("\uFFFD")) return "a name is not written in UTF-8"
  const parts = path.split("/")
  if (parts.length > limits.depth) return `folders lie within each other more than ${limits.depth} times`
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "a path must not hold empty parts, . or .."
  if (parts.some(isGitFolder)) return "files of .git are never taken"
  return undefined
}

/** `.git`, also as other file systems read it: without case, without characters that nobody sees, with its short name, with dots and blanks behind it. */
const isGitFolder = (part: string): boolean => {
  const plain = part.replace(/[\p{Cf}\p{Mn}]/gu, "").replace(/:.*$/s, "").replace(/[. ]+$/, "").toLowerCase()
  return plain === ".git" || plain === "git~1"
}

/** What is wrong with the whole, the first few problems. */
export const treeProblems = (files: ReadonlyArray<FoundFile>): ReadonlyArray<TreeProblem> => {
  const problems: Array<TreeProblem> = []
  const tell = (path: string, problem: string) => {
    if (problems.length < mostProblems) problems.push({ path: shown(path), problem })
  }
  if (files.length > limits.files) tell("", `it holds more than ${limits.files} files`)
  let total = 0
  for (const { path, size } of files) {
    const problem = pathProblem(path)
    if (problem !== undefined) tell(path, problem)
    if (size > limits.fileBytes) tell(path, `a file has at most ${limits.fileBytes / 1024 / 1024} MiB`)
    total += size
  }
  if (total > limits.totalBytes) tell("", `all files together have at most ${limits.totalBytes / 1024 / 1024} MiB`)
  return problems
}
