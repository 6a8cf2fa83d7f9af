/**
 * Which lines of a log may go: those older than 90 days, unless they hold the only copy of a value that was replaced. Pure.
 *
 * @module
 */
import * as LogLine from "./LogLine.js"
import type { SyncRecord } from "./SyncLog.js"

const day = 24 * 60 * 60 * 1000

/** So long every line stays. @category constants */
export const keptMillis = 90 * day

/** A line that says how old the oldest one is that may go some day: what is in front of it stays for ever. */
const marker = /^\{"kind":"rotated","time":"[^"]*"\}$/

const firstTime = /^[^\n]{0,60}?"time":"([^"\n]*)"/

/**
 * Whether it is worth looking at all lines: the first one is more than a day too old, or does not say how old it is.
 *
 * @param start the beginning of the log
 * @category predicates
 */
export const isDue = (start: string, now: number): boolean => {
  if (start === "") return false
  const time = Date.parse(firstTime.exec(start)?.[1] ?? "")
  return Number.isNaN(time) || time < now - keptMillis - day
}

const timeOf = (line: string): number => Date.parse(firstTime.exec(line)?.[1] ?? "")

/** What a record is the copy of: the replaced value of a field, or a row that was deleted; undefined if of nothing. */
const copyOf = (record: SyncRecord): string | undefined => {
  if (record.kind !== "overridden") return record.row === undefined ? undefined : JSON.stringify([record.id, record.row])
  return record.old === null ? undefined : JSON.stringify([record.id, record.field, record.old])
}

/** A line that is no record was cut off by a crash, or a later version wrote it, and then it is not ours to throw away. */
const isForeign = (line: string): boolean => /^\{.*\}$/.test(line)

/**
 * The log without the lines that may go. Of equal old values of one field the latest stays.
 *
 * A clock that is far ahead makes no line old: 90 days count back from the last line if that is earlier than now.
 *
 * @param text the whole log
 * @category combinators
 */
export const rotate = (text: string, now: number): string => {
  const lines = text.split("\n").filter((line) => line !== "" && !marker.test(line))
  const newest = lines.reduce((latest, line) => Math.max(latest, timeOf(line) || 0), 0)
  const horizon = Math.min(now, newest) - keptMillis
  const copies = new Set<string>()
  const isKept = (line: string): boolean => {
    const record = LogLine.parse(line)
    if (record === undefined) return isForeign(line)
    const copy = copyOf(record)
    const isYoung = !(timeOf(line) < horizon)
    const isOnly = copy !== undefined && !copies.has(copy)
    if (copy !== undefined) copies.add(copy)
    return isYoung || isOnly
  }
  const kept = lines.toReversed().filter(isKept).toReversed()
  const oldest = kept.reduce((earliest, line) => (timeOf(line) >= horizon ? Math.min(earliest, timeOf(line)) : earliest), now)
  const first = JSON.stringify({ kind: "rotated", time: new Date(oldest).toISOString() })
  return [first, ...kept, ""].join("\n")
}
