/**
 * Reads the text format of Prometheus, strictly: what it does not allow fails.
 */

export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: Map<string, number>
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*\})? (\S+)$/

const numberOf = (text: string): number => {
  if (text === "+Inf") return Infinity
  const number = Number(text)
  if (Number.isNaN(number)) throw new Error(`no number: ${text}`)
  return number
}

/** The families by name, with the samples by their name and labels. */
export const read = (text: string): Map<string, Family> => {
  if (!text.endsWith("\n")) throw new Error("the last line has no end")
  const families = new Map<string, Family>()
  let help: readonly [string, string] | undefined
  let current: string | undefined
  for (const line of text.slice(0, -1).split("\n")) {
    const [, helped, meaning] = /^# HELP (\S+) (.+)$/.exec(line) ?? []
    const [, typed, type] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? []
    const [, name = "", labels = "", value = ""] = sampleLine.exec(line) ?? []
    if (helped !== undefined && meaning !== undefined) help = [helped, meaning]
    else if (typed !== undefined && type !== undefined) {
      if (families.has(typed)) throw new Error(`twice: ${typed}`)
      if (help?.[0] !== typed) throw new Error(`no help: ${typed}`)
      families.set(typed, { type, help: help[1], samples: new Map() })
      current = typed
    } else {
      if (name === "" || current === undefined) throw new Error(`no sample: ${line}`)
      const family = families.get(current)
      const endings = family?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""]
      if (!endings.some((ending) => name === `${current ?? ""}${ending}`)) throw new Error(`${name} is not of ${current}`)
      if (family?.samples.has(name + labels) === true) throw new Error(`twice: ${name}${labels}`)
      family?.samples.set(name + labels, numberOf(value))
    }
  }
  for (const [name, { samples, type }] of families) if (type === "histogram") checkHistogram(name, samples)
  return families
}

/** Buckets hold what is below, so they grow, and the last holds all. */
const checkHistogram = (name: string, samples: ReadonlyMap<string, number>): void => {
  const last = new Map<string, number>()
  for (const [key, value] of samples) {
    const [, labels, bound] = /_bucket\{(.*?),?le="([^"]+)"\}$/.exec(key) ?? []
    if (labels === undefined || bound === undefined) continue
    if (value < (last.get(labels) ?? 0)) throw new Error(`${key} is less than the one before`)
    last.set(labels, value)
    const count = samples.get(`${name}_count${labels === "" ? "" : `{${labels}}`}`)
    if (bound === "+Inf" && value !== count) throw new Error(`${key} is not ${count}`)
  }
}

/** The value of a sample as it stands in the text; undefined if there is none. */
export const valueOf = (text: string, sample: string): number | undefined => {
  for (const { samples } of read(text).values()) {
    const value = samples.get(sample)
    if (value !== undefined) return value
  }
  return undefined
}
