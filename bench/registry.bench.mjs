/**
 * Start-up and the registry: `dev-infra` beside what else one would use. Run by `npm run bench registry`.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compare, isInstalled, machine, medianOf, peakMemory, printGoal, printTable } from "./measure.mjs"

const cli = fileURLToPath(new URL("../apps/cli/dist/dev-infra.cjs", import.meta.url))
const node = process.execPath
const area = mkdtempSync(join(tmpdir(), "dev-infra-bench-"))

const projectOf = (folder, index) => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  name: `repo-${String(index).padStart(5, "0")}`,
  path: join(folder, `t${index % 20}`, `g${Math.floor(index / 20) % 10}`, `repo-${String(index).padStart(5, "0")}`),
  template: "standard-project",
  version: "0.8.0",
  created: "2025-12-19",
  repository: `https://git.example.invalid/acme/repo-${index}.git`,
  status: "active",
  description: "What this project is for, in a sentence of usual length.",
  tags: ["one", "two"]
})

/** A home with `count` projects whose folders exist (every hundredth does not), and the same list for gita and mr. */
const makeHome = (count) => {
  const home = join(area, `home-${count}`)
  const folder = join(area, `projects-${count}`)
  const projects = Array.from({ length: count }, (_, index) => projectOf(folder, index))
  for (const [index, { path }] of projects.entries()) if (index % 100 !== 99) mkdirSync(join(path, ".git"), { recursive: true })
  mkdirSync(join(home, "gita"), { recursive: true, mode: 0o700 })
  writeFileSync(join(home, "registry.json"), `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n`)
  writeFileSync(join(home, "gita", "repos.csv"), projects.map(({ name, path }) => `${path},${name},,[]\n`).join(""))
  writeFileSync(join(home, "mrconfig"), projects.map(({ path }) => `[${path}]\ncheckout = true\n`).join(""))
  return { home, registry: join(home, "registry.json"), projects, folder }
}

const devInfra = (home, ...args) => ({
  command: [node, cli, ...args],
  env: { DEV_INFRA_HOME: home, XDG_CACHE_HOME: join(area, "cache") }
})

const bare = { name: "node -e 0", command: [node, "-e", "0"] }
let kept = true
const goal = (...parts) => {
  kept = printGoal(...parts) && kept
}

try {
  console.log(machine())
  const small = makeHome(100)
  const startUp = compare(
    [
      bare,
      { name: "dev-infra --version", ...devInfra(small.home, "--version") },
      { name: "dev-infra list, 100 projects", ...devInfra(small.home, "list") },
      { name: "dev-infra path NAME", ...devInfra(small.home, "path", "repo-00042") },
      { name: "dev-infra --help", ...devInfra(small.home, "--help") }
    ],
    { rounds: 25, warmUp: 4 }
  )
  printTable("Start-up", startUp, "node -e 0")
  goal("--version beside node -e 0", medianOf(startUp, "dev-infra --version") / medianOf(startUp, "node -e 0"), 1.5)
  goal("list of 100 beside node -e 0", medianOf(startUp, "dev-infra list, 100 projects") / medianOf(startUp, "node -e 0"), 2)

  const large = makeHome(10_000)
  const jq = "jq name and path"
  const lists = compare(
    [
      bare,
      { name: "dev-infra list", ...devInfra(large.home, "list") },
      { name: jq, command: ["jq", "-r", ".projects[] | [.name,.path]", large.registry] },
      { name: "gita ls", command: ["gita", "ls"], env: { GITA_PROJECT_HOME: large.home, XDG_CONFIG_HOME: large.home } },
      // mr ends with 1 because of the folders that are missing
      { name: "mr list", command: ["mr", "--trust-all", "-c", join(large.home, "mrconfig"), "list"], cwd: large.folder, env: { HOME: large.home }, status: 1 }
    ],
    { rounds: 11, warmUp: 2 }
  )
  printTable("List of 10,000 projects, missing marks included", lists, isInstalled("jq") ? jq : "node -e 0")
  if (isInstalled("jq")) goal("list beside jq", medianOf(lists, "dev-infra list") / medianOf(lists, jq), 1.3)
  for (const other of ["gita ls", "mr list"]) {
    if (lists.rows.some(({ name }) => name === other)) goal(`list beside ${other}`, medianOf(lists, "dev-infra list") / medianOf(lists, other), 1)
  }

  const floor = peakMemory({ command: [node, "-e", "0"] })
  const peak = peakMemory(devInfra(large.home, "list"))
  console.log(`\nPeak memory of list at 10,000: ${peak.toFixed(0)} MiB, node -e 0: ${floor.toFixed(0)} MiB`)
  goal("memory above node -e 0", peak - floor, 50, "MiB")

  const fresh = join(area, "fresh")
  execFileSync("git", ["init", "-q", fresh], { env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" } })
  const adding = compare(
    [
      { name: "dev-infra list", ...devInfra(large.home, "list") },
      {
        name: "dev-infra add, one to 10,000",
        ...devInfra(large.home, "add", fresh),
        before: () => writeFileSync(large.registry, `${JSON.stringify({ version: "1.0", projects: large.projects }, null, 2)}\n`)
      }
    ],
    { rounds: 11, warmUp: 2 }
  )
  printTable("Add one project to 10,000", adding, "dev-infra list")
  goal("add beside list", medianOf(adding, "dev-infra add, one to 10,000") / medianOf(adding, "dev-infra list"), 2)
  if (!kept) process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
