/**
 * The list of a running work-prod 0.3.0: one request that changes nothing there.
 *
 * @module
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { failing, type OldSourceFailure } from "./OldSource.js"

/** 0.3.0 takes seconds for ten thousand projects. */
const seconds = 120

/** Of an answer, in bytes. */
const largest = 512 * 1024 * 1024

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON, so no list either
  }
}

const textOf = (response: HttpClientResponse, fail: ReturnType<typeof failing>): Effect.Effect<string, OldSourceFailure> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder()
    let size = 0
    const pieces = Stream.mapEffect(Stream.mapError(response.stream, (cause) => fail("Unreachable", cause)), (bytes) => {
      size += bytes.length
      return size > largest ? Effect.fail(fail("TooLarge")) : Effect.succeed(decoder.decode(bytes, { stream: true }))
    })
    return Stream.runFold(pieces, "", (text, piece) => text + piece)
  })

/**
 * Reads the list.
 *
 * @param base the address without `/api` and without a slash at its end
 */
export const read = (base: string): Effect.Effect<ReadonlyArray<unknown>, OldSourceFailure, HttpClient.HttpClient> => {
  const fail = failing(base)
  const get = Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const response = yield* Effect.mapError(client.get(`${base}/api/projects`, { headers: { accept: "application/json" } }), (cause) => fail("Unreachable", cause))
    if (response.headers["x-dev-infra-server"] !== undefined) return yield* fail("NotOld")
    if (response.status !== 200) return yield* fail("Refused", undefined, response.status)
    const rows = parse(yield* textOf(response, fail))
    return Array.isArray(rows) ? (rows as ReadonlyArray<unknown>) : yield* fail("NoList") // isArray says any
  })
  return Effect.timeoutFail(Effect.scoped(get), { duration: seconds * 1000, onTimeout: () => fail("Unreachable") })
}
