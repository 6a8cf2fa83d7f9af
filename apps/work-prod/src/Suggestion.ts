/**
 * "Did you mean": the word that is close to a mistyped one.
 *
 * @module
 */

/** Edits between two short texts: insert, remove, replace (Levenshtein, 1966). */
const distance = (left: string, right: string): number => {
  let previous: ReadonlyArray<number> = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced))
    }
    previous = current
  }
  return previous[right.length] ?? 0
}

/**
 * `did you mean X?` for the closest of `words`; undefined where none is close.
 *
 * @param before the words that X stands behind
 * @category suggestions
 */
export const didYouMean = (typed: string, words: ReadonlyArray<string>, before: ReadonlyArray<string> = []): string | undefined => {
  const wanted = typed.toLowerCase().slice(0, 40)
  let best: { readonly word: string; readonly score: number } | undefined
  for (const word of words) {
    const bare = word.replace(/^--/, "")
    const asked = wanted.replace(/^--?/, "")
    const begins = asked.length >= 2 && bare.startsWith(asked)
    const score = begins ? 1 : distance(asked, bare)
    if (asked !== "" && score <= Math.max(1, Math.floor(bare.length / 2)) && (best === undefined || score < best.score)) best = { word, score }
  }
  return best === undefined ? undefined : `did you mean ${[...before, best.word].join(" ")}?`
}
