/**
 * Paths as texts; nothing looks at files.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { Answer } from "./Signature.js"

/** As `path.Clean` of Go. @category combinators */
export const clean = (path: string): string => {
  if (path === "") return "."
  const rooted = path.startsWith("/")
  const result: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") result.push(part)
    else if (result.length > 0 && result.at(-1) !== "..") result.pop()
    else if (!rooted) result.push(part)
  }
  return `${rooted ? "/" : ""}${result.join("/")}` || "."
}

/** As `filepath.Join` of Go. @category combinators */
export const joinPath = (parts: ReadonlyArray<string>): string => {
  const present = parts.filter((part) => part !== "")
  return present.length === 0 ? "" : clean(present.join("/"))
}

/** @category combinators */
export const base = (path: string): string => {
  if (path === "") return "."
  let end = path.length
  while (end > 0 && path[end - 1] === "/") end--
  const name = path.slice(0, end)
  return name === "" ? "/" : name.slice(name.lastIndexOf("/") + 1)
}

/** @category combinators */
export const directory = (path: string): string => clean(path.slice(0, path.lastIndexOf("/") + 1))

/** @category combinators */
export const extension = (path: string): string => /\.[^./]*$/.exec(path)?.[0] ?? ""

/** @category combinators */
export const absolute = (path: string, workingDirectory: string): string => (path.startsWith("/") ? clean(path) : joinPath([workingDirectory, path]))

/** As `filepath.Rel` of Go. @category combinators */
export const relative = (from: string, to: string): Answer => {
  const start = clean(from)
  const end = clean(to)
  if (start === end) return Either.right(".")
  const left = start === "." ? [] : start.split("/").filter((part) => part !== "")
  const right = end === "." ? [] : end.split("/").filter((part) => part !== "")
  let same = 0
  while (same < left.length && same < right.length && left[same] === right[same]) same++
  if (start.startsWith("/") !== end.startsWith("/") || left.slice(same).includes("..")) return Either.left(`there is no way from ${JSON.stringify(from)} to ${JSON.stringify(to)}`)
  return Either.right([...left.slice(same).map(() => ".."), ...right.slice(same)].join("/"))
}
