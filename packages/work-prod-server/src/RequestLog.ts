/**
 * A line for each request that was answered.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * What is noted of a request: no body, no query, no key. `ms` are milliseconds, `bytes` those of the answer's body before it was
 * compressed, `key` is the public prefix of the key, `trace` the trace that the request is a part of if it has spans.
 *
 * @category models
 */
export interface RequestLine {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
  readonly bytes: number
  readonly account?: number
  readonly key?: string
  readonly trace?: string
}

/** @category models */
export interface RequestLogShape {
  readonly write: (line: RequestLine) => Effect.Effect<void>
}

/**
 * Where the lines go. Where nothing is said they go to the logger of Effect, which takes about as long for a line as reading a
 * project does; a program that serves thousands of requests a second may want to write them itself.
 *
 * @example
 * ```ts
 * import { RequestLog } from "@dev-infra/work-prod-server/RequestLog"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * export const silent = Layer.succeed(RequestLog, { write: () => Effect.void })
 * ```
 *
 * @category tags
 */
export class RequestLog extends Context.Reference<RequestLog>()("@dev-infra/work-prod-server/RequestLog", {
  defaultValue: (): RequestLogShape => ({ write: (line) => Effect.logInfo("request", line) })
}) {}
