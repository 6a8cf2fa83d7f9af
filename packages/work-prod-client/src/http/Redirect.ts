/**
 * Where an answer sends the client, and whether it goes there.
 *
 * @module
 */
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import { RedirectRefused } from "../WorkProdError.js"
import type { Exchange } from "../WorkProdError.js"
import { shownText } from "./Answer.js"

/** How often one request is sent on. */
const limit = 5

/** Whether a status sends the client elsewhere. */
export const isRedirect = (status: number): boolean => status === 301 || status === 302 || status === 303 || status === 307 || status === 308

/** The request that was answered so. `url` is where it went, `count` how often it was sent on before. */
export interface Redirected {
  readonly exchange: Exchange
  readonly status: number
  readonly location: string | undefined
  readonly url: string
  readonly count: number
  readonly key: Redacted.Redacted | undefined
}

/**
 * The URL to ask instead. Only reading is sent on, and only to the same origin, so that the key goes nowhere else.
 *
 * @param redirected what was answered
 */
export const follow = ({ count, exchange, key, location, status, url }: Redirected): Either.Either<string, RedirectRefused> => {
  const refuse = (target: string, reason: RedirectRefused["reason"]) => Either.left(new RedirectRefused({ ...exchange, status, target: shownText(target, key), reason }))
  if (location === undefined || !URL.canParse(location, url)) return refuse("", "Unreadable")
  const current = new URL(url)
  const target = new URL(location, url)
  const shown = `${target.origin}${target.pathname}`
  if (target.protocol === "https:" && current.protocol === "http:" && target.hostname === current.hostname) {
    return refuse(shown.endsWith(exchange.path) ? shown.slice(0, -exchange.path.length) : target.origin, "UseHttps")
  }
  if (target.origin !== current.origin) return refuse(shown, "OtherHost")
  if (exchange.method !== "GET") return refuse(shown, "Change")
  return count >= limit ? refuse(shown, "TooMany") : Either.right(`${shown}${target.search}`)
}
