/** Every value that somebody set in a history, each a text that never comes twice, so that one that is lost can be told. */
import type { SyncRecord } from "@dev-infra/sync/SyncLog"

/** What texts may end with: everything that envelopes, columns and logs could stumble over. */
const endings = ["", " ü🚀", " <!-- no envelope -->", "\nsecond line", " \"quoted\\\"", " -->"]

interface Entry {
  readonly text: string
  /** who replaced it and had seen it, or what took it away besides dev-infra */
  replaced: string | undefined
}

export class Ledger {
  readonly #entries = new Map<string, Entry>()
  #count = 0

  /** A new text for a field. */
  next(field: string): string {
    this.#count += 1
    const plain = `${field}-${this.#count}.`
    const text = field === "description" || field === "note" ? `${plain}${endings[this.#count % endings.length] ?? ""}` : plain
    this.#entries.set(text, { text, replaced: undefined })
    return text
  }

  /** One of a few words, another one each time. */
  pick(words: ReadonlyArray<string>): string {
    this.#count += 1
    return words[this.#count % words.length] ?? ""
  }

  /** A value was replaced by somebody who saw it, or taken away by something that is not dev-infra. */
  replace(value: unknown, why: string): void {
    const entry = typeof value === "string" ? this.#entries.get(value) : undefined
    if (entry !== undefined) entry.replaced ??= why
  }

  /** All values within something were. */
  replaceWithin(value: unknown, why: string): void {
    if (typeof value === "string") this.replace(value, why)
    else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) this.replaceWithin(inner, why)
  }

  /** Those that nobody replaced and that are neither among the values that stand nor among those that logs keep. */
  lost(standing: ReadonlyArray<unknown>, logs: ReadonlyArray<SyncRecord>): ReadonlyArray<string> {
    const kept = new Set<string>()
    const keep = (value: unknown): void => {
      if (typeof value === "string") kept.add(value)
      else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) keep(inner)
    }
    keep(standing)
    for (const record of logs) keep(record.kind === "overridden" ? record.old : record.row)
    return [...this.#entries.values()].flatMap(({ replaced, text }) => (replaced === undefined && !kept.has(text) ? [text] : []))
  }
}
