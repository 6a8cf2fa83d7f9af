/**
 * The path and the query that a request asks for, made fit for the router.
 *
 * @module
 */

/** `query` has no question mark, and is empty if there is none. @category models */
export interface RequestTarget {
  readonly path: string
  readonly query: string
}

/**
 * The parts of a request's target; that of a proxy may begin with a scheme and a host.
 *
 * @category parsing
 */
export const parse = (target: string): RequestTarget => {
  const local = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "")
  const mark = local.indexOf("?")
  return mark === -1 ? { path: local, query: "" } : { path: local.slice(0, mark), query: local.slice(mark + 1) }
}

/**
 * Where a path with doubled slashes leads: the same with single ones, on this server; undefined if there are none. A backslash
 * is escaped, for browsers take it for a slash.
 *
 * @category conversions
 */
export const merged = ({ path, query }: RequestTarget): string | undefined =>
  path.includes("//") ? path.replace(/\/{2,}/g, "/").replaceAll("\\", "%5C") + (query === "" ? "" : `?${query}`) : undefined

const isDecodable = (path: string): boolean => {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** The path without what the router would take for something else: its own separators, and escapes of no character. */
const routedPath = (path: string): string => {
  const plain = path.includes("%") && !isDecodable(path) ? path.replaceAll("%", "%25") : path
  return plain.includes(";") || plain.includes("#") ? plain.replaceAll(";", "%3B").replaceAll("#", "%23") : plain
}

/** Of a repeated parameter the first value; escapes of no character become U+FFFD. */
const firstOfEach = (query: string): string => {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) if (!parameters.has(name)) parameters.set(name, value)
  return new URLSearchParams([...parameters]).toString()
}

/** What the router is to look for. @category conversions */
export const routed = ({ path, query }: RequestTarget): string => (query === "" ? routedPath(path) : `${routedPath(path)}?${firstOfEach(query)}`)
