/**
 * How spans leave the process.
 *
 * @module
 */
import * as OtlpTraces from "@dev-infra/work-prod-server/OtlpTraces"
import type { RequestTracing } from "@dev-infra/work-prod-server/RequestTracing"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Layer from "effect/Layer"

/** @category layers */
export const layer = (options: OtlpTraces.OtlpTracesOptions): Layer.Layer<RequestTracing> => OtlpTraces.layer(options).pipe(Layer.provide(FetchHttpClient.layer))
