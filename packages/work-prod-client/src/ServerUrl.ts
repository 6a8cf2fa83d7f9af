/**
 * Where a work-prod server is: what people write, made into one form, or refused with a sentence that says how to write it.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"

/**
 * The address of a server. `base` has no slash at its end and no `/api`; `host` is the host with its port, to be shown.
 *
 * @category models
 */
export interface ServerUrl {
  readonly base: string
  readonly origin: string
  readonly host: string
  readonly isHttps: boolean
  readonly isLoopback: boolean
}

/** What is wrong with a URL. @category models */
export type UrlProblem = "Empty" | "NoScheme" | "OtherScheme" | "NoHost" | "UserInfo" | "QueryOrFragment" | "Unreadable"

/**
 * The URL cannot be used. `source` is where it came from; `text` is what stood there, without user and password; `suggestion` is
 * what may have been meant.
 *
 * @category errors
 */
export class InvalidUrl extends Data.TaggedError("InvalidUrl")<{
  readonly source: string
  readonly text: string
  readonly problem: UrlProblem
  readonly suggestion: string | null
}> {
  override get message(): string {
    const advice = this.suggestion === null ? "write it like https://work.example.org" : `write ${this.suggestion}`
    return `the work-prod URL ${JSON.stringify(this.text)} (${this.source}) ${problemTexts[this.problem]}: ${advice}`
  }
}

const problemTexts: { readonly [Problem in UrlProblem]: string } = {
  Empty: "is empty",
  NoScheme: "does not begin with http:// or https://",
  OtherScheme: "is neither http:// nor https://",
  NoHost: "names no host",
  UserInfo: "holds a user or password, which would be shown in logs; give the key by itself, and the URL without them",
  QueryOrFragment: "has a ? or #, which a server's address cannot have",
  Unreadable: "cannot be read"
}

const loopbackHost = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/

/** Whether a host name, as `URL` writes it, can only be this computer. @category predicates */
export const isLoopbackHost = (hostname: string): boolean => loopbackHost.test(hostname)

/** A URL for people without user, password, query and fragment. A password may hold anything, so all before the last @ may be one. */
const shown = (text: string): string => text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1").replace(/[?#].*$/s, "")

/** What somebody may have meant who left out the scheme. */
const withScheme = (text: string): string | null => {
  const rest = shown(text).replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/^\/+/, "")
  const candidate = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined
  if (candidate === undefined || rest === "") return null
  return `${isLoopbackHost(candidate.hostname) ? "http" : "https"}://${rest}`
}

const problemOf = (text: string): UrlProblem | undefined => {
  if (text === "") return "Empty"
  // A host with its port looks like a scheme too, so only :// makes one.
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return /^(?:ftp|file|mailto|ssh|git|data|javascript):/i.test(text) ? "OtherScheme" : "NoScheme"
  if (scheme !== "http" && scheme !== "https") return "OtherScheme"
  if (/^https?:\/\/(?:[/?#]|$)/i.test(text)) return "NoHost"
  if (/[\s\\]/.test(text) || !URL.canParse(text)) return "Unreadable"
  const url = new URL(text)
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/?#]*@/i.test(text)) return "UserInfo"
  return /[?#]/.test(text) ? "QueryOrFragment" : undefined
}

const suggestionFor = (text: string, problem: UrlProblem): string | null => {
  switch (problem) {
    case "NoScheme":
    case "OtherScheme":
      return withScheme(text)
    case "UserInfo":
      return shown(text)
    case "QueryOrFragment":
      return text.includes("@") ? null : shown(text)
    case "Empty":
    case "NoHost":
    case "Unreadable":
      return null
  }
}

/**
 * Reads the URL of a server: with or without `/api`, a slash at the end, or a path before it.
 *
 * @param text what somebody wrote
 * @param source where it was written, to be named in an error
 * @category constructors
 * @example
 * ```ts
 * import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
 * import * as Either from "effect/Either"
 *
 * const url = ServerUrl.read("https://example.org/work-prod/api/", "--url")
 * const base = Either.map(url, ({ base }) => base) // https://example.org/work-prod
 * ServerUrl.read("localhost:5055", "--url") // Left: … write http://localhost:5055
 * ```
 */
export const read = (text: string, source: string): Either.Either<ServerUrl, InvalidUrl> => {
  const trimmed = text.trim()
  const problem = problemOf(trimmed)
  if (problem !== undefined) {
    return Either.left(new InvalidUrl({ source, text: shown(trimmed), problem, suggestion: suggestionFor(trimmed, problem) }))
  }
  const { host, hostname, origin, pathname, protocol } = new URL(trimmed)
  const prefix = pathname.replace(/\/+$/, "").replace(/\/api$/, "").replace(/\/+$/, "")
  return Either.right({ base: `${origin}${prefix}`, origin, host, isHttps: protocol === "https:", isLoopback: isLoopbackHost(hostname) })
}
