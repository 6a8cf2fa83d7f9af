/**
 * The whole HTTP side of the server over the services that do the work.
 *
 * @module
 */
import { WorkProdApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { Database } from "../Database.js"
import { ListeningServer } from "../ListeningServer.js"
import { ProjectEvents } from "../ProjectEvents.js"
import * as ProcessGauges from "../metrics/ProcessGauges.js"
import * as RequestMetrics from "../metrics/RequestMetrics.js"
import { RequestLog } from "../RequestLog.js"
import { RequestTracing } from "../RequestTracing.js"
import { ServerMetrics } from "../ServerMetrics.js"
import * as AllowedMethods from "./AllowedMethods.js"
import * as Authenticator from "./Authenticator.js"
import * as DocumentHandlers from "./DocumentHandlers.js"
import * as EventHandlers from "./EventHandlers.js"
import * as HealthHandlers from "./HealthHandlers.js"
import * as MetricsHandlers from "./MetricsHandlers.js"
import * as MetricsListener from "./MetricsListener.js"
import * as NodeListener from "./NodeListener.js"
import * as ProjectHandlers from "./ProjectHandlers.js"
import * as Requests from "./Requests.js"
import * as ServerIdentity from "./ServerIdentity.js"

/**
 * How a server listens. `authentication: "none"` ignores keys: everybody is the account `default`. `rateLimit` is the number of
 * requests that a key may send in a minute; undefined: any.
 *
 * @category models
 */
export interface Options {
  readonly host: string
  /** 0: one that is free */
  readonly port: number
  readonly authentication: "keys" | "none"
  readonly rateLimit: number | undefined
  /** milliseconds; those of the contract where nothing is said */
  readonly limits?: Partial<EventHandlers.EventLimits & NodeListener.TimeLimits>
  /**
   * Who is told the metrics. `local`, and where nothing is said: programs on this computer, at `/metrics`. An address: whoever
   * reaches that one, and nobody here. `off`: nobody.
   */
  readonly metrics?: "local" | "off" | { readonly host: string; readonly port: number }
}

/** Paths are what they are, letter by letter. */
const routing = { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, caseSensitive: true, maxParamLength: 10_000 }

/** Ids for the log: different for every start of the server, and numbered. */
const makeIds = Effect.map(Random.nextIntBetween(0, 36 ** 6), (start) => {
  const prefix = start.toString(36).padStart(6, "0")
  let number = 0
  return () => `${prefix}-${(++number).toString(36)}`
})

const listening = ({ host, limits, metrics = "local", port }: Options) =>
  Effect.gen(function* () {
    // That every endpoint of the contract has a handler is checked by what this layer requires.
    yield* HttpApi.Api
    const router = yield* HttpRouter.toHttpApp(yield* (yield* HttpApiBuilder.Router).router).pipe(HttpRouter.withRouterConfig(routing))
    const nextId = yield* makeIds
    const log = yield* RequestLog
    const identity = ServerIdentity.make((yield* Database).instance)
    const allLimits = { ...NodeListener.timeLimits, ...limits }
    const clock = yield* Effect.clock
    const { tracer, ...sampling } = yield* RequestTracing
    const measuring = yield* ServerMetrics
    yield* ProcessGauges.add(measuring)
    const others = [...DocumentHandlers.paths, ...(metrics === "local" ? [MetricsListener.path] : [])]
    const parts = {
      router,
      log,
      nextId,
      identity,
      clock,
      allowed: AllowedMethods.make(others),
      routeOf: RequestMetrics.makeRouteOf(others),
      metrics: yield* RequestMetrics.make(measuring),
      spans: tracer === undefined ? undefined : { tracer, ...sampling, clock, random: yield* Effect.random },
      timeLimit: allLimits.request
    }
    const common = { nextId, name: identity.header, limits: allLimits }
    const apart = typeof metrics === "string" ? undefined : yield* MetricsListener.make({ ...common, ...metrics })
    const server = yield* NodeListener.make({ ...common, host, port, makeApp: (isStopping) => Requests.make({ ...parts, isStopping }) })
    // Streams of events never end by themselves; the server would wait for them.
    const { end } = yield* ProjectEvents
    yield* Effect.addFinalizer(() => end)
    return apart === undefined ? server : { ...server, metricsUrl: `${apart.url}${MetricsListener.path}` }
  })

const metricsRoutes = ({ metrics = "local" }: Options) => (metrics === "local" ? MetricsHandlers.routes : Layer.empty)

/**
 * The server on its port.
 *
 * @category layers
 */
export const serve = (options: Options) =>
  // Spans for each statement would cost more than the statement.
  Layer.scoped(ListeningServer, Effect.withTracerEnabled(listening(options), false)).pipe(
    Layer.provide([HttpApiBuilder.api(WorkProdApi), DocumentHandlers.routes, metricsRoutes(options)]),
    Layer.provide([ProjectHandlers.handlers, EventHandlers.handlers({ ...EventHandlers.eventLimits, ...options.limits }), HealthHandlers.handlers]),
    Layer.provide(Authenticator.authentication(options.authentication, options.rateLimit)),
    Layer.provide([HttpApiBuilder.Router.Live, HttpServer.layerContext])
  )
