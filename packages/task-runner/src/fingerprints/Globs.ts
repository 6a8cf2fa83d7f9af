/**
 * Files that patterns of Taskfiles match, as `task` finds them: `*`, `?`, `[x]`, and `**` for folders however deep, none of which matches a name that begins with a dot;
 * links to folders are followed.
 *
 * @module
 */
import type { FilePattern } from "@dev-infra/taskfile/Task"
import { expandBraces, unquote } from "./Braces.js"
import type { FileView } from "./FileView.js"
import { ignoredBelow } from "./GitIgnore.js"

const hasMeta = (part: string): boolean => /^(?:[^\\*?[]|\\[^])*[*?[]/.test(part)
const unescape = (part: string): string => part.replace(/\\([^])/g, "$1")
const join = (folder: string, name: string): string => (folder.endsWith("/") ? folder + name : `${folder}/${name}`)

const classes: { readonly [name: string]: string } = {
  alnum: "A-Za-z0-9", alpha: "A-Za-z", ascii: "\\x00-\\x7f", blank: " \\t", cntrl: "\\x00-\\x1f\\x7f", digit: "0-9", graph: "!-~",
  lower: "a-z", print: " -~", punct: "!-\\/:-@\\[-`{-~", space: "\\s", upper: "A-Z", word: "\\w", xdigit: "0-9A-Fa-f"
}

/** A character that means itself in an expression. */
const plain = (character: string): string => (/[\w\u0080-\u{10ffff}]/u.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16) ?? "0"}}`)

/** A part of a pattern between slashes, as a test of names; undefined if it is none. */
const matcherOf = (part: string): ((name: string) => boolean) | undefined => {
  let source = ""
  for (let at = 0; at < part.length; at++) {
    const character = part[at] ?? ""
    if (character === "*") source += "[^/]*"
    else if (character === "?") source += "[^/]"
    else if (character === "\\") source += plain(part[++at] ?? "\\")
    else if (character === "[") {
      const found = /^\[([!^]?)(\]?(?:\[:\w+:\]|\\[^]|[^\]\\])*)\]/.exec(part.slice(at))
      if (found === null) return undefined
      const inside = (found[2] ?? "").replace(/\[:(\w+):\]|\\([^])|[[\]^]/g, (text, name?: string, escaped?: string) =>
        name !== undefined ? (classes[name] ?? "") : plain(escaped ?? text)
      )
      source += `[${found[1] === "" ? "" : "^/"}${inside}]`
      at += found[0].length - 1
    } else source += /[\ud800-\udfff]/.test(character) ? character : plain(character)
  }
  try {
    const expression = new RegExp(`^${source}$`, "su")
    return (name) => (name.startsWith(".") ? part.startsWith(".") && expression.test(name) : expression.test(name))
  } catch {
    return undefined
  }
}

/** What `pattern` matches below `root`, which is a folder as it stands, not a pattern. The kind is known if it came from a list of a folder. */
type Found = Map<string, "File" | undefined>

const globBelow = (view: FileView, root: string, pattern: string): Found => {
  const isFolder = (path: string): boolean => view.kind(path) === "Folder"
  const parts = pattern.split("/")
  let folders: Array<string> = [root]
  const found: Found = new Map()
  const listed = (folder: string, isLast: boolean, accepts: (name: string) => boolean, into: Array<string>): void => {
    for (const { kind, name } of view.entries(folder) ?? []) {
      if (!accepts(name)) continue
      const path = join(folder, name)
      if (isLast && kind === "File") found.set(path, "File")
      else if (isLast && kind === "Link") found.set(path, undefined)
      if (kind === "Folder" || (kind === "Link" && isFolder(path))) into.push(path)
    }
  }
  /** A folder that a link shows within itself has no end. */
  const isCircle = (folder: string, path: string): boolean => {
    const real = view.real(path)
    return real !== path && (view.real(folder) === real || view.real(folder).startsWith(`${real}/`))
  }
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    const next: Array<string> = []
    if (part === "" || part === ".") continue
    if (!hasMeta(part)) {
      for (const folder of folders) {
        const path = join(folder, unescape(part))
        if (isLast) found.set(path, undefined)
        else if (isFolder(path)) next.push(path)
      }
    } else if (part === "**") {
      const pending = folders.toReversed()
      for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
        const inside: Array<string> = []
        next.push(folder)
        listed(folder, isLast, (name) => !name.startsWith("."), inside)
        const here = folder
        pending.push(...inside.filter((path) => !isCircle(here, path)).reverse())
      }
    } else {
      const accepts = matcherOf(part)
      if (accepts === undefined) return new Map()
      for (const folder of folders) listed(folder, isLast, accepts, next)
    }
    folders = next
  }
  return found
}

/** Texts as Go sorts them: by their bytes, which only differs where a text has characters beyond the first 65,536. */
const sorted = (paths: Array<string>): ReadonlyArray<string> => {
  if (!paths.some((path) => /[\ud800-\udfff]/.test(path))) return paths.sort()
  const points = (path: string): ReadonlyArray<number> => Array.from(path, (character) => character.codePointAt(0) ?? 0)
  return paths.sort((one, other) => {
    const [left, right] = [points(one), points(other)]
    for (let at = 0; at < Math.min(left.length, right.length); at++) {
      const difference = (left[at] ?? 0) - (right[at] ?? 0)
      if (difference !== 0) return difference
    }
    return left.length - right.length
  })
}

/** `.` and `..` resolved, as far as no quote or bracket is in the way. */
const clean = (path: string): string => {
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

/** The folder from which a pattern counts, and the rest of the pattern. What the folder is called never counts as a pattern. */
const rooted = (directory: string, pattern: string): readonly [root: string, pattern: string] => {
  if (pattern.startsWith("/")) return ["/", clean(pattern).slice(1)]
  let root = clean(directory)
  let rest = pattern
  for (let step = /^(\.{0,2})\/+|^(\.\.?)$/.exec(rest); step !== null; step = /^(\.{0,2})\/+|^(\.\.?)$/.exec(rest)) {
    if ((step[1] ?? step[2]) === "..") root = clean(`${root}/..`)
    rest = rest.slice(step[0].length)
  }
  return [root, clean(`/${rest}`).slice(1)]
}

/** Remembers what folders hold and what lies where while one list is made. */
const remembering = (view: FileView): FileView => {
  const memo = <A>(ask: (path: string) => A): ((path: string) => A) => {
    const known = new Map<string, { readonly value: A }>()
    return (path) => {
      const before = known.get(path)
      if (before !== undefined) return before.value
      const value = ask(path)
      known.set(path, { value })
      return value
    }
  }
  return { ...view, entries: memo(view.entries), kind: memo(view.kind), real: memo(view.real) }
}

const filesOf = (view: FileView, directory: string, pattern: string, valueOf: (name: string) => string | undefined): { readonly files: Found; readonly isMissing: boolean } => {
  const unquoted = unquote(pattern, valueOf)
  const files: Found = new Map()
  if (unquoted === undefined) return { files, isMissing: true }
  let isMissing = false
  for (const one of expandBraces(unquoted)) {
    const found = globBelow(view, ...rooted(directory, one))
    for (const [path, known] of found) {
      const kind = known ?? view.kind(path)
      if (kind === "File") files.set(path, kind)
      // a name without wildcards stands for a file that must be there
      else if (kind === undefined && !hasMeta(one)) isMissing = true
    }
    if (found.size === 0 && !hasMeta(one)) isMissing = true
  }
  return { files, isMissing }
}

/** Files that patterns match, absolute and sorted; a later pattern has the last word. @category combinators */
export const expand = (
  view: FileView,
  directory: string,
  patterns: ReadonlyArray<FilePattern>,
  options: { readonly useGitignore: boolean; readonly valueOf: (name: string) => string | undefined }
): ReadonlyArray<string> => {
  const remembered = remembering(view)
  const included = new Set<string>()
  for (const { excluded, pattern } of patterns) {
    for (const path of filesOf(remembered, directory, pattern, options.valueOf).files.keys()) {
      if (excluded) included.delete(path)
      else included.add(path)
    }
  }
  const isIgnored = options.useGitignore ? ignoredBelow(remembered, directory) : undefined
  return sorted(isIgnored === undefined ? [...included] : [...included].filter((path) => !isIgnored(path)))
}

/** Whether every pattern has at least one file. @category combinators */
export const haveAll = (view: FileView, directory: string, patterns: ReadonlyArray<FilePattern>, valueOf: (name: string) => string | undefined): boolean => {
  const remembered = remembering(view)
  return patterns.every(({ excluded, pattern }) => {
    if (excluded) return true
    const { files, isMissing } = filesOf(remembered, directory, pattern, valueOf)
    return files.size > 0 && !isMissing
  })
}
