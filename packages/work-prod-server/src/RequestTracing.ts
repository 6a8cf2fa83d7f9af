/**
 * Where the spans of requests go.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Tracer from "effect/Tracer"

/**
 * `tracer` is undefined where nobody wants spans: none is made then, and nothing takes longer. `ratio` is the part of the requests that
 * get spans, from 0 to 1; a request whose caller has decided about its own spans follows that decision if `followsCaller`.
 *
 * @category models
 */
export interface RequestTracingShape {
  readonly tracer: Tracer.Tracer | undefined
  readonly ratio: number
  readonly followsCaller: boolean
}

/**
 * The spans of requests: one for each request, named after its method and route, with those of the database inside. They carry no key, no
 * query, no body and no name of a project.
 *
 * @example
 * ```ts
 * import { RequestTracing } from "@dev-infra/work-prod-server/RequestTracing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * export const asElsewhere = Layer.effect(
 *   RequestTracing,
 *   Effect.map(Effect.tracer, (tracer) => ({ tracer, ratio: 1, followsCaller: true }))
 * )
 * ```
 *
 * @category tags
 */
export class RequestTracing extends Context.Reference<RequestTracing>()("@dev-infra/work-prod-server/RequestTracing", {
  defaultValue: (): RequestTracingShape => ({ tracer: undefined, ratio: 1, followsCaller: true })
}) {}
