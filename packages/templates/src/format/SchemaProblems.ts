/**
 * What a schema found wrong, in words of `template.yml`.
 *
 * @module
 */
import * as ParseResult from "effect/ParseResult"

/** The way to a value: keys, and numbers of lists from 0. */
export type Place = ReadonlyArray<PropertyKey>

/** A place as people write it. */
export const shown = (place: Place): string => place.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part + 1}]` : text === "" ? String(part) : `${text}.${String(part)}`), "")

/**
 * What a schema says, in words of this file.
 *
 * @param rule what the key at the root must be
 */
export const shapeProblem = (issue: ParseResult.ArrayFormatterIssue, rule: string): string => {
  const place = shown(issue.path)
  if (issue._tag === "Unexpected") return `there is no key ${JSON.stringify(place)}`
  if (issue._tag === "Missing") return `${place} is missing`
  return issue.path.length > 1 ? `${place} is wrong: ${shown(issue.path.slice(0, 1))} must be ${rule}` : `${place} must be ${rule}`
}

/** The deepest problems: one for a list comes with one for what it stands in. */
export const issuesOf = (error: ParseResult.ParseError): ReadonlyArray<ParseResult.ArrayFormatterIssue> => {
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
  const seen = new Set<string>()
  return issues.filter((issue) => {
    const place = shown(issue.path)
    if (seen.has(place)) return false
    seen.add(place)
    return !issues.some((other) => other.path.length > issue.path.length && issue.path.every((part, index) => other.path[index] === part))
  })
}
