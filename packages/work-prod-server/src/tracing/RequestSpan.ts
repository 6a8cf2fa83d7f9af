/**
 * The span of a request, and those of what the database does for it.
 *
 * @module
 */
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Random from "effect/Random"
import * as Tracer from "effect/Tracer"
import type { RequestTracingShape } from "../RequestTracing.js"

/** What a server needs to make spans. @category models */
export interface Spans extends RequestTracingShape {
  readonly tracer: Tracer.Tracer
  readonly clock: Clock.Clock
  readonly random: Random.Random
}

/** Asked for so often, and by programs, that their spans would hide all others; or, as events, answered for hours. */
const untraced = new Set(["/api/events", "/healthz", "/metrics", "/readyz"])

const isWanted = ({ followsCaller, random, ratio }: Spans, caller: Option.Option<Tracer.ExternalSpan>): Effect.Effect<boolean> =>
  followsCaller && Option.isSome(caller) ? Effect.succeed(caller.value.sampled) : ratio >= 1 ? Effect.succeed(true) : Effect.map(random.next, (drawn) => drawn < ratio)

/**
 * Begins the span of a request, below that of its caller if it names one; undefined if it shall have none.
 *
 * @category constructors
 */
export const begin = (spans: Spans, request: HttpServerRequest, route: string, path: string, id: string): Effect.Effect<Tracer.Span | undefined> => {
  if (untraced.has(route)) return Effect.succeed(undefined)
  const caller = HttpTraceContext.w3c(request.headers)
  return Effect.map(isWanted(spans, caller), (wanted) => {
    if (!wanted) return undefined
    const span = spans.tracer.span(`${request.method} ${route}`, caller, Context.empty(), [], spans.clock.unsafeCurrentTimeNanos(), "server")
    span.attribute("http.request.method", request.method)
    span.attribute("http.route", route)
    span.attribute("url.path", path)
    span.attribute("url.scheme", "http")
    span.attribute("work_prod.request_id", id)
    return span
  })
}

/** What a span says of an answer that is a fault of the server. */
class Failed extends Error {
  override readonly name = "Failed"
}

/** What is known of a request at its end. @category models */
export interface Outcome {
  readonly status: number
  readonly account: number | undefined
  /** why the database could not be used, in a word */
  readonly reason: string | undefined
}

const leastFault = 500

/** @category changes */
export const end = ({ clock }: Spans, span: Tracer.Span, { account, reason, status }: Outcome): void => {
  span.attribute("http.response.status_code", status)
  if (account !== undefined) span.attribute("work_prod.account", account)
  const isFault = status >= leastFault
  if (isFault) span.attribute("error.type", reason ?? String(status))
  span.end(clock.unsafeCurrentTimeNanos(), isFault ? Exit.fail(new Failed(reason ?? `status ${status}`)) : Exit.void)
}

/** Runs what belongs to a span inside it. @category combinators */
export const within =
  (span: Tracer.Span | undefined) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    span === undefined ? effect : Effect.provideService(effect, Tracer.ParentSpan, span)
