/**
 * Paths with `/`, without the computer's help.
 *
 * @module
 */

export const isAbsolute = (path: string): boolean => path.startsWith("/")

/** Without `.`, `..` and doubled strokes. */
const normalize = (path: string): string => {
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop()
    else if (part !== ".." || !isAbsolute(path)) parts.push(part)
  }
  const text = parts.join("/")
  return isAbsolute(path) ? `/${text}` : text === "" ? "." : text
}

/** `path` as it is meant in `base`. */
export const join = (base: string, path: string): string => normalize(isAbsolute(path) ? path : `${base}/${path}`)

/** How `path` is written from `base`; both absolute. */
export const relative = (base: string, path: string): string => {
  const from = normalize(base).split("/").filter(Boolean)
  const to = normalize(path).split("/").filter(Boolean)
  let same = 0
  while (same < from.length && same < to.length && from[same] === to[same]) same += 1
  const parts = [...from.slice(same).map(() => ".."), ...to.slice(same)]
  return parts.length === 0 ? "." : parts.join("/")
}

/** `~`, `$NAME` and `${NAME}` at hand of the environment, as the shell would in one word. */
export const expandWord = (text: string, environment: { readonly [name: string]: string | undefined }): string => {
  const home = environment["HOME"]
  const withHome = home !== undefined && (text === "~" || text.startsWith("~/")) ? `${home}${text.slice(1)}` : text
  if (!withHome.includes("$")) return withHome
  return withHome.replaceAll(/\$(?:\{(?<braced>[A-Za-z_][A-Za-z0-9_]*)\}|(?<bare>[A-Za-z_][A-Za-z0-9_]*))/gu, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare
    return name === undefined ? whole : Object.hasOwn(environment, name) ? (environment[name] ?? "") : ""
  })
}
