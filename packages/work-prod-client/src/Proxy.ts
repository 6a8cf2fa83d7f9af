/**
 * Which proxy a server is reached through, by the variables that other programs go by too.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import type { ServerUrl } from "./ServerUrl.js"

/** A proxy. `host` is to be shown; `authorization` is the header for it, from the user and password in its URL. @category models */
export interface Proxy {
  readonly origin: string
  readonly host: string
  readonly authorization: string | undefined
}

/** The variable names no proxy that can be used. Its value is not shown: it may hold a password. @category errors */
export class InvalidProxy extends Data.TaggedError("InvalidProxy")<{ readonly variable: string }> {
  override get message(): string {
    return `${this.variable} names no proxy that can be used: write it like http://proxy.example.org:3128, or unset it`
  }
}

type Environment = { readonly [variable: string]: string | undefined }

/** The variable that says something, in lower case first, as curl does it. */
const said = (environment: Environment, name: string): { readonly variable: string; readonly value: string } | undefined => {
  for (const variable of [name.toLowerCase(), name]) {
    const value = environment[variable]?.trim() ?? ""
    if (value !== "") return { variable, value }
  }
  return undefined
}

/** Whether an entry of NO_PROXY means the host: the name itself or one below it, with a port or without. */
const fits = (entry: string, { hostname, port, protocol }: URL): boolean => {
  if (entry === "*") return true
  const [, name = entry, entryPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? []
  const ownPort = port === "" ? (protocol === "https:" ? "443" : "80") : port
  if (entryPort !== undefined && entryPort !== ownPort) return false
  const bare = name.replace(/^\[|\]$/g, "").replace(/^\*?\./, "").toLowerCase()
  const host = hostname.replace(/^\[|\]$/g, "")
  return bare !== "" && (host === bare || host.endsWith(`.${bare}`))
}

/**
 * The proxy for a server, undefined if it is reached directly: HTTPS_PROXY or HTTP_PROXY by the scheme of its URL, unless NO_PROXY
 * names it. This computer is never reached through a proxy.
 *
 * @param url the server
 * @param environment variables; names in lower case count first
 * @category constructors
 * @example
 * ```ts
 * import * as Proxy from "@dev-infra/work-prod-client/Proxy"
 * import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
 * import * as Either from "effect/Either"
 *
 * const proxy = Either.flatMap(ServerUrl.read("https://work.example.org", "--url"), (url) =>
 *   Proxy.find(url, { HTTPS_PROXY: "http://proxy.example.org:3128", NO_PROXY: "localhost,.internal" })
 * )
 * ```
 */
export const find = (url: ServerUrl, environment: Environment): Either.Either<Proxy | undefined, InvalidProxy> => {
  const found = said(environment, url.isHttps ? "HTTPS_PROXY" : "HTTP_PROXY")
  if (found === undefined || url.isLoopback) return Either.right(undefined)
  const target = new URL(url.base)
  const exceptions = said(environment, "NO_PROXY")?.value.split(/[\s,]+/) ?? []
  if (exceptions.some((entry) => fits(entry, target))) return Either.right(undefined)
  const { value, variable } = found
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  const proxy = URL.canParse(text) ? new URL(text) : undefined
  if (proxy === undefined || !/^https?:$/.test(proxy.protocol) || proxy.hostname === "") return Either.left(new InvalidProxy({ variable }))
  return Either.map(authorizationOf(proxy, variable), (authorization) => ({ origin: proxy.origin, host: proxy.host, authorization }))
}

const authorizationOf = ({ password, username }: URL, variable: string): Either.Either<string | undefined, InvalidProxy> => {
  if (username === "" && password === "") return Either.right(undefined)
  return Either.try({
    try: () => `Basic ${Encoding.encodeBase64(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`,
    catch: () => new InvalidProxy({ variable })
  })
}
