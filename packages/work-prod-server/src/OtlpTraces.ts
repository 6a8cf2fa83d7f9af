/**
 * Spans of requests to a collector of OpenTelemetry, as OTLP over HTTP in JSON.
 *
 * What cannot be sent in time is dropped: a collector that is slow, full or gone must not make the server slow, or its memory grow.
 *
 * @module
 */
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { RequestTracing, type RequestTracingShape } from "./RequestTracing.js"
import * as OtlpSpan from "./tracing/OtlpSpan.js"

/**
 * Where the spans go: `url` is the whole address, mostly with `/v1/traces` at its end; `headers` may hold a secret of the collector;
 * `resource` says what this program is, with `service.name` at least.
 *
 * @category models
 */
export interface OtlpTracesOptions extends Omit<RequestTracingShape, "tracer"> {
  readonly url: string
  readonly headers: Redacted.Redacted<{ readonly [name: string]: string }>
  readonly resource: { readonly [name: string]: string }
}

/** Spans that wait to be sent; more are dropped. */
const waitingSpans = 16_384

const spansOfOneRequest = 512

const between = Duration.seconds(1)

const answerLimit = Duration.seconds(10)

/** For which the last spans are waited for when the server stops. */
const stopLimit = Duration.seconds(3)

/** How often the same trouble is told. */
const tellAgain = Duration.toMillis("1 minute")

const retries = Schedule.intersect(Schedule.exponential("200 millis"), Schedule.recurs(2))

/** What went wrong, without the address, which may hold a secret. */
const reasonOf = (error: Cause.TimeoutException | HttpClientError.HttpClientError): string => {
  if (error._tag === "TimeoutException") return `no answer in ${Duration.toSeconds(answerLimit)} seconds`
  return error._tag === "ResponseError" ? `status ${error.response.status}` : "it cannot be reached"
}

const isPassing = (error: Cause.TimeoutException | HttpClientError.HttpClientError): boolean =>
  error._tag !== "ResponseError" || [429, 502, 503, 504].includes(error.response.status)

const make = ({ followsCaller, headers, ratio, resource, url }: OtlpTracesOptions): Effect.Effect<RequestTracingShape, never, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
    const clock = yield* Effect.clock
    const waiting = yield* Queue.dropping<OtlpSpan.OtlpSpan>(waitingSpans)
    const about = { attributes: OtlpSpan.attributes(Object.entries(resource)) }
    const request = HttpClientRequest.post(url, { headers: Redacted.value(headers) })
    const collector = new URL(url).host
    let lost = 0
    let toldAt: number | undefined

    /** Not for every batch: a collector may be away for hours. */
    const lose = (count: number, reason: string): Effect.Effect<void> =>
      Effect.suspend(() => {
        lost += count
        const now = clock.unsafeCurrentTimeMillis()
        if (toldAt !== undefined && now - toldAt < tellAgain) return Effect.void
        toldAt = now
        const spans = lost
        lost = 0
        return Effect.logWarning("spans could not be sent", { collector, reason, spans })
      })

    const send = (spans: ReadonlyArray<OtlpSpan.OtlpSpan>): Effect.Effect<void> => {
      const body = HttpBody.unsafeJson({ resourceSpans: [{ resource: about, scopeSpans: [{ scope: { name: "work-prod" }, spans }] }] })
      return client.execute(HttpClientRequest.setBody(request, body)).pipe(
        Effect.flatMap((response) => response.text),
        Effect.scoped,
        Effect.timeout(answerLimit),
        Effect.retry({ schedule: retries, while: isPassing }),
        Effect.asVoid,
        Effect.catchAll((error) => lose(spans.length, reasonOf(error))),
        Effect.withTracerEnabled(false)
      )
    }

    let overflowed = 0
    /** Sends some of those that wait; gives whether there may be more. */
    const sendSome = Effect.gen(function* () {
      const spans = Chunk.toReadonlyArray(yield* Queue.takeUpTo(waiting, spansOfOneRequest))
      if (overflowed > 0) {
        const count = overflowed
        overflowed = 0
        yield* lose(count, "more than the collector takes")
      }
      // Who stops the server in the meantime has what is left sent again.
      if (spans.length > 0) yield* Effect.onInterrupt(send(spans), () => Queue.offerAll(waiting, spans))
      return spans.length === spansOfOneRequest
    })
    const sendWaiting = Effect.asVoid(Effect.repeat(sendSome, { while: (more) => more }))

    yield* Effect.addFinalizer(() => Effect.timeoutOption(Effect.interruptible(sendWaiting), stopLimit))
    yield* Effect.forkScoped(Effect.forever(Effect.delay(sendWaiting, between)))
    const tell = (span: OtlpSpan.OtlpSpan): void => {
      if (!waiting.unsafeOffer(span)) overflowed += 1
    }
    const tracer = Tracer.make({ span: OtlpSpan.begin(tell), context: (run) => run() })
    return { tracer, ratio, followsCaller }
  })

/**
 * Spans to a collector, as long as the scope is open; what is left then is sent for three seconds at most.
 *
 * @example
 * ```ts
 * import * as OtlpTraces from "@dev-infra/work-prod-server/OtlpTraces"
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * export const tracing = OtlpTraces.layer({
 *   url: "http://127.0.0.1:4318/v1/traces",
 *   headers: Redacted.make({}),
 *   resource: { "service.name": "work-prod" },
 *   ratio: 1,
 *   followsCaller: true
 * }).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 *
 * @category layers
 */
export const layer = (options: OtlpTracesOptions): Layer.Layer<RequestTracing, never, HttpClient.HttpClient> => Layer.scoped(RequestTracing, make(options))
