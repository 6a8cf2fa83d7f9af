/**
 * Cuts many elements into requests by their number and their bytes.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Unsendable, type PayloadTooLarge, type WorkProdError } from "../WorkProdError.js"

/** Bytes of one request, well below what servers take. */
const chunkBytes = 8 * 1024 * 1024

/** An element as it is sent. `index` is its place among all. */
export interface Encoded {
  readonly index: number
  readonly json: string
  readonly bytes: number
}

const encoder = new TextEncoder()

/** Bytes of a text in UTF-8; most texts are ASCII. */
const bytesOf = (text: string): number => (/[^\0-\x7f]/.test(text) ? encoder.encode(text).length : text.length)

/** Bytes of a value as JSON, or why there are none. */
export const encode = (value: unknown, what: string): Either.Either<string, Unsendable> => {
  try {
    const json: unknown = JSON.stringify(value)
    return typeof json === "string" ? Either.right(json) : Either.left(new Unsendable({ detail: `${what} is nothing that JSON can say` }))
  } catch (cause) {
    return Either.left(new Unsendable({ detail: `${what} cannot be written as JSON (${cause instanceof Error ? cause.message.split("\n")[0] : "no reason given"})` }))
  }
}

/** Writes each element. Fails with the first that cannot be written. */
export const encodeAll = (values: ReadonlyArray<unknown>, what: string): Either.Either<ReadonlyArray<Encoded>, Unsendable> =>
  Either.all(
    values.map((value, index) => Either.map(encode(value, `${what} ${index}`), (json) => ({ index, json, bytes: bytesOf(json) })))
  )

/**
 * The elements of the next request: as many as fit, and one at least, even if it alone is too large.
 *
 * @param elements all of them
 * @param start where the request begins
 * @param count how many may be in one request
 * @param limit bytes of one request
 */
export const part = (elements: ReadonlyArray<Encoded>, start: number, count: number, limit = chunkBytes): ReadonlyArray<Encoded> => {
  let end = start
  let bytes = 0
  for (const element of elements.slice(start, start + count)) {
    bytes += element.bytes + 1
    if (end > start && bytes > limit) break
    end++
  }
  return elements.slice(start, end)
}

/** How the parts of one operation are sent. */
interface Sending<A> {
  readonly elements: ReadonlyArray<Encoded>
  /** how many may be in one request */
  readonly count: number
  readonly send: (chunk: ReadonlyArray<Encoded>) => Effect.Effect<A, WorkProdError>
  /** what became of an element that alone is too large for the server */
  readonly tooLarge: (element: Encoded, failure: PayloadTooLarge) => A
  /** the failure after some parts were answered: what they gave, and how many elements they had */
  readonly stopped: (done: ReadonlyArray<A>, sent: number, cause: WorkProdError) => WorkProdError
}

/** Sends the parts one after the other. If one is too large for the server, it and the rest are cut again, half as large. */
export const sendAll = <A>({ count, elements, send, stopped, tooLarge }: Sending<A>): Effect.Effect<ReadonlyArray<A>, WorkProdError> =>
  Effect.gen(function* () {
    const done: Array<A> = []
    let sent = 0
    let limit = chunkBytes
    while (sent < elements.length) {
      const chunk = part(elements, sent, count, limit)
      const [first, ...others] = chunk
      const answer = yield* Effect.either(send(chunk))
      if (Either.isRight(answer)) done.push(answer.right)
      else if (answer.left._tag !== "PayloadTooLarge" || first === undefined) return yield* Effect.fail(sent === 0 ? answer.left : stopped(done, sent, answer.left))
      else if (others.length === 0) done.push(tooLarge(first, answer.left))
      else {
        limit = chunk.reduce((bytes, element) => bytes + element.bytes + 1, 0) / 2
        continue
      }
      sent += chunk.length
    }
    return done
  })

/** The body of one request: an object with a list under `key`. */
export const body = (key: string, chunk: ReadonlyArray<Encoded>): Uint8Array => encoder.encode(`{"${key}":[${chunk.map(({ json }) => json).join(",")}]}`)
