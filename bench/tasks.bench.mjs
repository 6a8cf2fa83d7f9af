/**
 * Tasks: the list beside `--version`, a thousand commands beside `xargs`, an up-to-date check beside `xxhsum`, and many repositories. Run by `npm run bench -- tasks`.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compare, isInstalled, machine, medianOf, printGoal, printTable } from "./measure.mjs"
import { makeTemplateRepository, writeFiles } from "./template-fleet.mjs"

const cli = fileURLToPath(new URL("../apps/cli/dist/dev-infra.cjs", import.meta.url))
const node = process.execPath
const area = mkdtempSync(join(tmpdir(), "dev-infra-tasks-bench-"))
const env = { DEV_INFRA_HOME: join(area, "home"), HOME: area, XDG_CACHE_HOME: join(area, "cache"), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" }

let kept = true
const goal = (...parts) => {
  kept = printGoal(...parts) && kept
}

const idOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`
const numbers = (count) => Array.from({ length: count }, (_, index) => index)

/** What is measured has to work first. */
const expectOutput = (words, cwd, isRight, home = env) => {
  const { status, stderr, stdout } = spawnSync(node, [cli, ...words], { cwd, env: { ...process.env, ...home }, encoding: "utf8", maxBuffer: 1 << 30 })
  if (status !== 0 || !isRight(stdout, stderr)) throw new Error(`dev-infra ${words.join(" ")} ended with ${status}: ${stderr}${stdout.slice(0, 500)}`)
}

const taskfile = (tasks, more = "") => `version: "3"\n${more}tasks:\n${tasks.map(([name, text]) => `  ${name}: ${text}\n`).join("")}`

const measureList = () => {
  const folder = join(area, "list")
  const tasks = (count, prefix) => numbers(count).map((index) => [`${prefix}${index}`, `{ desc: "Task ${index} of ${prefix}", deps: [${prefix}${(index + 1) % count}], cmds: ["echo {{.GREETING}} ${index}"] }`])
  const includes = "vars: { GREETING: hello }\nincludes:\n  one: ./one\n  two: { taskfile: ./two/Taskfile.yml, dir: ./two }\n  three: ./three\n"
  writeFiles(folder, [
    { path: "Taskfile.yml", text: taskfile(tasks(25, "own"), includes) },
    ...["one", "two", "three"].map((name) => ({ path: `${name}/Taskfile.yml`, text: taskfile(tasks(25, "part")) }))
  ])
  expectOutput(["task", "--list"], folder, (stdout) => stdout.split("\n").filter((line) => line.startsWith("* ")).length === 100)
  const result = compare(
    [
      { name: "dev-infra --version", command: [node, cli, "--version"], cwd: folder, env },
      { name: "dev-infra task --list", command: [node, cli, "task", "--list"], cwd: folder, env },
      { name: "the same, nothing kept", command: [node, cli, "task", "--list"], cwd: folder, env, before: () => rmSync(join(area, "home"), { recursive: true, force: true }) }
    ],
    { rounds: 15, warmUp: 3 }
  )
  printTable("The list of 100 tasks in 4 files", result, "dev-infra --version")
  goal("task --list beside --version", medianOf(result, "dev-infra task --list") / medianOf(result, "dev-infra --version"), 1.3)
}

const measureCommands = () => {
  const count = 1000
  const folder = join(area, "commands")
  const names = numbers(count).map((index) => `t${index}`)
  writeFiles(folder, [{ path: "Taskfile.yml", text: taskfile([["all", `{ deps: [${names.join(", ")}] }`], ...names.map((name) => [name, "{ cmds: [\"true\"] }"])], "silent: true\n") }])
  expectOutput(["task", "all"], folder, () => true)
  const result = compare(
    [
      { name: "xargs -P2 bash -c true", command: ["bash", "-c", `seq ${count} | xargs -P2 -n1 bash -c true`], cwd: folder },
      { name: "dev-infra task all", command: [node, cli, "task", "all"], cwd: folder, env }
    ],
    { rounds: 7, warmUp: 1 }
  )
  printTable("1,000 tasks that do nothing, in one graph", result, "xargs -P2 bash -c true")
  goal("1,000 tasks beside xargs", medianOf(result, "dev-infra task all") / medianOf(result, "xargs -P2 bash -c true"), 1.5)
}

const measureUpToDate = () => {
  const folder = join(area, "sources")
  writeFiles(folder, [
    { path: "Taskfile.yml", text: taskfile([["build", "{ sources: [\"src/**/*.txt\"], cmds: [\"true\"] }"]]) },
    ...numbers(10_000).map((index) => ({ path: `src/part-${index % 100}/file-${index}.txt`, text: `file ${index}\n`.repeat(200 + (index % 100)) }))
  ])
  expectOutput(["task", "build"], folder, () => true)
  expectOutput(["task", "build"], folder, (_, stderr) => stderr.includes("up to date"))
  const check = { name: "dev-infra task build", command: [node, cli, "task", "build"], cwd: folder, env }
  const reference = { name: "xxhsum", command: ["bash", "-c", "find src -name '*.txt' -print0 | xargs -0 xxhsum -H2 > /dev/null"], cwd: folder }
  const result = compare(isInstalled("xxhsum") ? [reference, check] : [check], { rounds: 9, warmUp: 2 })
  printTable("Are 10,000 files as they were?", result, "xxhsum")
  if (!isInstalled("xxhsum")) return console.log("  not installed here: xxhsum (Debian: xxhash)")
  goal("the check beside xxhsum", medianOf(result, "dev-infra task build") / medianOf(result, "xxhsum"), 1.5)
}

/** A home whose registry has these projects. */
const makeHome = (name, folders) => {
  const home = join(area, name)
  mkdirSync(home, { mode: 0o700, recursive: true })
  const projects = folders.map((path, index) => ({ id: idOf(index), name: `project-${index}`, path, status: "active" }))
  writeFileSync(join(home, "registry.json"), `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n`)
  return { ...env, DEV_INFRA_HOME: home }
}

const measureFleet = () => {
  const folders = numbers(200).map((index) => join(area, "fleet", `project-${index}`))
  for (const folder of folders) writeFiles(folder, [{ path: "Taskfile.yml", text: taskfile([["true", "{ cmds: [\"true\"] }"]]) }])
  const home = makeHome("fleet-home", folders)
  const words = ["run", "true", "--all", "--yes", "--trust"]
  expectOutput(words, area, () => true, home)
  const list = join(area, "folders")
  writeFileSync(list, `${folders.join("\n")}\n`)
  const result = compare(
    [
      { name: "xargs -P2 bash", command: ["bash", "-c", `xargs -P2 -n1 bash -c 'cd "$0" && bash -e -c true' < '${list}'`] },
      { name: "xargs -P2 dev-infra task", command: ["bash", "-c", `xargs -P2 -n1 '${node}' '${cli}' task -s -d {} true`.replace("-n1", "-I{}") + ` < '${list}'`], env },
      { name: "dev-infra run true --all", command: [node, cli, ...words], cwd: area, env: home }
    ],
    { rounds: 3, warmUp: 1 }
  )
  printTable("One task in 200 repositories", result, "xargs -P2 bash")
  goal("run true --all beside xargs -P2", medianOf(result, "dev-infra run true --all") / medianOf(result, "xargs -P2 bash"), 1.2)
}

const measureInheritance = () => {
  const repository = join(area, "library.git")
  const commit = makeTemplateRepository(repository, { files: 20 })
  const url = `file://${repository}`
  const tree = spawnSync("git", ["--git-dir", repository, "rev-parse", `${commit}^{tree}`], { encoding: "utf8" }).stdout.trim()
  const folders = numbers(1000).map((index) => join(area, "heirs", `project-${index}`))
  for (const [index, folder] of folders.entries()) {
    writeFiles(folder, [
      { path: "Taskfile.yml", text: taskfile([["build", "{ deps: [\"infra:test\"], cmds: [\"true\"] }"]]) },
      { path: ".dev-infra.yml", text: `id: ${idOf(index)}\ninherits:\n  - name: infra\n    from: git+${url}\n    ref: v1.0.0\n` },
      { path: "dev-infra.lock", text: `version: 1\nlibraries:\n  infra:\n    url: ${url}\n    ref: v1.0.0\n    commit: ${commit}\n    tree: ${tree}\n` }
    ])
  }
  const home = makeHome("heirs-home", folders)
  expectOutput(["inherit", "list"], area, (stdout) => stdout.split("\n").filter((line) => line.includes("v1.0.0")).length >= 1000, home)
  const result = compare([{ name: "dev-infra inherit list", command: [node, cli, "inherit", "list"], cwd: area, env: home }], { rounds: 5, warmUp: 1 })
  printTable("Which of 1,000 repositories inherit what", result, "dev-infra inherit list")
  goal("inherit list over 1,000 repositories", medianOf(result, "dev-infra inherit list") / 1000, 2, "s")
}

try {
  console.log(machine())
  for (const measure of [measureList, measureCommands, measureUpToDate, measureFleet, measureInheritance]) measure()
  if (!kept) process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
