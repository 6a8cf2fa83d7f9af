/**
 * A fleet of small git repositories among ordinary files, for measuring. The same options give the same commits everywhere.
 *
 *   node bench/fleet.mjs FOLDER [--count 1000] [--files 50000] [--dirty 5] [--modules 50]
 *
 * count: repositories. files: ordinary files outside them, fifty a folder. dirty: percent of the repositories with a change,
 * by turns a modified and an untracked file. modules: repositories that carry an ignored node_modules of fifty files.
 *
 * Repositories lie three to five levels deep. Each has two commits on `main`, a remote `origin`, and a remote-tracking branch:
 * every fourth is one commit ahead of it. Every tenth has the branch `topic` checked out.
 *
 * Two processes make one repository: `git fast-import` its history, `git reset` its index. The files get the time of the last
 * commit before that: git reads a file again each time if it is as young as the index.
 */
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const environment = {
  ...process.env,
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0"
}

const git = (folder, args, input) =>
  new Promise((resolve, reject) => {
    const child = execFile("git", args, { cwd: folder, env: environment }, (error, stdout) => (error ? reject(error) : resolve(stdout)))
    child.stdin.on("error", () => {})
    child.stdin.end(input ?? "")
  })

const padded = (number, width) => String(number).padStart(width, "0")

/** Where a repository lies below the fleet. */
const placeOf = (index) => {
  const group = join("code", `area-${padded(index % 25, 2)}`)
  const name = `project-${padded(index, 5)}`
  if (index % 5 === 0) return join(group, `team-${index % 7}`, `part-${index % 3}`, name)
  return index % 2 === 0 ? join(group, `team-${index % 7}`, name) : join(group, name)
}

const filesOf = (name, index) => ({
  "README.md": `# ${name}\n\nMade for measuring.\n`,
  "package.json": `${JSON.stringify({ name, version: `1.0.${index}`, private: true }, null, 2)}\n`,
  ".gitignore": "node_modules/\nbuild/\n",
  "src/main.js": `export const number = ${index}\n`
})

/** The input of `git fast-import`: two commits on main, the remote-tracking branch, and `topic` where it is due. */
const historyOf = (name, index, files) => {
  const lines = []
  const data = (text) => lines.push(`data ${Buffer.byteLength(text)}`, text)
  const commit = (reference, mark, time, message, contents, from) => {
    lines.push(`commit ${reference}`, `mark :${mark}`)
    lines.push(`author Fleet <fleet@example.invalid> ${time} +0000`, `committer Fleet <fleet@example.invalid> ${time} +0000`)
    data(message)
    if (from !== undefined) lines.push(`from :${from}`)
    for (const [path, text] of Object.entries(contents)) {
      lines.push(`M 100644 inline ${path}`)
      data(text)
    }
    lines.push("")
  }
  commit("refs/heads/main", 1, 1_700_000_000 + index, `Start ${name}\n`, { ...files, "README.md": `# ${name}\n` })
  commit("refs/heads/main", 2, 1_710_000_000 + index, `Describe ${name}\n`, { "README.md": files["README.md"] }, 1)
  lines.push("reset refs/remotes/origin/main", `from :${index % 4 === 0 ? 1 : 2}`, "")
  if (index % 10 === 0) lines.push("reset refs/heads/topic", "from :2", "")
  return `${lines.join("\n")}\ndone\n`
}

const configOf = (name) =>
  [
    "[core]",
    "\trepositoryformatversion = 0",
    "\tfilemode = true",
    "\tbare = false",
    "\tlogallrefupdates = true",
    '[remote "origin"]',
    `\turl = https://git.example.invalid/fleet/${name}.git`,
    "\tfetch = +refs/heads/*:refs/remotes/origin/*",
    '[branch "main"]',
    "\tremote = origin",
    "\tmerge = refs/heads/main",
    ""
  ].join("\n")

const write = (folder, files) => {
  for (const [path, text] of Object.entries(files)) {
    const slash = path.lastIndexOf("/")
    if (slash > 0) mkdirSync(join(folder, path.slice(0, slash)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const modules = (folder) => {
  for (const name of ["alpha", "beta", "gamma", "delta", "omega"]) {
    const files = Array.from({ length: 10 }, (_, index) => [`node_modules/${name}/${index < 5 ? "" : "lib/"}file-${index}.js`, `// ${name} ${index}\n`])
    write(folder, Object.fromEntries(files))
  }
}

const makeRepository = async (root, index, { dirty, hasModules }) => {
  const name = `project-${padded(index, 5)}`
  const folder = join(root, placeOf(index))
  const files = filesOf(name, index)
  mkdirSync(join(folder, ".git/objects/pack"), { recursive: true })
  mkdirSync(join(folder, ".git/refs/heads"), { recursive: true })
  write(folder, { ...files, ".git/HEAD": `ref: refs/heads/${index % 10 === 0 ? "topic" : "main"}\n`, ".git/config": configOf(name) })
  await git(folder, ["fast-import", "--quiet", "--done", "--date-format=raw"], historyOf(name, index, files))
  for (const path of Object.keys(files)) utimesSync(join(folder, path), 1_710_000_000 + index, 1_710_000_000 + index)
  await git(folder, ["reset", "--quiet"])
  if (hasModules) modules(folder)
  // 7919 and 100 have no common factor, so the changed ones are spread evenly.
  const turn = (index * 7919) % 100
  if (turn < dirty) write(folder, (turn + Math.floor(index / 100)) % 2 === 0 ? { "src/main.js": "export const number = -1\n" } : { "notes.txt": "new\n" })
  return { folder, isDirty: turn < dirty }
}

/**
 * Makes a fleet in a folder that does not exist yet.
 *
 * @returns where it is, its repositories in order, and how many of them are dirty
 */
export const makeFleet = async (folder, { count = 1000, files = 50_000, dirty = 5, modules: modulesCount = Math.floor(count / 20) } = {}) => {
  if (existsSync(folder)) throw new Error(`${folder} exists; remove it first`)
  mkdirSync(folder, { recursive: true })
  const root = realpathSync(folder)
  for (let first = 0; first < files; first += 50) {
    const place = first / 50
    const inner = join(root, "files", `a${place % 10}`, `b${Math.floor(place / 10) % 10}`, `c${Math.floor(place / 100)}`)
    mkdirSync(inner, { recursive: true })
    for (let index = first; index < Math.min(first + 50, files); index++) writeFileSync(join(inner, `file-${index - first}.txt`), `${index}\n`)
  }
  const made = []
  let next = 1
  const every = modulesCount > 0 ? count / modulesCount : Infinity
  const worker = async () => {
    for (let index = next++; index <= count; index = next++) {
      const hasModules = Math.floor(index / every) > Math.floor((index - 1) / every)
      made[index - 1] = await makeRepository(root, index, { dirty, hasModules })
    }
  }
  await Promise.all(Array.from({ length: cpus().length + 1 }, worker))
  return { root, repositories: made.map((each) => each.folder), dirty: made.filter((each) => each.isDirty).length }
}

/** Removes a fleet. */
export const removeFleet = (root) => rmSync(root, { recursive: true, force: true })

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const number = { type: "string" }
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { count: number, files: number, dirty: number, modules: number } })
  if (positionals.length !== 1) {
    console.error("usage: node bench/fleet.mjs FOLDER [--count N] [--files N] [--dirty PERCENT] [--modules N]")
    process.exit(2)
  }
  const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]))
  const fleet = await makeFleet(positionals[0], options)
  console.log(`${fleet.root}: ${fleet.repositories.length} repositories, ${fleet.dirty} of them dirty`)
}
