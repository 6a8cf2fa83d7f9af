/**
 * Random histories: versions of a template, and what people did to a project that was made from one of them. Everything is a value, so that a counterexample can be made
 * smaller and played again.
 */
import type { FileMode } from "@dev-infra/git-repositories/FileTree"
import * as FastCheck from "effect/FastCheck"

export interface File {
  readonly mode: FileMode
  readonly content: Uint8Array
}

/** Files by path. */
export type Files = ReadonlyMap<string, File>

/** One change of some file. `at` picks among the files or lines that are there then, so that a change always means something. */
export type Change =
  | { readonly kind: "add"; readonly path: string; readonly lines: ReadonlyArray<string>; readonly mode: "file" | "executable" }
  | { readonly kind: "binary"; readonly path: string; readonly bytes: ReadonlyArray<number> }
  | { readonly kind: "link"; readonly path: string; readonly to: string }
  | { readonly kind: "delete"; readonly at: number }
  | { readonly kind: "edit"; readonly at: number; readonly line: number; readonly remove: number; readonly insert: ReadonlyArray<string> }
  | { readonly kind: "line-ends"; readonly at: number }
  | { readonly kind: "final-newline"; readonly at: number }
  | { readonly kind: "mode"; readonly at: number }
  | { readonly kind: "rename"; readonly at: number; readonly to: string; readonly isTold: boolean }

export interface Renamed {
  readonly from: string
  readonly to: string
  readonly version: string
}

export interface Version {
  readonly version: string
  readonly files: Files
  /** those that the template tells of, of this and earlier versions */
  readonly renamed: ReadonlyArray<Renamed>
}

export type Rule = "always" | "ask" | "never"

export interface History {
  readonly versions: ReadonlyArray<ReadonlyArray<Change>>
  /** which version the project was made from, and to which it goes */
  readonly from: number
  readonly project: ReadonlyArray<Change>
  readonly templateRules: ReadonlyArray<readonly [Rule, string]>
  readonly projectRules: ReadonlyArray<readonly [Rule, string]>
  readonly customized: ReadonlyArray<string>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true })

export const bytes = (text: string): Uint8Array => encoder.encode(text)

export const isText = ({ content, mode }: File): boolean => mode !== "symlink" && !content.includes(0)

/** The paths in play: few, so that both sides often mean the same; some lie in each other's way. */
const paths = [
  "README.md", "a.txt", "b.txt", "src/one.ts", "src/two.ts", "docs/guide.md", "docs", "bin/run", "data.bin", ".github/workflows/ci.yml", "with space.txt", "über/größe.txt", "-dash", "deep/er/still/file.md", "a", "b"
] as const

const path = FastCheck.constantFrom(...paths)
const line = FastCheck.constantFrom("", "alpha", "beta", "gamma", "delta", "  epsilon", "zeta = 1", "zeta = 2", "}", "{", "<<<<<<< not a mark", "tab\there", "naïve", "last")
const lines = FastCheck.array(line, { minLength: 0, maxLength: 14 })
const at = FastCheck.nat({ max: 40 })

const change = (rename: boolean): FastCheck.Arbitrary<Change> =>
  FastCheck.oneof(
    { weight: 3, arbitrary: FastCheck.record({ kind: FastCheck.constant("add" as const), path, lines, mode: FastCheck.constantFrom("file" as const, "file" as const, "executable" as const) }) },
    { weight: 1, arbitrary: FastCheck.record({ kind: FastCheck.constant("binary" as const), path, bytes: FastCheck.array(FastCheck.nat({ max: 255 }), { minLength: 1, maxLength: 6 }) }) },
    { weight: 1, arbitrary: FastCheck.record({ kind: FastCheck.constant("link" as const), path, to: FastCheck.constantFrom("missing", "elsewhere", "else/where") }) },
    { weight: 2, arbitrary: FastCheck.record({ kind: FastCheck.constant("delete" as const), at }) },
    { weight: 8, arbitrary: FastCheck.record({ kind: FastCheck.constant("edit" as const), at, line: at, remove: FastCheck.nat({ max: 3 }), insert: FastCheck.array(line, { maxLength: 3 }) }) },
    { weight: 1, arbitrary: FastCheck.record({ kind: FastCheck.constant("line-ends" as const), at }) },
    { weight: 1, arbitrary: FastCheck.record({ kind: FastCheck.constant("final-newline" as const), at }) },
    { weight: 1, arbitrary: FastCheck.record({ kind: FastCheck.constant("mode" as const), at }) },
    ...(rename ? [{ weight: 2, arbitrary: FastCheck.record({ kind: FastCheck.constant("rename" as const), at, to: path, isTold: FastCheck.boolean() }) }] : [])
  )

const rule = FastCheck.tuple(FastCheck.constantFrom<Rule>("always", "ask", "never"), FastCheck.constantFrom("*.txt", "docs/**", "src/one.ts", "bin/**", "data.bin", "**/*.md"))
const rules = FastCheck.oneof({ weight: 3, arbitrary: FastCheck.constant<ReadonlyArray<readonly [Rule, string]>>([]) }, { weight: 1, arbitrary: FastCheck.array(rule, { maxLength: 3 }) })

const starting: FastCheck.Arbitrary<ReadonlyArray<Change>> = FastCheck.array(
  FastCheck.record({ kind: FastCheck.constant("add" as const), path, lines: FastCheck.array(line, { minLength: 4, maxLength: 14 }), mode: FastCheck.constantFrom("file" as const, "executable" as const) }),
  { minLength: 3, maxLength: 9 }
)

export const history: FastCheck.Arbitrary<History> = FastCheck.record({
  versions: FastCheck.tuple(starting, FastCheck.array(FastCheck.array(change(true), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })).map(([first, rest]) => [first, ...rest]),
  from: FastCheck.nat({ max: 3 }),
  project: FastCheck.array(change(false), { maxLength: 10 }),
  templateRules: rules,
  projectRules: rules,
  customized: FastCheck.oneof({ weight: 4, arbitrary: FastCheck.constant<ReadonlyArray<string>>([]) }, { weight: 1, arbitrary: FastCheck.array(path, { maxLength: 2 }) })
})

/** No file may lie where a folder is, nor the other way round. */
const hasRoom = (files: Files, place: string): boolean => ![...files.keys()].some((other) => other !== place && (other.startsWith(`${place}/`) || place.startsWith(`${other}/`)))

const pick = (files: Files, index: number, allowed: (file: File) => boolean): readonly [string, File] | undefined => {
  const fitting = [...files].filter(([, file]) => allowed(file)).sort(([a], [b]) => (a < b ? -1 : 1))
  return fitting.length === 0 ? undefined : fitting[index % fitting.length]
}

const textOf = ({ content }: File): string => decoder.decode(content)

const withText = (file: File, text: string): File => ({ ...file, content: bytes(text) })

const edited = (text: string, { insert, line: where, remove }: Change & { readonly kind: "edit" }): string => {
  const end = text.includes("\r\n") ? "\r\n" : "\n"
  const all = text === "" ? [] : text.split(/(?<=\n)/)
  const from = where % (all.length + 1)
  const before = all.slice(0, from)
  const last = before.at(-1)
  // What is put behind an end without a newline gets one in between.
  const glue = insert.length > 0 && last !== undefined && !last.endsWith("\n") ? end : ""
  return [...before, glue, ...insert.map((one) => `${one}${end}`), ...all.slice(from + remove)].join("")
}


/** The files after a change, and what it renamed. */
export const changed = (files: Files, step: Change): { readonly files: Files; readonly renamed?: { readonly from: string; readonly to: string } } => {
  const put = (place: string, file: File): { readonly files: Files } => (hasRoom(files, place) ? { files: new Map([...files, [place, file]]) } : { files })
  const same = { files }
  switch (step.kind) {
    case "add":
      return put(step.path, { mode: step.mode, content: bytes(step.lines.map((one) => `${one}\n`).join("")) })
    case "binary":
      return put(step.path, { mode: "file", content: Uint8Array.of(0, ...step.bytes) })
    case "link":
      return put(step.path, { mode: "symlink", content: bytes(step.to) })
    case "delete": {
      const found = pick(files, step.at, () => true)
      return found === undefined ? same : { files: new Map([...files].filter(([place]) => place !== found[0])) }
    }
    case "edit": {
      const found = pick(files, step.at, isText)
      return found === undefined ? same : put(found[0], withText(found[1], edited(textOf(found[1]), step)))
    }
    case "line-ends": {
      const found = pick(files, step.at, isText)
      if (found === undefined) return same
      const text = textOf(found[1])
      return put(found[0], withText(found[1], text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text.replaceAll("\n", "\r\n")))
    }
    case "final-newline": {
      const found = pick(files, step.at, isText)
      if (found === undefined) return same
      const text = textOf(found[1])
      return put(found[0], withText(found[1], text.endsWith("\n") ? text.replace(/\r?\n$/, "") : `${text}\n`))
    }
    case "mode": {
      const found = pick(files, step.at, ({ mode }) => mode !== "symlink")
      return found === undefined ? same : put(found[0], { ...found[1], mode: found[1].mode === "file" ? "executable" : "file" })
    }
    case "rename": {
      const found = pick(files, step.at, () => true)
      if (found === undefined || files.has(step.to)) return same
      const rest = new Map([...files].filter(([place]) => place !== found[0]))
      if (!hasRoom(rest, step.to)) return same
      return { files: new Map([...rest, [step.to, found[1]]]), ...(step.isTold ? { renamed: { from: found[0], to: step.to } } : {}) }
    }
  }
}

/** All versions of the template. */
export const versionsOf = (past: History): ReadonlyArray<Version> => {
  const versions: Array<Version> = []
  let files: Files = new Map()
  const renamed: Array<Renamed> = []
  for (const [index, changes] of past.versions.entries()) {
    const version = `v1.${index}.0`
    for (const step of changes) {
      const next = changed(files, step)
      files = next.files
      if (next.renamed !== undefined) renamed.push({ ...next.renamed, version })
    }
    versions.push({ version, files, renamed: [...renamed] })
  }
  return versions
}

/** The project: a version of the template, and what people did since. */
export const projectOf = (base: Files, past: History): Files => past.project.reduce((files, step) => changed(files, step).files, base)
