/**
 * Merging without git, over the comparison of `node-diff3`. It is more careful than git: where lines can be paired in several ways, it counts all of
 * them as changed, so what comes out clean here is what `git merge-file` makes of it.
 *
 * @module
 */
import { diffIndices } from "node-diff3"
import type { Merged, MergeInput, MergeLabels } from "../TextMerge.js"
import { linesOf, textsOf } from "./MergeText.js"

/** Lines `start` to `end` of the base became the lines `sideStart` to `sideEnd` of a side. */
interface Change {
  readonly start: number
  readonly end: number
  readonly sideStart: number
  readonly sideEnd: number
}

const compared = (base: Array<string>, side: Array<string>): ReadonlyArray<Change> =>
  diffIndices(base, side).map(({ buffer1: [start, length], buffer2: [sideStart, sideLength] }) => ({
    start,
    end: start + length,
    sideStart,
    sideEnd: sideStart + sideLength
  }))

/** The same comparison from the end to the start, which pairs repeated lines the other way round. */
const comparedBackwards = (base: Array<string>, side: Array<string>): ReadonlyArray<Change> =>
  compared(base.toReversed(), side.toReversed()).map((change) => ({
    start: base.length - change.end,
    end: base.length - change.start,
    sideStart: side.length - change.sideEnd,
    sideEnd: side.length - change.sideStart
  }))

/** Over the lines around it that also occur in it: there the change could as well be told to lie. */
const widened = (change: Change, base: ReadonlyArray<string>, side: ReadonlyArray<string>): Change => {
  const lines = new Set([...base.slice(change.start, change.end), ...side.slice(change.sideStart, change.sideEnd)])
  let { end, sideEnd, sideStart, start } = change
  while (start > 0 && sideStart > 0 && base[start - 1] === side[sideStart - 1] && lines.has(base[start - 1] ?? "")) {
    start -= 1
    sideStart -= 1
  }
  while (end < base.length && sideEnd < side.length && base[end] === side[sideEnd] && lines.has(base[end] ?? "")) {
    end += 1
    sideEnd += 1
  }
  return { start, end, sideStart, sideEnd }
}

/** In order, those that meet made one. */
const joined = (changes: ReadonlyArray<Change>): ReadonlyArray<Change> => {
  const result: Array<Change> = []
  for (const change of changes.toSorted((one, other) => one.start - other.start || one.sideStart - other.sideStart)) {
    const last = result.at(-1)
    if (last !== undefined && (change.start <= last.end || change.sideStart <= last.sideEnd)) {
      result[result.length - 1] = {
        start: Math.min(last.start, change.start),
        end: Math.max(last.end, change.end),
        sideStart: Math.min(last.sideStart, change.sideStart),
        sideEnd: Math.max(last.sideEnd, change.sideEnd)
      }
    } else result.push(change)
  }
  return result
}

const changesOf = (base: Array<string>, side: Array<string>): ReadonlyArray<Change> => {
  let changes = joined([...compared(base, side), ...comparedBackwards(base, side)])
  for (;;) {
    const wider = joined(changes.map((change) => widened(change, base, side)))
    if (wider.length === changes.length && wider.every((change, at) => change.start === changes[at]?.start && change.end === changes[at]?.end)) return changes
    changes = wider
  }
}

/** What the lines `start` to `end` of the base are on a side whose changes are given; `changes` lie in them. */
const linesOn = (side: ReadonlyArray<string>, changes: ReadonlyArray<Change>, start: number, end: number, offset: number): ReadonlyArray<string> => {
  const first = changes[0]
  const last = changes.at(-1)
  if (first === undefined || last === undefined) return side.slice(start + offset, end + offset)
  return side.slice(first.sideStart - (first.start - start), last.sideEnd + (end - last.end))
}

/** A marker ends as the lines around it do. */
const marker = (sign: string, label: string, lines: ReadonlyArray<string>): string =>
  `${sign.repeat(7)}${label === "" ? "" : ` ${label}`}${lines.some((line) => line.endsWith("\r\n")) ? "\r\n" : "\n"}`

const ended = (lines: ReadonlyArray<string>): ReadonlyArray<string> => lines.map((line) => (line.endsWith("\n") ? line : `${line}\n`))

const conflict = (ours: ReadonlyArray<string>, theirs: ReadonlyArray<string>, labels: MergeLabels): ReadonlyArray<string> => {
  const shorter = Math.min(ours.length, theirs.length)
  let start = 0
  while (start < shorter && ours[start] === theirs[start]) start += 1
  let after = 0
  while (after < shorter - start && ours[ours.length - 1 - after] === theirs[theirs.length - 1 - after]) after += 1
  const both = [...ours, ...theirs]
  return [
    ...ours.slice(0, start),
    marker("<", labels.ours, both),
    ...ended(ours.slice(start, ours.length - after)),
    marker("=", "", both),
    ...ended(theirs.slice(start, theirs.length - after)),
    marker(">", labels.theirs, both),
    ...ours.slice(ours.length - after)
  ]
}

/**
 * Both sides' changes in one text; with markers where they meet.
 *
 * @category merging
 */
export const merged = (input: MergeInput, labels: MergeLabels): Merged => {
  const { include, texts, toBytes } = textsOf([input.base, input.ours, input.theirs])
  const shown = { ours: include(labels.ours), base: include(labels.base), theirs: include(labels.theirs) }
  const [base = [], ours = [], theirs = []] = texts.map(linesOf)
  const pending = [
    ...changesOf(base, ours).map((change) => ({ isOurs: true, change })),
    ...changesOf(base, theirs).map((change) => ({ isOurs: false, change }))
  ].sort((one, other) => one.change.start - other.change.start)
  const result: Array<string> = []
  const shift = { ours: 0, theirs: 0 }
  let conflicts = 0
  let done = 0
  for (let at = 0; at < pending.length;) {
    const here: Array<Change> = []
    const there: Array<Change> = []
    const start = pending[at]?.change.start ?? 0
    let end = start
    for (let next = pending[at]; next !== undefined && next.change.start <= end; next = pending[++at]) {
      ;(next.isOurs ? here : there).push(next.change)
      end = Math.max(end, next.change.end)
    }
    const ourLines = linesOn(ours, here, start, end, shift.ours)
    const theirLines = linesOn(theirs, there, start, end, shift.theirs)
    result.push(...base.slice(done, start))
    if (there.length === 0 || (ourLines.length === theirLines.length && ourLines.every((line, place) => line === theirLines[place]))) result.push(...ourLines)
    else if (here.length === 0) result.push(...theirLines)
    else {
      conflicts += 1
      result.push(...conflict(ourLines, theirLines, shown))
    }
    shift.ours += ourLines.length - (end - start)
    shift.theirs += theirLines.length - (end - start)
    done = end
  }
  const content = toBytes([...result, ...base.slice(done)].join(""))
  return conflicts === 0 ? { _tag: "Clean", content } : { _tag: "Conflict", content, conflicts }
}
