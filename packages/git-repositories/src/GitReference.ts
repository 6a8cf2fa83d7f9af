/**
 * What may stand where a version of a git source is named, and which of the tags it means. Refs are never given to git as arguments; that they cannot be
 * options is checked all the same.
 *
 * @module
 */
import compare from "semver/functions/compare.js"
import parseVersion from "semver/functions/parse.js"
import satisfies from "semver/functions/satisfies.js"
import validRange from "semver/ranges/valid.js"

const longest = 250

/** Whether a text is a range of versions and not one tag: `^1.2`, `1.x`, `>=1 <3`, `*`. */
export const isRange = (text: string): boolean => /[\^~<>=*| ]|\d\.x\b|^x$/i.test(text) && text.length <= longest && validRange(text) !== null

/** What is wrong with a ref, as a clause; nothing if it may be a tag, a branch, a commit or a range. */
export const problemOf = (ref: string): string | undefined => {
  if (ref === "") return "there is nothing behind the @"
  if (ref.length > longest) return `a ref has at most ${longest} characters`
  if (ref.startsWith("-")) return "a ref does not begin with a dash"
  if (isRange(ref)) return undefined
  // git-check-ref-format(1)
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|^@$|(?:^|\/)\.|\.lock(?:\/|$)|(?:^|\/)-/.test(ref)) return "a ref is a tag, a branch, a commit, or a range of versions"
  return undefined
}

/** The version that a tag names: `v1.2.0`, `1.2.0`; nothing for other tags. */
const versionOf = (tag: string) => parseVersion(tag)

/** Tags that name versions, newest first. */
export const sortedVersions = (tags: Iterable<string>): ReadonlyArray<string> =>
  [...tags]
    .flatMap((tag) => {
      const version = versionOf(tag)
      return version === null ? [] : [{ tag, version }]
    })
    .sort((a, b) => compare(b.version, a.version) || (a.tag < b.tag ? -1 : 1))
    .map(({ tag }) => tag)

/** Of these tags, those in the range, newest first. Pre-releases only where the range names one, or there is nothing else. */
export const inRange = (tags: Iterable<string>, range: string): ReadonlyArray<string> => {
  const sorted = sortedVersions(tags)
  const within = sorted.filter((tag) => satisfies(tag, range))
  return within.length > 0 ? within : sorted.filter((tag) => satisfies(tag, range, { includePrerelease: true }))
}

/** Of these tags, those that are offered where nobody asked for one: newest first, pre-releases only if there is nothing else. */
export const offered = (tags: Iterable<string>): ReadonlyArray<string> => {
  const sorted = sortedVersions(tags)
  const final = sorted.filter((tag) => (versionOf(tag)?.prerelease.length ?? 0) === 0)
  return final.length > 0 ? final : sorted
}
