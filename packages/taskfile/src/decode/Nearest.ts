/**
 * What somebody probably meant to write.
 *
 * @module
 */

/** Edit distance where two neighbours that changed places count once, at most `limit` + 1. */
const distance = (left: string, right: string, limit: number): number => {
  if (Math.abs(left.length - right.length) > limit) return limit + 1
  let before: Array<number> = []
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    let least = i
    for (let j = 1; j <= right.length; j += 1) {
      const isSame = left[i - 1] === right[j - 1]
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (isSame ? 0 : 1))
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1)
      next.push(best)
      least = Math.min(least, best)
    }
    if (least > limit) return limit + 1
    before = row
    row = next
  }
  return row[right.length] ?? limit + 1
}

/** The candidates nearest to what is written, best first; none that differ in more than a third. */
export const nearest = (written: string, candidates: Iterable<string>, most = 3): ReadonlyArray<string> => {
  const wanted = written.toLowerCase()
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  const scored: Array<readonly [string, number]> = []
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase()
    const last = lower.slice(lower.lastIndexOf(":") + 1)
    const score =
      lower === wanted ? 0 : last === wanted ? 0.5 : wanted.length >= 2 && lower.startsWith(wanted) ? 1 : lower.length >= 3 && wanted.startsWith(lower) ? 1.5 : distance(wanted, lower, limit)
    if (score <= limit) scored.push([candidate, score])
  }
  return scored
    .sort((left, right) => left[1] - right[1] || (left[0] < right[0] ? -1 : 1))
    .slice(0, most)
    .map(([candidate]) => candidate)
}
