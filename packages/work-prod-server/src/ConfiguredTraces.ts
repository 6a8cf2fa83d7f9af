/**
 * Where the spans of requests go, from the variables that all programs with OpenTelemetry share. What sends them is loaded only if somebody
 * has said where they go.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { version } from "./http/ServerIdentity.js"
import type { OtlpTracesOptions } from "./OtlpTraces.js"
import type { RequestTracing } from "./RequestTracing.js"

/** The variables of a process. @category models */
export interface Variables {
  readonly [name: string]: string | undefined
}

/** What was found, and what of it could not be followed. @category models */
export interface TraceSettings {
  readonly options: OtlpTracesOptions
  /** a protocol that is not spoken here, though it was asked for */
  readonly otherProtocol: string | undefined
}

/**
 * A variable says what cannot be done. `rule` says what it must be, without a value that may hold a password.
 *
 * @category errors
 */
export class TraceVariableInvalid extends Data.TaggedError("TraceVariableInvalid")<{ readonly variable: string; readonly rule: string; readonly hint: string | undefined }> {
  override get message(): string {
    return `${this.variable} ${this.rule}`
  }
}

/** The first of these that is set, with its name; an empty one counts as not set. */
const first = (variables: Variables, names: ReadonlyArray<string>): { readonly name: string; readonly text: string } | undefined => {
  for (const name of names) {
    const text = variables[name]?.trim()
    if (text !== undefined && text !== "") return { name, text }
  }
  return undefined
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `a=1,b=2`, with escapes as in addresses. What is no pair is left out, as everywhere with OpenTelemetry. */
const pairs = (text: string | undefined): { readonly [name: string]: string } => {
  const found: Record<string, string> = {}
  for (const pair of text?.split(",") ?? []) {
    const [, name = "", value = ""] = /^\s*([^=\s]+)\s*=(.*)$/.exec(pair) ?? []
    if (name !== "") found[name] = decoded(value.trim())
  }
  return found
}

const refuse = (variable: string, rule: string, hint?: string) => Effect.fail(new TraceVariableInvalid({ variable, rule, hint }))

/** The address of the collector. What is wrong with it is told without it: it may hold a password. */
const readUrl = (variables: Variables) => {
  const whole = first(variables, ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
  const setting = whole ?? first(variables, ["OTEL_EXPORTER_OTLP_ENDPOINT"])
  if (setting === undefined) return Effect.succeed(undefined)
  const url = URL.canParse(setting.text) ? new URL(setting.text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return refuse(setting.name, "must be an address such as http://127.0.0.1:4318")
  if (url.username !== "" || url.password !== "") return refuse(setting.name, "must not hold a password", "OTEL_EXPORTER_OTLP_HEADERS is the place for secrets of the collector")
  if (whole === undefined) url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/traces`
  return Effect.succeed(url.href)
}

/** Which part of the requests gets spans. */
const readSampling = (variables: Variables) => {
  const name = first(variables, ["OTEL_TRACES_SAMPLER"])?.text ?? "parentbased_always_on"
  const plain = name.replace(/^parentbased_/, "")
  const followsCaller = plain !== name
  if (plain === "always_on") return Effect.succeed({ ratio: 1, followsCaller })
  if (plain === "always_off") return Effect.succeed({ ratio: 0, followsCaller })
  if (plain !== "traceidratio") return refuse("OTEL_TRACES_SAMPLER", `must be always_on, always_off, traceidratio, or one of these after parentbased_, not "${name}"`)
  const text = first(variables, ["OTEL_TRACES_SAMPLER_ARG"])?.text ?? "1"
  const ratio = Number(text)
  return ratio >= 0 && ratio <= 1 ? Effect.succeed({ ratio, followsCaller }) : refuse("OTEL_TRACES_SAMPLER_ARG", `must be a number from 0 to 1, not "${text}"`)
}

/**
 * What the variables say; undefined if nobody wants spans.
 *
 * @example
 * ```ts
 * import * as ConfiguredTraces from "@dev-infra/work-prod-server/ConfiguredTraces"
 *
 * export const settings = ConfiguredTraces.read({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" })
 * ```
 *
 * @category settings
 */
export const read = (variables: Variables): Effect.Effect<TraceSettings | undefined, TraceVariableInvalid> =>
  Effect.gen(function* () {
    const isOff = variables["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true" || variables["OTEL_TRACES_EXPORTER"]?.trim() === "none"
    const url = isOff ? undefined : yield* readUrl(variables)
    if (url === undefined) return undefined
    const sampling = yield* readSampling(variables)
    const headers = first(variables, ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"])?.text
    const name = first(variables, ["OTEL_SERVICE_NAME"])?.text
    const resource = { "service.name": "work-prod", "service.version": version, ...pairs(variables["OTEL_RESOURCE_ATTRIBUTES"]), ...(name === undefined ? {} : { "service.name": name }) }
    const protocol = first(variables, ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"])?.text
    return { options: { url, headers: Redacted.make(pairs(headers)), resource, ...sampling }, otherProtocol: protocol === "http/json" ? undefined : protocol }
  })

const exporting = Effect.promise(() => Promise.all([import("./OtlpTraces.js"), import("@effect/platform/FetchHttpClient")]))

/**
 * Spans as they were asked for, as long as the scope is open; none without settings.
 *
 * @example
 * ```ts
 * import * as ConfiguredTraces from "@dev-infra/work-prod-server/ConfiguredTraces"
 * import * as WorkProdServer from "@dev-infra/work-prod-server/WorkProdServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const server = WorkProdServer.layer({ host: "127.0.0.1", port: 5055, authentication: "keys", rateLimit: undefined })
 *
 * export const traced = (variables: ConfiguredTraces.Variables) =>
 *   Layer.unwrapEffect(Effect.map(ConfiguredTraces.read(variables), (settings) => Layer.provide(server, ConfiguredTraces.layer(settings))))
 * ```
 *
 * @category layers
 */
export const layer = (settings: TraceSettings | undefined): Layer.Layer<RequestTracing> | Layer.Layer<never> => {
  if (settings === undefined) return Layer.empty
  const { options, otherProtocol } = settings
  const told = otherProtocol === undefined ? Effect.void : Effect.logWarning("spans are sent as http/json, whatever OTEL_EXPORTER_OTLP_PROTOCOL says", { protocol: otherProtocol })
  return Layer.unwrapEffect(
    Effect.gen(function* () {
      yield* told
      yield* Effect.annotateLogs(Effect.logInfo("spans are sent"), { collector: new URL(options.url).host })
      const [OtlpTraces, FetchHttpClient] = yield* exporting
      return OtlpTraces.layer(options).pipe(Layer.provide(FetchHttpClient.layer))
    })
  )
}
