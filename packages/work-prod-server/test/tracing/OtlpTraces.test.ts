import { describe, expect, it } from "@effect/vitest"
import * as OtlpTraces from "@dev-infra/work-prod-server/OtlpTraces"
import { RequestTracing } from "@dev-infra/work-prod-server/RequestTracing"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"

/** What arrived at a collector, and what it does next. */
interface Collector {
  readonly requests: Array<{ readonly url: string; readonly headers: HttpClientRequest["headers"]; readonly names: ReadonlyArray<string>; readonly body: Body }>
  answer: Effect.Effect<number>
}

/** The parts of a body that tests look at. */
interface Body {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: ReadonlyArray<unknown> }
    readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<{ readonly name: string }> }>
  }>
}

const makeCollector = () => {
  const collector: Collector = { requests: [], answer: Effect.succeed(200) }
  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      if (request.body._tag !== "Uint8Array") return yield* Effect.dieMessage("no body")
      const body: Body = JSON.parse(new TextDecoder().decode(request.body.body))
      collector.requests.push({ url: url.href, headers: request.headers, names: body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name))), body })
      const status = yield* collector.answer
      if (status === 0) return yield* new HttpClientError.RequestError({ request, reason: "Transport" })
      return HttpClientResponse.fromWeb(request, new Response("{}", { status }))
    })
  )
  return { collector, client: Layer.succeed(HttpClient.HttpClient, client) }
}

const options = {
  url: "http://collector.example.org:4318/v1/traces",
  headers: Redacted.make({ "x-secret": "hush" }),
  resource: { "service.name": "work-prod" },
  ratio: 1,
  followsCaller: true
}

/** Runs with a tracer that sends to a collector. */
const withCollector = <A>(use: (collector: Collector, span: (name: string, exit?: Exit.Exit<void, Error>) => void, lines: ReadonlyArray<string>) => Effect.Effect<A>) =>
  Effect.suspend(() => {
    const { client, collector } = makeCollector()
    const lines: Array<string> = []
    const logger = Logger.replace(Logger.defaultLogger, Logger.make(({ message }) => void lines.push(JSON.stringify(message))))
    return Effect.gen(function* () {
      const { tracer } = yield* RequestTracing
      const begin = (name: string, exit: Exit.Exit<void, Error> = Exit.void): void => {
        const span = tracer?.span(name, Option.none(), Context.empty(), [], 1_000_000_000n, "server")
        span?.attribute("count", 3)
        span?.end(2_000_000_000n, exit)
      }
      return yield* use(collector, begin, lines)
    }).pipe(Effect.provide(OtlpTraces.layer(options).pipe(Layer.provide(client), Layer.provideMerge(logger))))
  })

describe("spans to a collector", () => {
  it.effect("arrive within a second, as OTLP says, with its secret", () =>
    withCollector((collector, span) =>
      Effect.gen(function* () {
        span("GET /api/projects", Exit.fail(new Error("Unavailable")))
        yield* TestClock.adjust("1 second")
        const [sent] = collector.requests
        expect(sent?.url).toBe("http://collector.example.org:4318/v1/traces")
        expect(sent?.headers).toMatchObject({ "x-secret": "hush", "content-type": "application/json" })
        expect(sent?.body).toEqual({
          resourceSpans: [
            {
              resource: { attributes: [{ key: "service.name", value: { stringValue: "work-prod" } }] },
              scopeSpans: [
                {
                  scope: { name: "work-prod" },
                  spans: [
                    {
                      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
                      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
                      name: "GET /api/projects",
                      kind: 2,
                      startTimeUnixNano: "1000000000",
                      endTimeUnixNano: "2000000000",
                      attributes: [{ key: "count", value: { intValue: "3" } }],
                      events: [],
                      status: { code: 2, message: "Unavailable" }
                    }
                  ]
                }
              ]
            }
          ]
        })
      })
    )
  )

  it.effect("are sent many at once, each once", () =>
    withCollector((collector, span) =>
      Effect.gen(function* () {
        const names = Array.from({ length: 1300 }, (_, index) => `span ${index}`)
        for (const name of names) span(name)
        yield* TestClock.adjust("1 second")
        expect(collector.requests.map((request) => request.names.length)).toEqual([512, 512, 276])
        expect(collector.requests.flatMap((request) => request.names)).toEqual(names)
      })
    )
  )

  it.effect("are sent again if the collector is busy, and dropped if it stays so, with one line a minute", () =>
    withCollector((collector, span, lines) =>
      Effect.gen(function* () {
        collector.answer = Effect.succeed(503)
        span("first")
        yield* TestClock.adjust("1 second")
        collector.answer = Effect.succeed(200)
        yield* TestClock.adjust("1 second")
        expect(collector.requests.map((request) => request.names)).toEqual([["first"], ["first"]])
        expect(lines).toEqual([])
        collector.answer = Effect.succeed(0)
        for (let second = 0; second < 30; second++) {
          span("lost")
          yield* TestClock.adjust("1 second")
        }
        expect(lines).toEqual([expect.stringMatching(/spans could not be sent.*collector\.example\.org:4318.*it cannot be reached/)])
        expect(lines.join(" ")).not.toContain("hush")
        collector.answer = Effect.succeed(200)
        span("after")
        yield* TestClock.adjust("5 seconds")
        expect(collector.requests.at(-1)?.names).toContain("after")
      })
    )
  )

  it.effect("that the collector refuses are not sent again", () =>
    withCollector((collector, span, lines) =>
      Effect.gen(function* () {
        collector.answer = Effect.succeed(401)
        span("first")
        yield* TestClock.adjust("1 minute")
        expect(collector.requests).toHaveLength(1)
        expect(lines).toEqual([expect.stringContaining("status 401")])
      })
    )
  )

  it.effect("do not fill the memory while the collector does not answer", () =>
    withCollector((collector, span, lines) =>
      Effect.gen(function* () {
        collector.answer = Effect.never
        span("first")
        yield* TestClock.adjust("1 second")
        for (let count = 0; count < 20_000; count++) span("later")
        collector.answer = Effect.succeed(200)
        yield* TestClock.adjust("1 minute")
        expect(collector.requests.slice(1).flatMap((request) => request.names)).toHaveLength(16_384 + 1)
        expect(lines).toEqual([expect.stringContaining('"spans":3616')])
      })
    )
  )

  it.effect("that are left when the server stops are sent then", () =>
    Effect.gen(function* () {
      const stopped = yield* withCollector((collector, span) =>
        Effect.sync(() => {
          span("last")
          return collector
        })
      )
      expect(stopped.requests.flatMap((request) => request.names)).toEqual(["last"])
    })
  )
})
