/**
 * What a server counts and measures of itself, for Prometheus.
 *
 * The registry of `effect/Metric` belongs to the whole process. Several servers may run in one, and each tells of itself alone, so
 * each has a registry of its own here. To count is a plain call: thousands happen in a second, within effects that run anyway.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricKey from "effect/MetricKey"
import * as MetricLabel from "effect/MetricLabel"
import * as MetricRegistry from "effect/MetricRegistry"
import type * as Scope from "effect/Scope"
import * as PrometheusText from "./metrics/PrometheusText.js"

/** Names and values of labels. There must be few different values: each combination is kept. @category models */
export type Labels = Readonly<Record<string, string>>

/** What a metric is called, and what it means, in a sentence without a dot. @category models */
export interface Description {
  readonly name: string
  readonly meaning: string
}

/** @category models */
export interface ServerMetricsShape {
  /** Makes a counter, which is told from the beginning on. It takes how much to add. */
  readonly counter: (description: Description, labels?: Labels) => (amount: number) => void
  /** Makes a histogram, in the unit of its bounds. It takes what was measured. */
  readonly histogram: (description: Description, bounds: MetricBoundaries.MetricBoundaries, labels?: Labels) => (value: number) => void
  /**
   * A value that is asked for whenever somebody looks, as long as the scope is open; undefined leaves it out, and so does what takes
   * longer than a second.
   */
  readonly gauge: (description: Description, read: Effect.Effect<number | undefined>, labels?: Labels) => Effect.Effect<void, never, Scope.Scope>
  /** Runs whenever somebody looks, before anything is told, as long as the scope is open; for a second at most. */
  readonly beforeText: (effect: Effect.Effect<void>) => Effect.Effect<void, never, Scope.Scope>
  /** Everything as it is now, in the text format of Prometheus. */
  readonly text: Effect.Effect<string>
}

/**
 * What a server counts and measures of itself.
 *
 * @example
 * ```ts
 * import { ServerMetrics } from "@dev-infra/work-prod-server/ServerMetrics"
 * import * as Effect from "effect/Effect"
 *
 * export const program = Effect.gen(function* () {
 *   const { counter, text } = yield* ServerMetrics
 *   const visits = counter({ name: "visits_total", meaning: "Visits since the start" })
 *   visits(1)
 *   yield* Effect.log(yield* text)
 * })
 * ```
 *
 * @category tags
 */
export class ServerMetrics extends Context.Tag("@dev-infra/work-prod-server/ServerMetrics")<ServerMetrics, ServerMetricsShape>() {}

/** For how long a gauge may be read. */
const patience = "1 second"

const noLabels: Labels = {}

const toTags = (labels: Labels) => Object.entries(labels).map(([name, value]) => MetricLabel.make(name, value))

const make = Effect.sync(() => {
  const registry = MetricRegistry.make()
  const looks = new Set<Effect.Effect<void>>()

  const beforeText: ServerMetricsShape["beforeText"] = (effect) => {
    const look = Effect.asVoid(Effect.timeoutOption(effect, patience))
    return Effect.asVoid(
      Effect.acquireRelease(
        Effect.sync(() => looks.add(look)),
        () => Effect.sync(() => looks.delete(look))
      )
    )
  }

  return ServerMetrics.of({
    counter: ({ meaning, name }, labels = noLabels) => {
      const hook = registry.getCounter(MetricKey.taggedWithLabels(MetricKey.counter(name, { description: meaning, incremental: true }), toTags(labels)))
      return (amount) => hook.update(amount)
    },
    histogram: ({ meaning, name }, bounds, labels = noLabels) => {
      const hook = registry.getHistogram(MetricKey.taggedWithLabels(MetricKey.histogram(name, bounds, meaning), toTags(labels)))
      return (value) => hook.update(value)
    },
    gauge: ({ meaning, name }, read, labels = noLabels) => {
      const hook = registry.getGauge(MetricKey.taggedWithLabels(MetricKey.gauge(name, { description: meaning }), toTags(labels)))
      const ask = Effect.map(read, (value) => hook.update(value ?? PrometheusText.unknown))
      return beforeText(Effect.zipRight(Effect.sync(() => hook.update(PrometheusText.unknown)), ask))
    },
    beforeText,
    text: Effect.map(
      Effect.suspend(() => Effect.forEach(looks, (look) => look, { concurrency: "unbounded", discard: true })),
      () => PrometheusText.render(registry.snapshot())
    )
  })
})

/**
 * Empty at first: what a server is made of adds to it.
 *
 * @example
 * ```ts
 * import * as ServerMetrics from "@dev-infra/work-prod-server/ServerMetrics"
 * import * as Effect from "effect/Effect"
 *
 * export const text = Effect.provide(
 *   Effect.flatMap(ServerMetrics.ServerMetrics, ({ text }) => text),
 *   ServerMetrics.layer
 * )
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<ServerMetrics> = Layer.effect(ServerMetrics, make)
