/**
 * Fetches single files over https, with care: not too large, not from elsewhere than asked, and only what may be a Taskfile. The port with its live layer.
 *
 * @module
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { InheritanceRefused, type RefusalReason } from "./InheritanceFailure.js"

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { RemoteFiles } from "@dev-infra/inheritance/RemoteFiles"
 * import * as Effect from "effect/Effect"
 *
 * export const bytes = Effect.flatMap(RemoteFiles, (files) => files.get("https://example.com/Taskfile.yml", { limit: 65_536 }))
 * ```
 */
export class RemoteFiles extends Context.Tag("@dev-infra/inheritance/RemoteFiles")<
  RemoteFiles,
  {
    /** The content of a file of at most `limit` bytes. A redirect is followed on the same host only, and never from https to http. */
    readonly get: (url: string, options: { readonly limit: number }) => Effect.Effect<Uint8Array, InheritanceRefused>
  }
>() {}

/** So many redirects are followed. */
const mostRedirects = 5

const allowed = /^(?:text\/(?:plain|yaml|x-yaml|vnd\.yaml)|application\/(?:yaml|x-yaml|vnd\.yaml|octet-stream))$/

const refuse = (url: string, reason: RefusalReason, detail: string) => new InheritanceRefused({ subject: url, reason, detail })

/** Where a redirect leads, if that is allowed. */
const redirected = (from: string, location: string | undefined): Effect.Effect<string, InheritanceRefused> => {
  const to = location === undefined ? undefined : URL.canParse(location, from) ? new URL(location, from) : undefined
  const start = new URL(from)
  if (to === undefined) return Effect.fail(refuse(from, "Redirected", "the server sends elsewhere and does not say where"))
  if (start.protocol === "https:" && to.protocol !== "https:") return Effect.fail(refuse(from, "Redirected", `the server sends from https to ${to.protocol.slice(0, -1)}, where anybody on the way can change it`))
  if (to.host !== start.host) return Effect.fail(refuse(from, "Redirected", `the server sends to another host, ${to.host}; name that one if it is meant`))
  if (to.username !== "" || to.password !== "") return Effect.fail(refuse(from, "Redirected", "the server sends to a URL with a user or a token"))
  return Effect.succeed(to.href)
}

/** The body as long as it is not too large: the connection is closed at the first byte too many. */
const bounded = (url: string, response: HttpClientResponse.HttpClientResponse, limit: number): Effect.Effect<Uint8Array, InheritanceRefused> =>
  Effect.suspend(() => {
    const tooLarge = refuse(url, "TooLarge", `it has more than ${Math.round(limit / 1024)} KiB, which no Taskfile has`)
    if (Number(response.headers["content-length"] ?? "0") > limit) return Effect.fail(tooLarge)
    const parts: Array<Uint8Array> = []
    let length = 0
    return response.stream.pipe(
      Stream.mapError((error) => refuse(url, "FetchFailed", error.message)),
      Stream.runForEach((part) => {
        length += part.length
        parts.push(part)
        return length > limit ? Effect.fail(tooLarge) : Effect.void
      }),
      Effect.map(() => {
        const bytes = new Uint8Array(length)
        let at = 0
        for (const part of parts) {
          bytes.set(part, at)
          at += part.length
        }
        return bytes
      })
    )
  })

const why = (error: unknown): string => {
  const cause = typeof error === "object" && error !== null && "cause" in error ? error.cause : undefined
  if (cause !== undefined && cause !== null) return why(cause)
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 300)
}

/**
 * Over an HTTP client, which must not follow redirects by itself.
 *
 * @param seconds that one file may take
 * @category layers
 * @example
 * ```ts
 * import * as RemoteFiles from "@dev-infra/inheritance/RemoteFiles"
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 *
 * const withoutRedirects = Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })
 * export const live = RemoteFiles.layer().pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(withoutRedirects))
 * ```
 */
export const layer = (seconds: number = 30): Layer.Layer<RemoteFiles, never, HttpClient.HttpClient> =>
  Layer.effect(
    RemoteFiles,
    Effect.map(HttpClient.HttpClient, (client) => {
      const ask = (url: string, limit: number, redirects: number): Effect.Effect<Uint8Array, InheritanceRefused> =>
        Effect.scoped(
          Effect.gen(function* () {
            const request = HttpClientRequest.get(url, { headers: { accept: "application/yaml, text/plain, */*", "user-agent": "dev-infra" } })
            const response = yield* Effect.mapError(client.execute(request), (error) => refuse(url, "FetchFailed", why(error)))
            if (response.status >= 300 && response.status < 400) {
              if (redirects >= mostRedirects) return yield* refuse(url, "Redirected", "the server sends in circles")
              return { next: yield* redirected(url, response.headers["location"]) }
            }
            if (response.status !== 200) return yield* refuse(url, "FetchFailed", `the server answers ${response.status}`)
            const kind = (response.headers["content-type"] ?? "text/plain").split(";")[0]?.trim().toLowerCase() ?? ""
            if (!allowed.test(kind)) return yield* refuse(url, "BadContent", `the server says that it is ${kind.slice(0, 80)}, which is no Taskfile`)
            return { bytes: yield* bounded(url, response, limit) }
          })
        ).pipe(Effect.flatMap((answer) => ("next" in answer ? ask(answer.next, limit, redirects + 1) : Effect.succeed(answer.bytes))))
      return {
        get: (url, { limit }) =>
          Effect.timeoutFail(ask(url, limit, 0), { duration: `${seconds} seconds`, onTimeout: () => refuse(url, "FetchFailed", `the server took longer than ${seconds} seconds`) })
      }
    })
  )

/**
 * Files in memory, by URL; what is not there cannot be fetched.
 *
 * @category layers
 * @example
 * ```ts
 * import * as RemoteFiles from "@dev-infra/inheritance/RemoteFiles"
 * import * as Effect from "effect/Effect"
 *
 * export const files = RemoteFiles.layerMemory(Effect.succeed(new Map([["https://example.com/Taskfile.yml", "version: '3'\n"]])))
 * ```
 */
export const layerMemory = (files: Effect.Effect<ReadonlyMap<string, string>>): Layer.Layer<RemoteFiles> =>
  Layer.succeed(RemoteFiles, {
    get: (url, { limit }) =>
      Effect.flatMap(files, (all) => {
        const bytes = Option.map(Option.fromNullable(all.get(url)), (text) => new TextEncoder().encode(text))
        if (Option.isNone(bytes)) return Effect.fail(refuse(url, "FetchFailed", "the server answers 404"))
        return bytes.value.length > limit ? Effect.fail(refuse(url, "TooLarge", "it is too large")) : Effect.succeed(bytes.value)
      })
  })
