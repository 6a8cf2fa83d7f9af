/**
 * The way of every request: from the connection to the router, and back with an answer and a line in the log.
 *
 * @module
 */
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import * as RequestHeader from "@dev-infra/work-prod-api/RequestHeader"
import type * as HttpApp from "@effect/platform/HttpApp"
import { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import { RouteNotFound } from "@effect/platform/HttpServerError"
import type { HttpServerResponse } from "@effect/platform/HttpServerResponse"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import type { RequestMetrics } from "../metrics/RequestMetrics.js"
import type { RequestLine, RequestLogShape } from "../RequestLog.js"
import * as RequestSpan from "../tracing/RequestSpan.js"
import * as Answer from "./Answer.js"
import * as NodeAnswer from "./NodeAnswer.js"
import { Refused } from "./Refused.js"
import * as RequestRecord from "./RequestRecord.js"
import * as RequestTarget from "./RequestTarget.js"
import type { ServerIdentity } from "./ServerIdentity.js"
import * as TimeLimit from "./TimeLimit.js"

/** What the way of requests is made of. @category models */
export interface Parts<R> {
  readonly router: HttpApp.Default<unknown, R>
  /** the methods of a path, or undefined */
  readonly allowed: (path: string) => string | undefined
  /** whether the server takes no more requests */
  readonly isStopping: () => boolean
  /** an id for a request that has none */
  readonly nextId: () => string
  /** milliseconds until an answer must begin */
  readonly timeLimit: number
  readonly log: RequestLogShape
  readonly identity: ServerIdentity
  readonly clock: Clock.Clock
  /** the route of a path, as the contract writes it */
  readonly routeOf: (path: string) => string
  readonly metrics: RequestMetrics
  /** undefined if nobody wants spans */
  readonly spans: RequestSpan.Spans | undefined
}

const noPath = Answer.error(404, "There is nothing at this path")

const otherServer = Answer.value(421, { code: "other_server", error: "The request is meant for another server" })

const wrongMethod = (allow: string): HttpServerResponse => Answer.error(405, "Method not allowed here", { allow })

const tooSlow = new Refused({ status: 408, error: "The request did not arrive in time", closes: true })

/** nobody hears this answer */
const clientGone = Answer.empty(499)

const headerBytes = (request: HttpServerRequest): number => {
  let bytes = 0
  for (const part of NodeHttpServerRequest.toIncomingMessage(request).rawHeaders) bytes += part.length + 2
  return bytes
}

const isId = (text: string | undefined): text is string => text !== undefined && /^[\x21-\x7e]{1,128}$/.test(text)

/**
 * Makes the application that answers every request, sends the answer and logs it.
 *
 * @category constructors
 */
export const make = <R>(parts: Parts<R>): Effect.Effect<void, never, HttpServerRequest | R | Scope.Scope> => {
  const { allowed, clock, identity, isStopping, metrics, nextId, routeOf, router, spans, timeLimit } = parts

  /** Answers that need no router; undefined for all others. */
  const early = (request: HttpServerRequest, target: RequestTarget.RequestTarget): HttpServerResponse | undefined => {
    if (request.url.length > Limits.urlLength) return Answer.error(414, `The URL is too long. At most ${Limits.urlLength} characters are taken`)
    if (headerBytes(request) > Limits.headerBytes) {
      return Answer.error(431, `The request headers are too large. At most ${Limits.headerBytes} bytes are taken`)
    }
    const merged = RequestTarget.merged(target)
    if (merged !== undefined) return Answer.empty(308, { location: merged })
    // No path of the contract ends so; the router would see an empty id.
    if (target.path.endsWith("/")) return noPath
    const meant = request.headers[RequestHeader.instance]
    if (meant !== undefined && meant.toLowerCase() !== identity.instance) return otherServer
    if (request.method !== "OPTIONS") return undefined
    const allow = allowed(target.path)
    return allow === undefined ? noPath : Answer.empty(204, { allow })
  }

  const fromFailure = (failure: unknown, target: RequestTarget.RequestTarget): HttpServerResponse | undefined => {
    if (failure instanceof Refused) return Answer.failure(failure)
    if (!(failure instanceof RouteNotFound)) return undefined
    const allow = allowed(target.path)
    return allow === undefined ? noPath : wrongMethod(allow)
  }

  /** The answer to whatever went wrong, and if it is a fault, its cause for the log. */
  const fromCause = (cause: Cause.Cause<unknown>, request: HttpServerRequest, target: RequestTarget.RequestTarget, record: RequestRecord.RequestRecord): Answered => {
    const failure = Cause.failureOption(cause)
    const response = Option.isSome(failure) ? fromFailure(failure.value, target) : undefined
    if (response !== undefined) return { response, fault: undefined }
    if (!Cause.isInterruptedOnly(cause)) return { response: Answer.error(500, ErrorText.internal), fault: cause }
    if (!record.isTooLate) return { response: clientGone, fault: undefined }
    if (!NodeHttpServerRequest.toIncomingMessage(request).complete) return { response: Answer.failure(tooSlow), fault: undefined }
    return { response: Answer.error(503, `The request took longer than ${timeLimit / 1000} seconds and was given up`), fault: undefined }
  }

  const answer = (request: HttpServerRequest, record: RequestRecord.RequestRecord, target: RequestTarget.RequestTarget): Effect.Effect<Answered, never, HttpServerRequest | R | Scope.Scope> => {
    const answered = early(request, target)
    if (answered !== undefined) return Effect.succeed({ response: answered, fault: undefined })
    const routed = RequestTarget.routed(target)
    return Effect.interruptible(routed === request.url ? router : Effect.provideService(router, HttpServerRequest, request.modify({ url: routed }))).pipe(
      TimeLimit.within(timeLimit, () => {
        record.isTooLate = true
      }),
      Effect.matchCause({
        onFailure: (cause) => fromCause(cause, request, target, record),
        onSuccess: (response): Answered => ({ response, fault: undefined })
      })
    )
  }

  return Effect.flatMap(HttpServerRequest, (request) => {
    const start = clock.unsafeCurrentTimeNanos()
    const given = request.headers[RequestHeader.requestId]
    const record = RequestRecord.begin(request, isId(given) ? given : nextId())
    const target = RequestTarget.parse(request.url)
    const route = routeOf(target.path)
    metrics.began()
    const run = (span: Tracer.Span | undefined) =>
      RequestSpan.within(span)(answer(request, record, target)).pipe(
        Effect.flatMap(({ fault, response }) =>
          Effect.matchCauseEffect(NodeAnswer.send(request, response, { requestId: record.id, server: identity.header, isLast: isStopping() }), {
            onFailure: (cause) => {
              const isGone = Cause.isInterruptedOnly(cause)
              return tell(parts, { request, record, target, route, span, start, status: isGone ? 499 : response.status, bytes: 0, fault: isGone ? undefined : cause })
            },
            onSuccess: (bytes) => tell(parts, { request, record, target, route, span, start, status: response.status, bytes, fault })
          })
        )
      )
    return spans === undefined ? run(undefined) : Effect.flatMap(RequestSpan.begin(spans, request, route, target.path.slice(0, pathLength), record.id), run)
  })
}

/** Characters of a path that are told. */
const pathLength = 1000

interface Answered {
  readonly response: HttpServerResponse
  readonly fault: Cause.Cause<unknown> | undefined
}

interface Ended {
  readonly request: HttpServerRequest
  readonly record: RequestRecord.RequestRecord
  readonly target: RequestTarget.RequestTarget
  readonly route: string
  readonly span: Tracer.Span | undefined
  readonly start: bigint
  readonly status: number
  readonly bytes: number
  readonly fault: Cause.Cause<unknown> | undefined
}

/** Tells what became of a request, to whoever measures and to the log. */
const tell = (
  { clock, log, metrics, spans }: Pick<Parts<never>, "clock" | "log" | "metrics" | "spans">,
  { bytes, fault, record, request, route, span, start, status, target }: Ended
): Effect.Effect<void> => {
  const seconds = Number(clock.unsafeCurrentTimeNanos() - start) / 1e9
  const { account, failure } = record
  metrics.ended({ method: request.method, route, status, seconds, bytes })
  if (spans !== undefined && span !== undefined) RequestSpan.end(spans, span, { status, account, reason: failure?.reason })
  const cause = fault ?? (failure === undefined ? undefined : Cause.fail(failure))
  const line: RequestLine = {
    id: record.id,
    method: request.method,
    path: target.path.slice(0, pathLength),
    status,
    ms: Math.round(seconds * 1000),
    bytes,
    ...(account === undefined ? {} : { account }),
    ...(record.key === undefined ? {} : { key: record.key }),
    ...(span === undefined ? {} : { trace: span.traceId })
  }
  return cause === undefined ? log.write(line) : Effect.logError("request failed", line, cause)
}
