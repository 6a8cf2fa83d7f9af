/**
 * URLs of git repositories: when two spellings mean the same repository, and how a password is kept out of them. Plain
 * functions that load nothing. A URL is stored as it was given (without credentials); {@link normalise} is for comparison.
 *
 * @module
 */

/** Hosts that treat owner and repository alike in any case. Elsewhere `Api` and `api` may be two repositories. */
const caseInsensitiveHosts = new Set(["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"])

/** Other names of those hosts, used for ssh through a firewall or by browsers. */
const hostAliases = new Map([
  ["www.github.com", "github.com"],
  ["ssh.github.com", "github.com"],
  ["altssh.gitlab.com", "gitlab.com"],
  ["www.gitlab.com", "gitlab.com"],
  ["altssh.bitbucket.org", "bitbucket.org"],
  ["www.bitbucket.org", "bitbucket.org"]
])

/** ssh, http, git and https: a host that answers on these has one set of repositories. */
const defaultPorts = new Set(["22", "80", "443", "9418"])

const schemeUrl = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is
const scpLike = /^(?:[^@/\s]+@)?(\[[^\]/]+\]|[^:/[\]]+):(?!:)(\/*[^/].*)$/s
const validHost = /^(?:\[[0-9a-f:.]+\]|[\p{L}\p{N}._~-]+)(?::\d+)?$/u
/** A password in a URL inside a URL, as mirrors and proxies have them (`https://mirror/https://user:token@host/x`). */
const embedded = /([a-z][a-z0-9+.-]*:\/\/)[^/?#@\s:]*:[^/?#@\s]*@/gi
const windowsPath = /^[a-z]:[\\/]/i
const secretParameter = /^[^=]*(?:token|secret|password|passwd|api[_-]?key)[^=]*(?:=|$)/i

type Parts =
  | { readonly kind: "remote"; readonly host: string; readonly path: string; readonly query: string; readonly encoded: boolean }
  | { readonly kind: "file"; readonly host: string; readonly path: string; readonly encoded: boolean }
  | { readonly kind: "opaque" }

const hostOf = (authority: string): string => {
  const at = authority.lastIndexOf("@")
  const lower = authority.slice(at + 1).toLowerCase()
  const match = /^(.*?)(?::(\d*))?$/s.exec(lower.startsWith("[") ? lower.slice(lower.indexOf("]") + 1) : lower)
  const name = lower.startsWith("[") ? lower.slice(0, lower.indexOf("]") + 1) : (match?.[1] ?? lower).replace(/\.+$/, "")
  const port = match?.[2] ?? ""
  const plain = hostAliases.get(name) ?? name
  return port === "" || defaultPorts.has(port) ? plain : `${plain}:${port}`
}

const parse = (text: string): Parts => {
  const url = schemeUrl.exec(text)
  if (url !== null) {
    const scheme = (url[1] ?? "").toLowerCase()
    const authority = url[2] ?? ""
    const rest = url[3] ?? ""
    if (scheme === "file" || scheme === "git+file") {
      return { kind: "file", host: authority.toLowerCase() === "localhost" ? "" : authority.toLowerCase(), path: rest, encoded: true }
    }
    const queryAt = rest.indexOf("?")
    const path = queryAt < 0 ? rest : rest.slice(0, queryAt)
    // `ssh://git@host:owner/repo`, the two notations mixed up, is common in the wild and means `git@host:owner/repo`.
    const mixed = /^((?:.*@)?[^:@[\]]+):([^:@\d][^:@]*)$/s.exec(authority)
    return {
      kind: "remote",
      host: hostOf(mixed?.[1] ?? authority),
      path: mixed === null ? path : `${mixed[2] ?? ""}${path}`,
      query: queryAt < 0 ? "" : rest.slice(queryAt),
      encoded: true
    }
  }
  if (text.startsWith("/")) return { kind: "file", host: "", path: text, encoded: false }
  if (windowsPath.test(text)) return { kind: "opaque" }
  const scp = scpLike.exec(text)
  if (scp !== null) {
    const inner = /^\[([^:\]]+(?::\d+)?)\]$/.exec(scp[1] ?? "")
    return { kind: "remote", host: hostOf(inner?.[1] ?? scp[1] ?? ""), path: scp[2] ?? "", query: "", encoded: false }
  }
  const bare = /^([^/\s]+\.[a-z][a-z0-9-]*(?::\d+)?)(\/.*)$/is.exec(text)
  if (bare !== null && !text.startsWith(".")) return { kind: "remote", host: hostOf(bare[1] ?? ""), path: bare[2] ?? "", query: "", encoded: false }
  return { kind: "opaque" }
}

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment.replace(/\p{Surrogate}/gu, "\uFFFD")).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent)

/** Segments without `.`, `..`, empty ones and the final `.git`. */
const segmentsOf = (path: string, encoded: boolean): ReadonlyArray<string> => {
  const kept: Array<string> = []
  for (const raw of path.split("/")) {
    const segment = encoded ? decodeSegment(raw) : raw
    if (segment === "" || segment === ".") continue
    if (segment === "..") kept.pop()
    else kept.push(segment)
  }
  for (;;) {
    const last = kept.at(-1)
    if (last === undefined || !/\.git$/i.test(last)) return kept
    kept.pop()
    const stripped = last.replace(/(?:\.git)+$/i, "")
    if (!/^\.{0,2}$/.test(stripped)) kept.push(stripped)
  }
}

const encodePath = (segments: ReadonlyArray<string>): string => segments.map((segment) => `/${encodeSegment(segment)}`).join("")

const withoutSecretParameters = (query: string): string => {
  if (query === "" || !/token|secret|passw|key/i.test(query)) return query
  const kept = query.slice(1).split("&").filter((parameter) => !secretParameter.test(parameter))
  return kept.length === 0 ? "" : `?${kept.join("&")}`
}

/**
 * A repository URL and the folder inside the repository that is meant (`URL#inner/path`); `inner` is absent for the whole
 * repository.
 *
 * @category models
 */
export interface RepositoryLocation {
  readonly url: string
  readonly inner: string | undefined
}

/**
 * Splits `URL#inner/path`. In a plain local path (`/home/me/c#`) a `#` belongs to the name and nothing is split.
 *
 * @param text a URL as stored
 * @category constructors
 */
export const split = (text: string): RepositoryLocation => {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf("#")
  if (at < 0 || trimmed.startsWith("/") || trimmed.startsWith(".") || windowsPath.test(trimmed)) return { url: trimmed, inner: undefined }
  const inner = decodeSegment(trimmed.slice(at + 1))
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/")
  return inner === "" ? split(trimmed.slice(0, at)) : { url: trimmed.slice(0, at).trimEnd(), inner }
}

/**
 * The URL that means a folder inside a repository, `URL#inner/path`. {@link split} takes it apart again.
 *
 * @param url the URL of the repository; a plain local path becomes a `file://` URL, so that its own `#` stays unambiguous
 * @param inner the folder, relative to the root of the repository; empty for the root itself
 * @category constructors
 */
export const withInner = (url: string, inner: string): string => {
  const location = split(url)
  const segments = inner.split("/").filter((segment) => segment !== "" && segment !== ".")
  if (segments.length === 0) return location.url
  const base = location.url.startsWith("/") ? `file://${location.url.split("/").map(encodeSegment).join("/")}` : location.url
  return `${base}#${segments.map(encodeSegment).join("/")}`
}

/** What nearly every URL looks like: nothing in it is encoded, no part is a dot, there is no port. */
const everyday = /^(?:https:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)\/|git@([a-z0-9-]+(?:\.[a-z0-9-]+)+):)([\w~-][\w~.-]*(?:\/[\w~-][\w~.-]*)*)$/

/** The everyday case of {@link normalise}, without taking the URL apart; undefined if it is not one. */
const normaliseEveryday = (text: string): string | undefined => {
  const match = everyday.exec(text)
  const host = match?.[1] ?? match?.[2]
  const path = match?.[3]
  if (host === undefined || path === undefined || hostAliases.has(host)) return undefined
  const plain = path.endsWith(".git") ? path.slice(0, -4) : path
  if (/\.git$/i.test(plain) || plain === "" || plain.endsWith("/")) return undefined
  return `https://${host}/${caseInsensitiveHosts.has(host) ? plain.toLowerCase() : plain}`
}

/**
 * The form in which two spellings of one repository are equal: `https://host/path` for every remote (whatever the scheme,
 * user, default port, `.git`, trailing slashes, percent-encoding and case of the host), `file:///path` for a local one. On
 * github.com, gitlab.com, bitbucket.org and codeberg.org the path is lower-cased too, because these sites ignore its case.
 * An inner path (`#inner/path`) is kept, since two folders of one repository are two projects. A text that is no URL comes
 * back trimmed. Normalising twice changes nothing more.
 *
 * @param text a URL in any form that git accepts, or `host.tld/path`
 * @category combinators
 */
export const normalise = (text: string): string => normaliseEveryday(text) ?? normaliseAny(text)

const normaliseAny = (text: string): string => {
  const { url, inner } = split(text)
  const parts = parse(url)
  const suffix = inner === undefined ? "" : `#${inner.split("/").map(encodeSegment).join("/")}`
  if (parts.kind === "opaque" || (parts.host !== "" && !validHost.test(parts.host)) || (parts.kind === "remote" && parts.host === "")) {
    // Each round takes something away, so this ends; what is left may be understood.
    const plain = withoutCredentials(url).replace(/(?<=[^/\s:])[/\s]+$/, "")
    return plain === url ? `${plain}${suffix}` : normalise(`${plain}${suffix}`)
  }
  const segments = segmentsOf(parts.path, parts.encoded)
  if (parts.kind === "file") return `file://${parts.host}${segments.length === 0 ? "/" : encodePath(segments)}${suffix}`
  const cased = caseInsensitiveHosts.has(parts.host) ? segments.map((segment) => segment.toLowerCase()) : segments
  return `https://${parts.host}${encodePath(cased)}${withoutSecretParameters(parts.query)}${suffix}`
}

/**
 * Whether two URLs mean the same repository and the same folder in it.
 *
 * @category combinators
 */
export const sameRepository = (first: string, second: string): boolean => first === second || normalise(first) === normalise(second)

/**
 * The URL without passwords and tokens, otherwise exactly as given. For http(s) all user info goes (a token may stand in
 * place of the user); for other schemes the user stays (`ssh://git@host`), the password goes; query parameters that are
 * named like a secret go.
 *
 * @param url a URL in any form
 * @category combinators
 */
export const withoutCredentials = (url: string): string => {
  const match = /^(\s*(?:[a-z][a-z0-9+.-]*::)?([a-z][a-z0-9+.-]*):\/\/)(.*)$/is.exec(url)
  if (match === null) return url
  const scheme = (match[2] ?? "").toLowerCase()
  const rest = match[3] ?? ""
  if (scheme === "file") return url
  let end = rest.search(/[/?#]/)
  if (end < 0) end = rest.length
  let at = rest.lastIndexOf("@", end)
  // A password with an unescaped slash (`user:pa/ss@host`): the part before it is no port, so the user info goes on.
  if (at < 0 && /:(?!\d*$)/.test(rest.slice(0, end)) && !rest.startsWith("[")) at = rest.lastIndexOf("@")
  let cleaned = rest
  if (at >= 0) {
    const user = rest.slice(0, at)
    const colon = user.indexOf(":")
    const isWeb = /(?:^|\+)https?$/.test(scheme)
    cleaned = isWeb ? rest.slice(at + 1) : `${colon < 0 ? user : user.slice(0, colon)}${rest.slice(at)}`
  }
  const queryAt = cleaned.indexOf("?")
  if (queryAt >= 0) {
    const hashAt = cleaned.indexOf("#", queryAt)
    const queryEnd = hashAt < 0 ? cleaned.length : hashAt
    cleaned = `${cleaned.slice(0, queryAt)}${withoutSecretParameters(cleaned.slice(queryAt, queryEnd))}${cleaned.slice(queryEnd)}`
  }
  return `${match[1] ?? ""}${cleaned.replace(embedded, "$1")}`
}

/**
 * Whether a URL carries a password or token that {@link withoutCredentials} would take out.
 *
 * @category combinators
 */
export const hasCredentials = (url: string): boolean => url.includes("://") && /[@?]/.test(url) && withoutCredentials(url) !== url
