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
import { RequestLog } from "../RequestLog.js"
import * as AllowedMethods from "./AllowedMethods.js"
import * as Authenticator from "./Authenticator.js"
import * as DocumentHandlers from "./DocumentHandlers.js"
import * as HealthHandlers from "./HealthHandlers.js"
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
  readonly limits?: Partial<NodeListener.TimeLimits>
}

/** Paths are what they are, letter by letter. */
const routing = { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, caseSensitive: true, maxParamLength: 10_000 }

/** Ids for the log: different for every start of the server, and numbered. */
const makeIds = Effect.map(Random.nextIntBetween(0, 36 ** 6), (start) => {
  const prefix = start.toString(36).padStart(6, "0")
  let number = 0
  return () => `${prefix}-${(++number).toString(36)}`
})

const listening = ({ host, limits, port }: Options) =>
  Effect.gen(function* () {
    // That every endpoint of the contract has a handler is checked by what this layer requires.
    yield* HttpApi.Api
    const router = yield* HttpRouter.toHttpApp(yield* (yield* HttpApiBuilder.Router).router).pipe(HttpRouter.withRouterConfig(routing))
    const nextId = yield* makeIds
    const log = yield* RequestLog
    const identity = ServerIdentity.make((yield* Database).instance)
    const allLimits = { ...NodeListener.timeLimits, ...limits }
    return yield* NodeListener.make({
      host,
      port,
      nextId,
      name: identity.header,
      limits: allLimits,
      makeApp: (isStopping) => Requests.make({ router, isStopping, log, nextId, identity, allowed: AllowedMethods.make(), timeLimit: allLimits.request })
    })
  })

/**
 * The server on its port.
 *
 * @category layers
 */
export const serve = (options: Options) =>
  // Spans for each statement would cost more than the statement.
  Layer.scoped(ListeningServer, Effect.withTracerEnabled(listening(options), false)).pipe(
    Layer.provide([HttpApiBuilder.api(WorkProdApi), DocumentHandlers.routes]),
    Layer.provide([ProjectHandlers.handlers, HealthHandlers.handlers]),
    Layer.provide(Authenticator.authentication(options.authentication, options.rateLimit)),
    Layer.provide([HttpApiBuilder.Router.Live, HttpServer.layerContext])
  )
