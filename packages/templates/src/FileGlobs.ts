/**
 * Patterns for paths, as rules of templates and projects use them: `ci/**`, `*.md`, `docs/`.
 *
 * @module
 */
import picomatch from "picomatch"

/** Braces and brackets that expand to very much would cost time; no rule needs them that long. */
const longest = 1000

/** `docs/**` is what lies in the folder, not a file of its name. */
const options = { dot: true, nonegate: true, strictSlashes: true } as const

const testOf = (pattern: string): ((path: string) => boolean) => {
  const plain = pattern.replace(/^\.?\/+/, "")
  if (plain === "" || plain.length > longest) return () => false
  if (plain.endsWith("/")) return picomatch(`${plain}**`, options)
  return picomatch([plain, `${plain}/**`], options)
}

/**
 * Gives for a path (parts divided by `/`) the first pattern that it matches. `*` stays within one part of a path, `**` goes over
 * several, dot files are files like others. A pattern that names a folder means everything in it.
 *
 * @example
 * ```ts
 * import * as FileGlobs from "@dev-infra/templates/FileGlobs"
 *
 * const rule = FileGlobs.matching(["ci/**", "docs/"])
 * export const found = [rule("ci/build.yml"), rule("docs/a/b.md"), rule("README.md")] // "ci/**", "docs/", undefined
 * ```
 * @category matching
 */
export const matching = (patterns: ReadonlyArray<string>): ((path: string) => string | undefined) => {
  const tests = patterns.map((pattern) => ({ pattern, test: testOf(pattern) }))
  return (path) => tests.find(({ test }) => test(path))?.pattern
}
