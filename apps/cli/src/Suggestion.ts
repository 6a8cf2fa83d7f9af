/**
 * "Did you mean": the words that are close to a mistyped one.
 *
 * @module
 */

/** Edits between two short texts: insert, remove, replace or swap neighbours (optimal string alignment; Damerau, 1964). */
const distance = (left: string, right: string): number => {
  let beforePrevious: ReadonlyArray<number> = []
  let previous: ReadonlyArray<number> = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      let least = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + (same ? 0 : 1))
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        least = Math.min(least, (beforePrevious[column - 2] ?? 0) + 1)
      }
      current.push(least)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.length] ?? 0
}

/**
 * Up to three of `words` that are close to `typed`, the closest first: equal but for case, beginning with it (3 letters or
 * more), or a third of the letters away at most.
 *
 * @category suggestions
 */
export const closest = (typed: string, words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const wanted = typed.toLowerCase().slice(0, 60)
  if (wanted === "") return []
  const scored: Array<{ readonly word: string; readonly score: number }> = []
  for (const word of words) {
    const candidate = word.toLowerCase()
    const begins = wanted.length >= 3 && (candidate.startsWith(wanted) || wanted.startsWith(candidate))
    const score = candidate === wanted ? 0 : begins ? 1 : distance(wanted, candidate)
    if (score <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3))) scored.push({ word, score })
  }
  scored.sort((left, right) => left.score - right.score)
  return scored.slice(0, 3).map((entry) => entry.word)
}

/** `did you mean a or b?`; nothing where nothing is close. @category suggestions */
export const didYouMean = (typed: string, words: ReadonlyArray<string>): string | undefined => {
  const close = closest(typed, words)
  return close.length === 0 ? undefined : `did you mean ${close.join(" or ")}?`
}
