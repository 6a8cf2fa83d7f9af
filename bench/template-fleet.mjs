/**
 * A template in a git repository, and projects that were made from its first version and changed since, for measuring. The same options give the same files everywhere.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

const environment = {
  ...process.env,
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0"
}

const padded = (number, width) => String(number).padStart(width, "0")

const linesOf = (index, version) => [
  `file ${index}`,
  "",
  ...Array.from({ length: 24 }, (_, at) => `line ${at} of file ${index}${version > 0 && index % 5 === 0 && at === 3 ? `, version ${version}` : ""}`),
  ""
]

/** Every tenth file holds the name of the project; every fifth differs from version to version. */
const isRendered = (index) => index % 10 === 1

/** The files of a version, as a template has them: `name` stands for the project's name. */
export const templateFiles = (count, version, name) =>
  Array.from({ length: count }, (_, index) => ({
    path: `part-${padded(index % 20, 2)}/file-${padded(index, 4)}.txt${isRendered(index) ? ".liquid" : ""}`,
    text: linesOf(index, version).join("\n") + (isRendered(index) ? `made for ${name}\n` : "")
  }))

/** The files that a project has from the first version. */
export const projectFiles = (count, name) => templateFiles(count, 0, name).map(({ path, text }) => ({ path: path.replace(/\.liquid$/, ""), text }))

/** Writes files below a folder. */
export const writeFiles = (folder, files) => {
  const made = new Set()
  for (const { path, text } of files) {
    const place = join(folder, path)
    const around = dirname(place)
    if (!made.has(around)) mkdirSync(around, { recursive: true })
    made.add(around)
    writeFileSync(place, text)
  }
}

/** A bare repository with a commit and a tag (v1.0.0, v1.1.0, …) for each version. */
export const makeTemplateRepository = (folder, { files = 500, versions = 3 } = {}) => {
  mkdirSync(folder, { recursive: true })
  const git = (args, input) => execFileSync("git", args, { cwd: folder, env: environment, input, stdio: ["pipe", "pipe", "inherit"], maxBuffer: 1 << 30 }).toString()
  git(["init", "--quiet", "--bare", "--initial-branch=main"])
  const lines = []
  const data = (text) => lines.push(`data ${Buffer.byteLength(text)}`, text)
  for (let version = 0; version < versions; version++) {
    lines.push("commit refs/heads/main", `mark :${version + 1}`, `committer Fleet <fleet@example.invalid> ${1_700_000_000 + version} +0000`)
    data(`Version ${version}\n`)
    for (const { path, text } of [...templateFiles(files, version, "{{ name }}"), { path: "template.yml", text: `name: measured\nversion: 1.${version}.0\n` }]) {
      lines.push(`M 100644 inline ${path}`)
      data(text)
    }
    lines.push("", `reset refs/tags/v1.${version}.0`, `from :${version + 1}`, "")
  }
  git(["fast-import", "--quiet", "--done", "--date-format=raw"], `${lines.join("\n")}\ndone\n`)
  return git(["rev-parse", "v1.0.0^{commit}"]).trim()
}

/** A project that was made from the first version: some files are changed here too, one is gone, one is its own. */
export const makeProject = (folder, { commit, files = 500, id, name, source }) => {
  const own = projectFiles(files, name)
    .filter((_, index) => index !== 7)
    .map((file, index) => (index % 25 === 3 ? { ...file, text: file.text.replace("line 20 ", "our line 20 ") } : file))
  const metadata = [
    "template: measured",
    "version: v1.0.0",
    `source: ${source}`,
    `commit: ${commit}`,
    `id: ${id}`,
    "answers:",
    `  name: ${name}`,
    "  date: 2026-01-02",
    "  year: 2026",
    "  author: Fleet",
    ""
  ].join("\n")
  writeFiles(folder, [...own, { path: ".dev-infra.yml", text: metadata }, { path: "own.txt", text: "ours\n" }])
}
