/**
 * Spans as OTLP writes them in JSON.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import * as SpanIds from "./SpanIds.js"

type Value = { readonly stringValue: string } | { readonly boolValue: boolean } | { readonly intValue: string } | { readonly doubleValue: number }

interface Attribute {
  readonly key: string
  readonly value: Value
}

/** One span that has ended. @category models */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<Attribute>
  readonly events: ReadonlyArray<{ readonly name: string; readonly timeUnixNano: string; readonly attributes: ReadonlyArray<Attribute> }>
  readonly status: { readonly code?: number; readonly message?: string }
}

const kinds: { readonly [kind in Tracer.SpanKind]: number } = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }

/** The code of a status that is an error; without a code it is unset, which stands for all others. */
const error = 2

const toValue = (value: unknown): Value => {
  if (typeof value === "boolean") return { boolValue: value }
  if (typeof value === "number") return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  return { stringValue: String(value) }
}

/** @category conversions */
export const attributes = (entries: Iterable<readonly [string, unknown]>): ReadonlyArray<Attribute> => Array.from(entries, ([key, value]) => ({ key, value: toValue(value) }))

/** In a word, for a cause may quote what is nobody's business. */
const statusOf = (exit: Exit.Exit<unknown, unknown>): OtlpSpan["status"] => {
  if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) return {}
  const failure = Option.getOrUndefined(Cause.failureOption(exit.cause))
  return failure instanceof Error ? { code: error, message: failure.message } : { code: error }
}

/**
 * Begins a span, which is told when it has ended.
 *
 * @param tell takes each span
 * @category constructors
 */
export const begin =
  (tell: (span: OtlpSpan) => void): Parameters<typeof Tracer.make>[0]["span"] =>
  (name, parent, context, links, startTime, kind) => {
    const events: Array<OtlpSpan["events"][number]> = []
    const found = new Map<string, unknown>()
    const traceId = Option.match(parent, { onNone: SpanIds.traceId, onSome: (span) => span.traceId })
    const spanId = SpanIds.spanId()
    let status: Tracer.SpanStatus = { _tag: "Started", startTime }
    return {
      _tag: "Span",
      name,
      traceId,
      spanId,
      parent,
      context,
      links,
      kind,
      sampled: true,
      attributes: found,
      get status() {
        return status
      },
      attribute: (key, value) => void found.set(key, value),
      event: (event, time, more) => void events.push({ name: event, timeUnixNano: String(time), attributes: attributes(Object.entries(more ?? {})) }),
      addLinks: () => undefined,
      end: (endTime, exit) => {
        if (status._tag === "Ended") return
        status = { _tag: "Ended", startTime, endTime, exit }
        const parentSpanId = Option.match(parent, { onNone: () => ({}), onSome: (span) => ({ parentSpanId: span.spanId }) })
        const [startTimeUnixNano, endTimeUnixNano] = [String(startTime), String(endTime)]
        tell({ traceId, spanId, ...parentSpanId, name, kind: kinds[kind], startTimeUnixNano, endTimeUnixNano, attributes: attributes(found), events, status: statusOf(exit) })
      }
    }
  }
