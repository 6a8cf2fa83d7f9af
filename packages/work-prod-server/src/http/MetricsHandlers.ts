/**
 * `/metrics` beside the contract, for programs on this computer.
 *
 * @module
 */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { ServerMetrics } from "../ServerMetrics.js"
import * as Answer from "./Answer.js"
import * as LocalCaller from "./LocalCaller.js"
import * as MetricsListener from "./MetricsListener.js"

const notHere = Answer.error(403, "The metrics are told to programs on this computer only. To serve them elsewhere, start the server with --metrics HOST:PORT")

/**
 * The route of the metrics.
 *
 * @category layers
 */
export const routes: Layer.Layer<never, never, ServerMetrics> = HttpApiBuilder.Router.use((router) =>
  Effect.gen(function* () {
    const told = Effect.provideService(MetricsListener.answer, ServerMetrics, yield* ServerMetrics)
    yield* router.get(MetricsListener.path, Effect.flatMap(HttpServerRequest, (request) => (LocalCaller.isLocal(request) ? told : Effect.succeed(notHere))))
  })
)
