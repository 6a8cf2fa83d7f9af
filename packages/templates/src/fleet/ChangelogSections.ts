/**
 * What a file of changes says about the versions between two others. Read are files as most projects have them: a heading for each version that
 * begins with its number, in whatever brackets and with whatever date behind it.
 *
 * @module
 */
import compare from "semver/functions/compare.js"
import parseVersion from "semver/functions/parse.js"

/** What changed with one version. */
export interface Section {
  /** as the heading writes it, without brackets */
  readonly version: string
  /** Markdown, of a stranger */
  readonly notes: string
}

const heading = /^#{1,3}[ \t]+(?:(?:version|release)[ \t]+)?\[?(v?\d+\.\d+\.\d+[\w.+-]*)\]?(?:[\s(:,\u2013\u2014-].*)?$/i

/** The sections of versions that are newer than `from`, and not newer than `to`, in the order of the file. */
export const between = (text: string, from: string, to: string): ReadonlyArray<Section> => {
  const [after, upTo] = [parseVersion(from), parseVersion(to)]
  if (after === null || upTo === null) return []
  const sections: Array<{ version: string; level: number; lines: Array<string> }> = []
  let current: (typeof sections)[number] | undefined
  let isCode = false
  for (const line of text.split(/\r?\n/)) {
    if (/^ {0,3}(?:```|~~~)/.test(line)) isCode = !isCode
    const version = isCode ? undefined : heading.exec(line)?.[1]
    const level = isCode ? 0 : (/^#+(?=\s)/.exec(line)?.[0].length ?? 0)
    if (version !== undefined) {
      current = { version, level, lines: [] }
      sections.push(current)
    } else if (current !== undefined && level > 0 && level <= current.level) current = undefined
    else current?.lines.push(line)
  }
  return sections.flatMap(({ lines, version }) => {
    const number = parseVersion(version)
    const isMeant = number !== null && compare(number, after) > 0 && compare(number, upTo) <= 0
    const notes = lines.join("\n").trim()
    return isMeant && notes !== "" ? [{ version, notes }] : []
  })
}
