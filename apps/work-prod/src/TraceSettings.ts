/**
 * Where the spans of requests go, from the variables that all programs with OpenTelemetry share.
 *
 * @module
 */
import type { OtlpTracesOptions } from "@dev-infra/work-prod-server/OtlpTraces"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { UsageError } from "./CommandError.js"
import { Surroundings, type SurroundingsShape } from "./Surroundings.js"

type Variables = SurroundingsShape["environment"]

/** What was found, and what of it could not be followed. @category models */
export interface TraceSettings {
  readonly options: OtlpTracesOptions
  /** a protocol that is not spoken here, though it was asked for */
  readonly otherProtocol: string | undefined
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

const refuse = (what: string, hint?: string) => Effect.fail(new UsageError({ command: ["serve"], what, hint }))

/** The address of the collector. What is wrong with it is told without it: it may hold a password. */
const readUrl = (variables: Variables) => {
  const whole = first(variables, ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
  const setting = whole ?? first(variables, ["OTEL_EXPORTER_OTLP_ENDPOINT"])
  if (setting === undefined) return Effect.succeed(undefined)
  const url = URL.canParse(setting.text) ? new URL(setting.text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return refuse(`${setting.name} must be an address such as http://127.0.0.1:4318`)
  if (url.username !== "" || url.password !== "") return refuse(`${setting.name} must not hold a password`, "OTEL_EXPORTER_OTLP_HEADERS is the place for secrets of the collector")
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
  if (plain !== "traceidratio") return refuse(`OTEL_TRACES_SAMPLER must be always_on, always_off, traceidratio, or one of these after parentbased_, not "${name}"`)
  const text = first(variables, ["OTEL_TRACES_SAMPLER_ARG"])?.text ?? "1"
  const ratio = Number(text)
  return ratio >= 0 && ratio <= 1 ? Effect.succeed({ ratio, followsCaller }) : refuse(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "${text}"`)
}

/**
 * What the variables say; undefined if nobody wants spans.
 *
 * @param version of this program
 * @category settings
 */
export const find = (version: string): Effect.Effect<TraceSettings | undefined, UsageError, Surroundings> =>
  Effect.gen(function* () {
    const { environment } = yield* Surroundings
    const isOff = environment["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true" || environment["OTEL_TRACES_EXPORTER"]?.trim() === "none"
    const url = isOff ? undefined : yield* readUrl(environment)
    if (url === undefined) return undefined
    const sampling = yield* readSampling(environment)
    const headers = first(environment, ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"])?.text
    const name = first(environment, ["OTEL_SERVICE_NAME"])?.text
    const resource = { "service.name": "work-prod", "service.version": version, ...pairs(environment["OTEL_RESOURCE_ATTRIBUTES"]), ...(name === undefined ? {} : { "service.name": name }) }
    const protocol = first(environment, ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"])?.text
    return { options: { url, headers: Redacted.make(pairs(headers)), resource, ...sampling }, otherProtocol: protocol === "http/json" ? undefined : protocol }
  })
