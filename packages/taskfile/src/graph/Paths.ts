/**
 * Paths as texts, with `/`.
 *
 * @module
 */

/** Whether it begins at the root. */
export const isAbsolute = (path: string): boolean => path.startsWith("/")

/** What needs more than this computer's files. */
export const isRemote = (target: string): boolean => /^(?:https?|ssh|git|git\+[a-z]+|file):\/\//i.test(target) || /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:/.test(target)

/** Without `.`, `..` and doubled `/`. */
export const normalize = (path: string): string => {
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop()
    else if (part !== ".." || !isAbsolute(path)) parts.push(part)
  }
  const joined = parts.join("/")
  return isAbsolute(path) ? `/${joined}` : joined === "" ? "." : joined
}

/** `path` as seen from `folder`, which is absolute. */
export const resolve = (folder: string, path: string): string => normalize(isAbsolute(path) ? path : `${folder}/${path}`)

/** The folder that a path is in. */
export const dirname = (path: string): string => {
  const at = path.lastIndexOf("/")
  return at <= 0 ? "/" : path.slice(0, at)
}

/** Whether a path is a folder or below it; both normal. */
export const isWithin = (folder: string, path: string): boolean => path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`)

/** `~` and `$NAME` as a shell puts them in; names without a value are empty. */
export const expand = (path: string, environment: { readonly [name: string]: string | undefined }): string => {
  const named = path.replace(/\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g, (_, braced: string | undefined, bare: string | undefined) => environment[braced ?? bare ?? ""] ?? "")
  const home = environment["HOME"]
  return home !== undefined && home !== "" && (named === "~" || named.startsWith("~/")) ? home + named.slice(1) : named
}
