/**
 * Projects from templates: `new` beside `cookiecutter`, plans of one project and of many, how often git objects are read, and memory. Run by `npm run bench -- templates`.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compare, isInstalled, machine, medianOf, peakMemory, printGoal, printTable } from "./measure.mjs"
import { makeProject, makeTemplateRepository, projectFiles, templateFiles, writeFiles } from "./template-fleet.mjs"

const cli = fileURLToPath(new URL("../apps/cli/dist/dev-infra.cjs", import.meta.url))
const node = process.execPath
const area = mkdtempSync(join(tmpdir(), "dev-infra-templates-bench-"))
const quiet = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_AUTHOR_NAME: "Bench", GIT_AUTHOR_EMAIL: "bench@example.invalid", GIT_COMMITTER_NAME: "Bench", GIT_COMMITTER_EMAIL: "bench@example.invalid" }

let kept = true
const goal = (...parts) => {
  kept = printGoal(...parts) && kept
}

const environment = (home) => ({ ...quiet, DEV_INFRA_HOME: join(area, home), HOME: area, XDG_CACHE_HOME: join(area, "cache") })

/** Runs dev-infra once, before anything is measured. */
const prepare = (home, ...words) => {
  const { status, stderr } = spawnSync(node, [cli, ...words], { cwd: area, env: { ...process.env, ...environment(home) }, encoding: "utf8" })
  if (status !== 0) throw new Error(`dev-infra ${words.join(" ")} ended with ${status}: ${stderr}`)
}

const idOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`

const measureNew = () => {
  const count = 500
  const ours = join(area, "local-template")
  const theirs = join(area, "cookiecutter-template")
  writeFiles(ours, templateFiles(count, 0, "{{ name }}"))
  writeFiles(join(theirs, "{{cookiecutter.name}}"), templateFiles(count, 0, "{{ cookiecutter.name }}").map(({ path, text }) => ({ path: path.replace(/\.liquid$/, ""), text })))
  writeFileSync(join(theirs, "cookiecutter.json"), `${JSON.stringify({ name: "made" })}\n`)
  const out = join(area, "out")
  const before = () => {
    rmSync(out, { recursive: true, force: true })
    rmSync(join(area, "new-home"), { recursive: true, force: true })
    mkdirSync(out)
  }
  const words = ["new", "made", "--template", ours, "--defaults"]
  const env = environment("new-home")
  const reference = { name: "cookiecutter", command: ["cookiecutter", "--no-input", "-o", out, theirs, "name=made"], cwd: out, env, before }
  const mine = { name: "dev-infra new --no-git", command: [node, cli, ...words, "--no-git"], cwd: out, env, before }
  for (const { command } of isInstalled("cookiecutter") ? [reference, mine] : [mine]) {
    before()
    spawnSync(command[0], command.slice(1), { cwd: out, env: { ...process.env, ...env } })
    for (const { path, text } of projectFiles(count, "made")) {
      const there = existsSync(join(out, "made", path)) ? readFileSync(join(out, "made", path), "utf8") : "nothing"
      if (there.trimEnd() !== text.trimEnd()) throw new Error(`${command[0]} does not make ${path} as it should be`)
    }
  }
  const result = compare([reference, mine, { ...mine, name: "dev-infra new, with git and a commit", command: [node, cli, ...words] }], { rounds: 9, warmUp: 2 })
  printTable(`A project of ${count} files`, result, "cookiecutter")
  if (result.missing.length === 0) goal("new beside cookiecutter, the same content", medianOf(result, "dev-infra new --no-git") / medianOf(result, "cookiecutter"), 1)
}

const measurePlan = () => {
  const repository = join(area, "template-500.git")
  const commit = makeTemplateRepository(repository, { files: 500 })
  const source = `git+file://${repository}`
  const folder = join(area, "one")
  makeProject(folder, { commit, id: idOf(1), name: "one", source })
  prepare("plan-home", "template", "add", "measured", source)
  const result = compare(
    [
      { name: "node -e 0", command: [node, "-e", "0"] },
      { name: "dev-infra plan", command: [node, cli, "plan", folder, "--json"], env: environment("plan-home") }
    ],
    { rounds: 9, warmUp: 2 }
  )
  printTable("The plan of a project of 500 files, 100 of them changed by the template and 20 by the project", result, "node -e 0")
  goal("plan for 500 files", medianOf(result, "dev-infra plan"), 500, "ms")
}

/** A home with so many projects on one template of 50 files. */
const makeFleet = (home, count, files = 50) => {
  const repository = join(area, `template-${files}.git`)
  const commit = existsSync(repository) ? spawnSync("git", ["--git-dir", repository, "rev-parse", "v1.0.0^{commit}"], { encoding: "utf8" }).stdout.trim() : makeTemplateRepository(repository, { files })
  const source = `git+file://${repository}`
  const projects = Array.from({ length: count }, (_, at) => {
    const name = `project-${String(at).padStart(3, "0")}`
    const folder = join(area, `fleet-${count}`, name)
    makeProject(folder, { commit, files, id: idOf(at), name, source })
    return { id: idOf(at), name, path: folder, template: "measured", version: "v1.0.0", status: "active" }
  })
  mkdirSync(join(area, home), { mode: 0o700, recursive: true })
  writeFileSync(join(area, home, "registry.json"), `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n`)
  prepare(home, "template", "add", "measured", source)
}

/** How often the program asked git for objects, told by a program `git` of our own that writes down what it is asked. */
const gitCalls = (home) => {
  const bin = join(area, "bin")
  const log = join(area, "git.log")
  mkdirSync(bin, { recursive: true })
  const real = spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim()
  writeFileSync(join(bin, "git"), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nexec '${real}' "$@"\n`)
  chmodSync(join(bin, "git"), 0o755)
  rmSync(log, { force: true })
  const { status, stderr } = spawnSync(node, [cli, "plan", "--all", "--json"], { cwd: area, env: { ...process.env, ...environment(home), PATH: `${bin}:${process.env.PATH}` }, encoding: "utf8", maxBuffer: 1 << 30 })
  if (status !== 0) throw new Error(`plan --all ended with ${status}: ${stderr}`)
  const calls = existsSync(log) ? readFileSync(log, "utf8").split("\n") : []
  return calls.filter((line) => line.endsWith("cat-file --batch")).length
}

const measureFleet = () => {
  makeFleet("home-200", 200)
  makeFleet("home-1000", 1000)
  const planAll = (home) => ({ command: [node, cli, "plan", "--all", "--json"], cwd: area, env: environment(home) })
  const result = compare([{ name: "node -e 0", command: [node, "-e", "0"] }, { name: "dev-infra plan --all", ...planAll("home-200") }], { rounds: 5, warmUp: 1 })
  printTable("Plans of 200 projects on one template of 50 files", result, "node -e 0")
  goal("plan --all over 200 projects", medianOf(result, "dev-infra plan --all") / 1000, 10, "s")
  goal("times that git objects are read for 200 projects and 2 versions", gitCalls("home-200"), 2, "reads")
  if (!isInstalled("python3")) return console.log("  not installed here: python3, which tells the memory")
  const [few, many] = ["home-200", "home-1000"].map((home) => peakMemory(planAll(home), 3))
  console.log(`  memory at its peak: ${few.toFixed(0)} MiB for 200 projects, ${many.toFixed(0)} MiB for 1,000`)
  goal("memory of 1,000 projects beside that of 200", many / few, 1.3)
}

try {
  console.log(machine())
  measureNew()
  measurePlan()
  measureFleet()
  if (!kept) process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
