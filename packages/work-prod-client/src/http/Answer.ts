/**
 * Reads answers: never more than a limit, JSON where there is some, and never anything that could hurt a terminal or show the key.
 *
 * @module
 */
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { answerBytes, pageBytes, refusalBytes, type AnswerBody } from "./ServerRequest.js"

/**
 * A text of a server for people: on one line, without control characters, not too long, and without the key if the server repeats
 * it.
 *
 * @param text what the server said
 * @param key what must not be shown
 */
export const shownText = (text: string, key: Redacted.Redacted | undefined): string => {
  const secret = key === undefined ? "" : Redacted.value(key)
  const line = (secret === "" ? text : text.replaceAll(secret, "<key>")).replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()
  return line.length > 500 ? `${line.slice(0, 500)}…` : line
}

const titleOf = (text: string, key: Redacted.Redacted | undefined): string | null => {
  const title = shownText(/<title[^>]*>([^<]*)</i.exec(text)?.[1] ?? "", key)
  return title === "" ? null : title
}

interface Collected {
  readonly text: string
  readonly bytes: number
  readonly isTooLarge: boolean
  readonly isCut: boolean
}

/** An answer without a body is no error. */
const isEmptyBody = (error: HttpClientError): boolean => error._tag === "ResponseError" && error.reason === "EmptyBody"

const collect = (response: HttpClientResponse, limit: number): Effect.Effect<Collected> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder()
    const texts: Array<string> = []
    let bytes = 0
    const collected = (isCut: boolean): Collected => ({ text: [...texts, decoder.decode()].join(""), bytes, isTooLarge: bytes > limit, isCut })
    return response.stream.pipe(
      Stream.takeUntil((chunk) => {
        bytes += chunk.length
        return bytes > limit
      }),
      Stream.runForEach((chunk) => Effect.sync(() => texts.push(decoder.decode(chunk, { stream: true })))),
      Effect.match({ onSuccess: () => collected(false), onFailure: (error) => collected(!isEmptyBody(error)) })
    )
  })

const parse = (text: string): AnswerBody | undefined => {
  try {
    return { _tag: "Json", value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/**
 * Reads the body of an answer. Never fails: what is wrong with it is part of what it is.
 *
 * @param response the answer
 * @param key what must not be shown
 */
export const readBody = (response: HttpClientResponse, key: Redacted.Redacted | undefined): Effect.Effect<AnswerBody> => {
  const isYes = response.status >= 200 && response.status < 300
  const isJson = /\bjson\b/i.test(response.headers["content-type"] ?? "")
  const limit = isYes ? answerBytes : isJson ? refusalBytes : pageBytes
  // An answer that says that it is too large is opened only to be closed.
  const isSaidTooLarge = Number(response.headers["content-length"] ?? 0) > limit
  return Effect.map(collect(response, isSaidTooLarge ? 0 : limit), ({ bytes, isCut, isTooLarge, text }): AnswerBody => {
    if (isTooLarge) return isYes ? { _tag: "TooLarge", limit } : { _tag: "Other", title: titleOf(text, key) }
    if (isCut) return { _tag: "Cut", bytes, detail: "the connection was closed" }
    if (text.trim() === "") return { _tag: "Empty" }
    const json = parse(text)
    if (json !== undefined) return json
    return isJson || /^\s*[[{]/.test(text) ? { _tag: "Cut", bytes, detail: "it is no complete JSON" } : { _tag: "Other", title: titleOf(text, key) }
  })
}

/**
 * The seconds of a `Retry-After` header, which may also be a date. Null if there is none.
 *
 * @param header what it says
 * @param now milliseconds since 1970
 */
export const retryAfterSeconds = (header: string | undefined, now: number): number | null => {
  const text = header?.trim() ?? ""
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000))
}
