/**
 * What an update has to come to, worked out another way than the program does it: path by path from the three versions, with git itself for merging texts.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type File, type Files, type History, isText, type Renamed, type Rule, type Version } from "./Histories.js"

/** What has to be at a path afterwards: exactly that, nothing, or (`free`) whatever loses none of the lines of `keeps`. */
export type Expected = { readonly kind: "is"; readonly file: File | undefined; readonly why: string } | { readonly kind: "free"; readonly why: string }

const isSame = (a: File | undefined, b: File | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.mode === b.mode && Buffer.from(a.content).equals(Buffer.from(b.content))

const hasSameContent = (a: File, b: File): boolean => Buffer.from(a.content).equals(Buffer.from(b.content)) && (a.mode === "symlink") === (b.mode === "symlink")

/** What git makes of three texts; undefined where they do not fit together. */
export const gitMerge = (ours: Uint8Array, base: Uint8Array, theirs: Uint8Array): Uint8Array | undefined => {
  const folder = mkdtempSync(join(tmpdir(), "dev-infra-merge-"))
  try {
    for (const [name, content] of [["ours", ours], ["base", base], ["theirs", theirs]] as const) writeFileSync(join(folder, name), content)
    const { status, stdout } = spawnSync("git", ["merge-file", "-p", "ours", "base", "theirs"], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" }
    })
    return status === 0 ? new Uint8Array(stdout) : undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const matchers: { readonly [pattern: string]: (path: string) => boolean } = {
  "*.txt": (path) => !path.includes("/") && path.endsWith(".txt"),
  "docs/**": (path) => path.startsWith("docs/"),
  "src/one.ts": (path) => path === "src/one.ts",
  "bin/**": (path) => path.startsWith("bin/"),
  "data.bin": (path) => path === "data.bin",
  "**/*.md": (path) => path.endsWith(".md")
}

const ruleOf = (path: string, rules: ReadonlyArray<readonly [Rule, string]>): Rule | undefined =>
  (["never", "ask", "always"] as const).find((rule) => rules.some(([kind, pattern]) => kind === rule && (matchers[pattern]?.(path) ?? false)))

/** The mode that a three-way comparison gives. */
const mergedMode = (base: File, theirs: File, ours: File): File["mode"] => (ours.mode === base.mode ? theirs.mode : ours.mode)

const merged = (base: File | undefined, theirs: File | undefined, ours: File | undefined): Expected => {
  const is = (file: File | undefined, why: string): Expected => ({ kind: "is", file, why })
  if (isSame(base, theirs)) return is(ours, "the template did not change it")
  if (isSame(ours, theirs)) return is(ours, "both have the same")
  if (ours === undefined) return base === undefined ? is(theirs, "it is new") : is(undefined, "the project deleted it")
  if (isSame(base, ours)) return is(theirs, "only the template changed it")
  if (theirs === undefined || base === undefined) return { kind: "free", why: "both changed it" }
  if ([base, theirs, ours].some(({ mode }) => mode === "symlink")) return { kind: "free", why: "a link on one side" }
  const mode = mergedMode(base, theirs, ours)
  if (hasSameContent(base, theirs)) return is({ mode, content: ours.content }, "the template changed its mode")
  if (hasSameContent(base, ours) || hasSameContent(ours, theirs)) return is({ mode, content: theirs.content }, "the content is the template's")
  if (![base, theirs, ours].every(isText)) return { kind: "free", why: "two binary files" }
  const content = gitMerge(ours.content, base.content, theirs.content)
  return content === undefined ? { kind: "free", why: "a conflict" } : is({ mode, content }, "git merges it")
}

/** Renames that an update from one version to the other goes through. */
const between = ({ renamed }: Version, from: number, to: number): ReadonlyArray<Renamed> =>
  renamed.filter(({ version }) => {
    const minor = Number(version.split(".")[1])
    return minor > from && minor <= to
  })

/** Files that went and came with the same content: the template renamed them without telling. */
const movedAsTheyAre = (before: Files, after: Files): ReadonlyArray<{ readonly from: string; readonly to: string }> =>
  [...before].flatMap(([from, file]) => (after.has(from) ? [] : [...after].flatMap(([to, other]) => (!before.has(to) && hasSameContent(file, other) ? [{ from, to }] : []))))

const isInTheWay = (files: Files, path: string): boolean => [...files.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`))

/** What has to become of every path that any side has. */
export const expectedOf = (past: History, versions: ReadonlyArray<Version>, from: number, to: number, ours: Files): ReadonlyMap<string, Expected> => {
  const [base, target] = [versions[from], versions[to]]
  if (base === undefined || target === undefined) throw new Error("no such version")
  const told = new Set([...between(target, from, to), ...movedAsTheyAre(base.files, target.files)].flatMap((renamed) => [renamed.from, renamed.to]))
  const paths = new Set([...base.files.keys(), ...target.files.keys(), ...ours.keys()])
  return new Map(
    [...paths].map((path): readonly [string, Expected] => {
      const own = ours.get(path)
      const [before, after] = [base.files.get(path), target.files.get(path)]
      const unchanged: Expected = { kind: "is", file: own, why: "a rule, or a customisation" }
      if (told.has(path)) return [path, { kind: "free", why: "a rename" }]
      if (before === undefined && after === undefined) return [path, { kind: "is", file: own, why: "the template never had it" }]
      if (past.customized.includes(path)) return [path, unchanged]
      const rule = ruleOf(path, past.projectRules) ?? ruleOf(path, past.templateRules)
      if (rule === "never" || rule === "ask") return [path, unchanged]
      if (isInTheWay(ours, path)) return [path, { kind: "free", why: "something of the project is in the way" }]
      if (rule === "always") return [path, own !== undefined && after !== undefined ? { kind: "is", file: after, why: "the rule is always" } : { kind: "free", why: "always, and one side has none" }]
      return [path, merged(before, after, own)]
    })
  )
}
