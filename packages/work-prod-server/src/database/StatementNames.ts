/**
 * Names for the statements that a database is to prepare.
 *
 * Every connection keeps what has a name, for ever. So only statements that come again get one, and only so many of them.
 *
 * @module
 */

/** Names that are given at most. */
const mostNames = 200

/** Statements of which one time is remembered. */
const mostSeen = 1000

/** @category models */
export interface StatementNames {
  /** The name of a statement; undefined if it is not to be prepared. */
  readonly of: (text: string) => string | undefined
}

/** @category constructors */
export const make = (): StatementNames => {
  const names = new Map<string, string>()
  const seen = new Set<string>()
  return {
    of: (text) => {
      const known = names.get(text)
      if (known !== undefined || names.size >= mostNames) return known
      if (!seen.has(text)) {
        if (seen.size >= mostSeen) seen.clear()
        seen.add(text)
        return undefined
      }
      seen.delete(text)
      const name = `s${names.size}`
      names.set(text, name)
      return name
    }
  }
}
