/**
 * Merges that need no choice of how lines are paired: at most one side changed, or each side changed one stretch and the two lie
 * clearly apart. `git merge-file` comes to the same, and need not be started for them.
 *
 * @module
 */
import { isSameContent } from "@dev-infra/git-repositories/FileTree"
import type { Merged, MergeInput } from "../TextMerge.js"
import { isBinary, linesOf, textsOf } from "./MergeText.js"

type Lines = ReadonlyArray<string>

/** Lines `start` to `baseEnd` of the base became the lines `start` to `end` of a side; around them both are equal. */
interface Stretch {
  readonly start: number
  readonly baseEnd: number
  readonly end: number
}

const stretchOf = (base: Lines, side: Lines): Stretch => {
  const shorter = Math.min(base.length, side.length)
  let start = 0
  while (start < shorter && base[start] === side[start]) start += 1
  let after = 0
  while (after < shorter - start && base[base.length - 1 - after] === side[side.length - 1 - after]) after += 1
  return { start, baseEnd: base.length - after, end: side.length - after }
}

/**
 * A change can be told in several ways where lines repeat: of `a b a`, `a b a b a` has got `b a` or `a b`. Such a change reaches over the lines around
 * its stretch only as long as they are lines of the stretch. So a line between two stretches that occurs in neither keeps them
 * apart, in whichever way they are told.
 */
const liesBetween = (base: Lines, [first, firstSide]: readonly [Stretch, Lines], [second, secondSide]: readonly [Stretch, Lines]): boolean => {
  if (first.baseEnd >= second.start) return false
  const changed = new Set<string>()
  for (const [stretch, side] of [[first, firstSide], [second, secondSide]] as const) {
    for (let at = stretch.start; at < stretch.baseEnd; at++) changed.add(base[at] ?? "")
    for (let at = stretch.start; at < stretch.end; at++) changed.add(side[at] ?? "")
  }
  for (let at = first.baseEnd; at < second.start; at++) if (!changed.has(base[at] ?? "")) return true
  return false
}

const together = (base: Lines, [first, firstSide]: readonly [Stretch, Lines], [second, secondSide]: readonly [Stretch, Lines]): string =>
  [...firstSide.slice(0, first.end), ...base.slice(first.baseEnd, second.start), ...secondSide.slice(second.start)].join("")

/**
 * The result, where it is obvious.
 *
 * @category merging
 */
export const obvious = ({ base, ours, theirs }: MergeInput): Merged | undefined => {
  if (isBinary(ours) || isBinary(base) || isBinary(theirs)) return { _tag: "Binary" }
  if (isSameContent(ours, theirs) || isSameContent(base, theirs)) return { _tag: "Clean", content: ours }
  if (isSameContent(base, ours)) return { _tag: "Clean", content: theirs }
  const { texts, toBytes } = textsOf([base, ours, theirs])
  const [baseLines = [], oursLines = [], theirsLines = []] = texts.map(linesOf)
  const here = [stretchOf(baseLines, oursLines), oursLines] as const
  const there = [stretchOf(baseLines, theirsLines), theirsLines] as const
  if (liesBetween(baseLines, here, there)) return { _tag: "Clean", content: toBytes(together(baseLines, here, there)) }
  if (liesBetween(baseLines, there, here)) return { _tag: "Clean", content: toBytes(together(baseLines, there, here)) }
  return undefined
}
