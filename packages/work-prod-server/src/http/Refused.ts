/**
 * A request that is refused before an operation is tried.
 *
 * @module
 */
import * as Data from "effect/Data"

/**
 * `error` is the sentence of the answer. `closes`: the rest of the request is not read, so its connection cannot be used again.
 *
 * @category errors
 */
export class Refused extends Data.TaggedError("Refused")<{
  readonly status: number
  readonly error: string
  readonly headers?: Readonly<Record<string, string>>
  readonly closes?: boolean
}> {}
