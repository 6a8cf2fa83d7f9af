/**
 * What can be seen in the files of a template without rendering it.
 *
 * @module
 */
import type { TemplateProblem } from "../TemplateFailure.js"
import { fileName } from "../TemplateManifest.js"
import type { TemplateSnapshot } from "../TemplateSnapshot.js"

const decoder = new TextDecoder()

/** Names that a project keeps for itself, and names that only look as if they were rendered. */
export const ofFiles = ({ files }: TemplateSnapshot): ReadonlyArray<TemplateProblem> =>
  [...files.values()].flatMap(({ mode, path }): ReadonlyArray<TemplateProblem> => {
    if (/^\.dev-infra\.yml(?:\.liquid)?$/i.test(path)) return [{ path, problem: "the program itself writes this file into each project" }]
    if (mode === "symlink" && path.endsWith(".liquid")) return [{ path, problem: "a link is not rendered: it keeps its name with .liquid" }]
    return []
  })

/** All that is rendered. */
const renderedTexts = ({ files, manifest }: TemplateSnapshot): ReadonlyArray<string> => [
  ...files.keys(),
  ...[...files.values()].flatMap(({ content, mode, path }) => (mode !== "symlink" && path.endsWith(".liquid") ? [decoder.decode(content)] : [])),
  ...manifest.variables.flatMap(({ default: standard, when }) => [typeof standard === "string" ? standard : "", when ?? ""]),
  ...manifest.conditional.map(({ when }) => when),
  ...manifest.renamed.flatMap(({ from, to }) => [from, to]),
  manifest.messages.created ?? "",
  manifest.messages.updated ?? ""
]

/** Variables whose names stand nowhere. */
export const unusedVariables = (snapshot: TemplateSnapshot): ReadonlyArray<string> => {
  const words = new Set(renderedTexts(snapshot).flatMap((text) => text.match(/[A-Za-z][A-Za-z0-9_]*/g) ?? []))
  return snapshot.manifest.variables.map(({ name }) => name).filter((name) => !words.has(name))
}

const pointer = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n")

/** Files that stand for others, which git alone does not have. */
export const pointers = ({ files }: TemplateSnapshot): ReadonlyArray<string> =>
  [...files.values()].flatMap(({ content, path }) => (content.length < 1024 && path !== fileName && pointer.every((byte, at) => content[at] === byte) ? [path] : []))
