/**
 * The metrics at a port of their own, for whoever reaches it.
 *
 * @module
 */
import { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import type { HttpServerResponse as Response } from "@effect/platform/HttpServerResponse"
import * as PrometheusText from "../metrics/PrometheusText.js"
import { ServerMetrics } from "../ServerMetrics.js"
import * as Answer from "./Answer.js"
import * as NodeAnswer from "./NodeAnswer.js"
import * as NodeListener from "./NodeListener.js"
import * as RequestTarget from "./RequestTarget.js"

/** Where they are. @category constants */
export const path = "/metrics"

const wrongPath = Answer.error(404, `There is nothing at this path. The metrics are at ${path}`)

const wrongMethod = Answer.error(405, "Method not allowed here", { allow: "GET, HEAD" })

/** The answer with the metrics. @category answers */
export const answer: Effect.Effect<Response, never, ServerMetrics> = Effect.flatMap(ServerMetrics, ({ text }) =>
  Effect.map(text, (metrics) => HttpServerResponse.raw(metrics, { contentType: PrometheusText.contentType, headers: { "cache-control": "no-store" } }))
)

/**
 * Listens as long as the scope is open.
 *
 * @category constructors
 */
export const make = (options: Omit<NodeListener.Options, "makeApp">) =>
  Effect.gen(function* () {
    const metrics = yield* ServerMetrics
    const told = Effect.provideService(answer, ServerMetrics, metrics)
    const answerOf = ({ method, url }: HttpServerRequest) => {
      if (RequestTarget.parse(url).path !== path) return Effect.succeed(wrongPath)
      return method === "GET" || method === "HEAD" ? told : Effect.succeed(wrongMethod)
    }
    return yield* NodeListener.make({
      ...options,
      makeApp: (isStopping) =>
        Effect.flatMap(HttpServerRequest, (request) =>
          Effect.flatMap(answerOf(request), (response) =>
            // The connection broke while it was answered: nobody is there to be told.
            Effect.ignore(NodeAnswer.send(request, response, { requestId: options.nextId(), server: options.name, isLast: isStopping() }))
          )
        )
    })
  })
