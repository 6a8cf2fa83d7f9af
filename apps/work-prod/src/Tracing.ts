/**
 * Spans of requests, for whoever has set where they go. Nothing of it is loaded otherwise.
 *
 * @module
 */
import type { RequestTracing } from "@dev-infra/work-prod-server/RequestTracing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { TraceSettings } from "./TraceSettings.js"

/** @category layers */
export const layer = (settings: TraceSettings | undefined): Layer.Layer<RequestTracing> | Layer.Layer<never> => {
  if (settings === undefined) return Layer.empty
  const { options, otherProtocol } = settings
  const told = otherProtocol === undefined ? Effect.void : Effect.logWarning("spans are sent as http/json, whatever OTEL_EXPORTER_OTLP_PROTOCOL says", { protocol: otherProtocol })
  return Layer.unwrapEffect(
    Effect.gen(function* () {
      yield* told
      yield* Effect.annotateLogs(Effect.logInfo("spans are sent"), { collector: new URL(options.url).host })
      const { layer } = yield* Effect.promise(() => import("./TraceExport.js"))
      return layer(options)
    })
  )
}
