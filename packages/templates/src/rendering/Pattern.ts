/**
 * Regular expressions that templates bring, which may be wrong, or take for ever.
 *
 * @module
 */
import * as Either from "effect/Either"
import { within } from "./TimeLimit.js"

/** How long one may take: a sound one takes no measurable time. */
const milliseconds = 3_000

const longestPattern = 1_000

/**
 * Why a text is not allowed by a pattern, or nothing if all of it matches.
 *
 * @category guards
 */
export const problemOf = (pattern: string, text: string, limit = milliseconds): string | undefined => {
  if (pattern.length > longestPattern) return "the template's pattern for it is too long"
  const tested = within(limit, () =>
    Either.try({ try: () => new RegExp(`^(?:${pattern})$`, "u").test(text), catch: () => "the template's pattern for it is no regular expression" })
  )
  if (Either.isLeft(tested)) return "the template's pattern for it takes too long"
  if (Either.isLeft(tested.right)) return tested.right.left
  return tested.right.right ? undefined : `it must match ${pattern}`
}
