/**
 * What was answered when a project was made, read from the project: where a line of the template holds `{{ name }}`, the line of the project that
 * has the same text around it says what the name is.
 *
 * @module
 */
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import type { Answers, AnswerValue, TemplateManifest, Variable } from "../TemplateManifest.js"
import { textOf } from "./Similarity.js"

/** A line as text, variable, text, … , text: always one text more than variables. An undefined variable stands for an output that cannot be read backwards. */
interface LinePattern {
  readonly texts: ReadonlyArray<string>
  readonly variables: ReadonlyArray<string | undefined>
  /** how much the text around the variables says: `# ` says less than `"name": "` */
  readonly weight: number
}

const output = /\{\{-?\s*(.*?)\s*-?\}\}/g
const plainName = /^[A-Za-z_]\w*$/

/** Lines with more outputs, and longer ones, say too little for what they cost. */
const limits = { outputs: 8, line: 2000, lines: 5000, patterns: 300, weight: 20 }

const patternOf = (line: string): LinePattern | undefined => {
  if (line.includes("{%") || !line.includes("{{")) return undefined
  const parts = line.split(output)
  const texts = parts.filter((_, at) => at % 2 === 0)
  const variables = parts.filter((_, at) => at % 2 === 1).map((expression) => (plainName.test(expression) ? expression : undefined))
  const weight = Math.min(limits.weight, texts.join("").replace(/\s/g, "").length)
  const isSplit = texts.slice(1, -1).every((text) => text !== "")
  return weight > 0 && isSplit && variables.length <= limits.outputs && variables.some((name) => name !== undefined) ? { texts, variables, weight } : undefined
}

/** What stands where the variables stand, each as short as can be; undefined if the line is another one. */
const valuesIn = (line: string, { texts, variables }: LinePattern): ReadonlyMap<string, string> | undefined => {
  const [first = "", ...rest] = texts
  const last = rest.at(-1) ?? ""
  if (!line.startsWith(first) || !line.endsWith(last) || line.length < first.length + last.length) return undefined
  const found = new Map<string, string>()
  let from = first.length
  for (const [at, variable] of variables.entries()) {
    const isLast = at === variables.length - 1
    const to = isLast ? line.length - last.length : line.indexOf(rest[at] ?? "", from)
    if (to < from) return undefined
    const value = line.slice(from, to)
    from = to + (rest[at] ?? "").length
    if (variable === undefined) continue
    if (value.trim() === "" || (found.get(variable) ?? value) !== value) return undefined
    found.set(variable, value)
  }
  return found
}

const typed = (variable: Variable | undefined, text: string): AnswerValue | undefined => {
  switch (variable?.type) {
    case undefined:
    case "text":
      return text
    case "number":
      return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined
    case "choice":
      return (variable.choices ?? []).includes(text) ? text : undefined
    case "choices":
      return undefined
  }
}

const lines = (text: string): ReadonlyArray<string> =>
  text.split("\n", limits.lines).map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)).filter((line) => line.length <= limits.line)

const firstOf = <A, B>(all: ReadonlyArray<A>, find: (one: A) => B | undefined): B | undefined => {
  for (const one of all) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

/** Files that are rendered end so; their places in a project do not. */
const suffix = ".liquid"

/**
 * The answers that most lines speak for. Only what a variable of the manifest, or a built-in one, can be.
 *
 * @param files of the template, not rendered
 * @param project the files of the project that are there
 * @param rendersTo the path in the project of a path in the template; undefined where that is not known
 * @category guessing
 */
export const answers = (
  manifest: TemplateManifest,
  builtIn: ReadonlySet<string>,
  files: FileTree,
  project: ReadonlyMap<string, Uint8Array>,
  rendersTo: (path: string) => string | undefined
): Answers => {
  const variables = new Map(manifest.variables.map((variable) => [variable.name, variable]))
  const votes = new Map<string, Map<AnswerValue, number>>()
  for (const file of files.values()) {
    if (!file.path.endsWith(suffix)) continue
    const path = rendersTo(file.path.slice(0, -suffix.length))
    const ours = path === undefined ? undefined : project.get(path)
    const text = ours === undefined ? undefined : textOf(ours)
    const template = textOf(file.content)
    if (text === undefined || template === undefined) continue
    const candidates = lines(text)
    for (const pattern of lines(template).flatMap((line) => patternOf(line) ?? []).slice(0, limits.patterns)) {
      // The first line that fits speaks for the pattern: further ones often are only alike, as headings are.
      const values = firstOf(candidates, (line) => valuesIn(line, pattern))
      for (const [name, value] of values ?? []) {
        const variable = variables.get(name)
        const answer = variable === undefined && !builtIn.has(name) ? undefined : typed(variable, value)
        if (answer === undefined) continue
        const counts = votes.get(name) ?? new Map<AnswerValue, number>()
        counts.set(answer, (counts.get(answer) ?? 0) + pattern.weight)
        votes.set(name, counts)
      }
    }
  }
  return Object.fromEntries(
    [...votes].flatMap(([name, counts]) => {
      // Of equal ones the first counts: files come in the order of their paths, lines in theirs.
      const best = [...counts].reduce<readonly [AnswerValue, number] | undefined>((most, next) => (most === undefined || next[1] > most[1] ? next : most), undefined)
      return best === undefined ? [] : [[name, best[0]] as const]
    })
  )
}
