/**
 * The `.mrconfig` of myrepos (mr(1), version 1.2x): INI sections named after folders, values continued on indented lines.
 * Its values are shell commands. None is run: `true` and `false` are understood, any other condition counts as false.
 *
 * @module
 */
import * as Either from "effect/Either"
import {
  type ListedProject,
  type ListPlace,
  type ProjectList,
  ProjectListUnreadable,
  resolveListed,
  type SkippedLine
} from "./ProjectList.js"

interface Section {
  readonly name: string
  readonly line: number
  readonly settings: Map<string, string>
}

/** The words of the first simple command, quotes and backslashes taken off; undefined if a quote is not closed. */
const shellWords = (command: string): ReadonlyArray<string> | undefined => {
  const words: Array<string> = []
  let word: string | undefined
  const part = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\(\n)|\\([\s\S])|([;&|\n])|([ \t]+)|([^\s'"\\;&|]+)|(['"])/g
  for (const match of command.matchAll(part)) {
    const [, single, double, continued, escaped, end, blank, plain, open] = match
    if (open !== undefined) return undefined
    if (continued !== undefined) continue
    if (end !== undefined) break
    if (blank === undefined) word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "")
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}

/** Options of `git clone` that take the next word as their value. */
const withValue = new Set([
  "-b", "--branch", "-o", "--origin", "-c", "--config", "-j", "--jobs", "-u", "--upload-pack", "--depth", "--reference",
  "--reference-if-able", "--separate-git-dir", "--template", "--filter", "--shallow-since", "--shallow-exclude", "--bundle-uri"
])

/** The URL that a `checkout` command clones from; undefined if it is no `git clone` or the URL is made by the shell. */
const clonedUrl = (command: string): string | undefined => {
  const words = shellWords(command)
  if (words === undefined || words[0] !== "git" || words[1] !== "clone") return undefined
  for (let index = 2; index < words.length; index++) {
    const word = words[index] ?? ""
    if (word === "--") return words[index + 1]
    if (!word.startsWith("-")) return word === "" || /[$`]/.test(word) ? undefined : word
    if (withValue.has(word)) index++
  }
  return undefined
}

const isTrue = (command: string | undefined): boolean => /^(true|:|exit 0)$/.test(command?.trim() ?? "")

/** `$HOME` and `${HOME}` written as `~`. Other variables are known to the shell alone. */
const withHome = (name: string): string => name.replace(/^\$(?:HOME|\{HOME\})(?=\/|$)/, "~")

const parseSections = (text: string, place: ListPlace): Either.Either<readonly [Array<Section>, Array<SkippedLine>], ProjectListUnreadable> => {
  const sections = new Map<string, Section>()
  const skipped: Array<SkippedLine> = []
  let settings = new Map<string, string>()
  const lines = text.split(/\r?\n/)
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const number = index + 1
    if (/^\s*(#|$)/.test(line)) continue
    const header = /^\[([^\]]*)\]\s*$/.exec(line)?.[1]
    if (header !== undefined) {
      const known = sections.get(header)
      const defaults = header === "ALIAS" ? undefined : sections.get("DEFAULT")?.settings
      const section = known ?? { name: header, line: number, settings: new Map(defaults) }
      sections.set(header, section)
      settings = section.settings
      continue
    }
    const [, key, first] = /^(\w+)\s*=\s*(.*)/.exec(line) ?? []
    if (key === undefined || first === undefined) {
      const detail = "this is neither a section, a setting nor a comment"
      return Either.left(new ProjectListUnreadable({ path: place.path, format: "myrepos", detail, position: { line: number, column: 1 } }))
    }
    let value = first
    while (/^\s.+/.test(lines[index + 1] ?? "")) value += `\n${lines[++index]?.slice(1) ?? ""}`
    if (key === "include") skipped.push({ line: number, label: "include", detail: "is a command, and commands of a list are not run" })
    else settings.set(key, value)
  }
  return Either.right([[...sections.values()].filter(({ name }) => name !== "ALIAS" && name !== "DEFAULT"), skipped])
}

/** Read an `.mrconfig`. */
export const decodeMyrepos = (text: string, place: ListPlace): Either.Either<ProjectList, ProjectListUnreadable> =>
  Either.map(parseSections(text, place), ([sections, skipped]) => {
    const projects: Array<ListedProject> = []
    for (const { line, name, settings } of sections) {
      const skip = (detail: string) => skipped.push({ line, label: name, detail })
      const written = withHome(name)
      const path = /[$`]/.test(written) ? undefined : resolveListed(written, place)
      if (isTrue(settings.get("deleted"))) skip("is marked as deleted")
      else if (isTrue(settings.get("skip"))) skip("is marked to be skipped")
      else if (path === undefined) skip("has a name that only the shell can tell")
      else {
        const repository = clonedUrl(settings.get("checkout") ?? "")
        const entry = { path, ...(repository === undefined ? {} : { repository }) }
        projects.push({ line, entry, ...(settings.get("skip")?.trim() === "lazy" ? { onlyIfPresent: true } : {}) })
      }
    }
    return { format: "myrepos", projects, skipped: skipped.sort((left, right) => left.line - right.line) }
  })
