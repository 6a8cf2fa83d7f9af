/**
 * Metrics as Prometheus reads them: the text format, version 0.0.4.
 *
 * @module
 */
import type * as MetricKey from "effect/MetricKey"
import type * as MetricKeyType from "effect/MetricKeyType"
import type * as MetricPair from "effect/MetricPair"
import * as MetricState from "effect/MetricState"
import * as Option from "effect/Option"

/** @category constants */
export const contentType = "text/plain; version=0.0.4; charset=utf-8"

/** The value of a gauge that has none at the moment; it is left out. @category constants */
export const unknown = Number.NaN

type Key = MetricKey.MetricKey<MetricKeyType.MetricKeyType.Untyped>

type Labels = ReadonlyArray<readonly [name: string, value: string]>

const onOneLine = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")

const labelText = (labels: Labels): string =>
  labels.length === 0 ? "" : `{${labels.map(([name, value]) => `${name}="${onOneLine(value).replaceAll('"', '\\"')}"`).join(",")}}`

const numberText = (value: bigint | number): string => (value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value))

const sample = (name: string, labels: Labels, value: bigint | number): string => `${name}${labelText(labels)} ${numberText(value)}`

interface Family {
  readonly type: "counter" | "gauge" | "histogram"
  readonly samples: (name: string, labels: Labels) => ReadonlyArray<string>
}

/** Undefined for the kinds of metrics that no server here has. */
const familyOf = (state: MetricState.MetricState.Untyped): Family | undefined => {
  if (MetricState.isCounterState(state)) return { type: "counter", samples: (name, labels) => [sample(name, labels, state.count)] }
  if (MetricState.isGaugeState(state)) return { type: "gauge", samples: (name, labels) => (Number.isNaN(state.value) ? [] : [sample(name, labels, state.value)]) }
  if (!MetricState.isHistogramState(state)) return undefined
  const { buckets, count, sum } = state
  return {
    type: "histogram",
    samples: (name, labels) => [
      ...buckets.filter(([bound]) => bound !== Infinity).map(([bound, within]) => sample(`${name}_bucket`, [...labels, ["le", numberText(bound)]], within)),
      sample(`${name}_bucket`, [...labels, ["le", "+Inf"]], count),
      sample(`${name}_sum`, labels, sum),
      sample(`${name}_count`, labels, count)
    ]
  }
}

const labelsOf = ({ tags }: Key): Labels => tags.map(({ key, value }): readonly [string, string] => [key, value])

/**
 * The text for a snapshot of a registry: families in the order of their names, each with its meaning and type.
 *
 * @category rendering
 */
export const render = (metrics: ReadonlyArray<MetricPair.MetricPair.Untyped>): string => {
  const families = new Map<string, { readonly head: ReadonlyArray<string>; readonly samples: Array<string> }>()
  for (const { metricKey, metricState } of metrics) {
    const family = familyOf(metricState)
    if (family === undefined) continue
    const { description, name } = metricKey
    const known = families.get(name)
    const help = Option.match(description, { onNone: () => [], onSome: (text) => [`# HELP ${name} ${onOneLine(text)}`] })
    const entry = known ?? { head: [...help, `# TYPE ${name} ${family.type}`], samples: [] }
    if (known === undefined) families.set(name, entry)
    entry.samples.push(...family.samples(name, labelsOf(metricKey)))
  }
  const lines = [...families].toSorted(([left], [right]) => (left < right ? -1 : 1)).flatMap(([, { head, samples }]) => [...head, ...samples])
  return `${lines.join("\n")}\n`
}
