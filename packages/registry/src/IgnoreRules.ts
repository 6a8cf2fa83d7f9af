/**
 * Which folders the ignore rules of a repository, or of the user, leave out.
 *
 * @module
 */
import ignore, { type Ignore } from "ignore"

/** A chain of rules, the deepest folder's first. @category models */
export interface IgnoreRules {
  /** the folder the patterns are relative to, with a slash at the end */
  readonly base: string
  readonly matcher: Ignore
  readonly parent: IgnoreRules | undefined
}

/**
 * Adds the rules of one folder to those of the folders above it.
 *
 * @param folder the folder that the patterns are relative to, absolute
 * @param patterns the text of a `.gitignore`, or patterns in its syntax
 * @category constructors
 */
export const make = (folder: string, patterns: string | ReadonlyArray<string>, parent?: IgnoreRules): IgnoreRules => ({
  base: folder.endsWith("/") ? folder : `${folder}/`,
  matcher: ignore().add(typeof patterns === "string" ? patterns : [...patterns]),
  parent
})

/**
 * Whether a folder is left out. A deeper folder's rules win over those above it.
 *
 * @param folder an absolute path below the folders of the rules
 * @category combinators
 */
export const ignores = (rules: IgnoreRules | undefined, folder: string): boolean => {
  for (let at = rules; at !== undefined; at = at.parent) {
    const path = folder.slice(at.base.length)
    if (!folder.startsWith(at.base) || path === "") continue
    const result = at.matcher.test(`${path}/`)
    if (result.ignored) return true
    if (result.unignored) return false
  }
  return false
}
