/**
 * The state of 1,000 repositories: `dev-infra status --git` beside the fastest that git itself allows and beside what else
 * one would use. Run by `npm run bench git-status`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { makeFleet } from "./fleet.mjs"
import { compare, machine, medianOf, printGoal, printTable } from "./measure.mjs"

const cli = fileURLToPath(new URL("../apps/cli/dist/dev-infra.cjs", import.meta.url))
const area = mkdtempSync(join(tmpdir(), "dev-infra-bench-"))
const git = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" }

/** Two shells, each with half of the repositories, that do nothing but run git. */
const twoLoops = `
for list in "$1" "$2"; do
  while IFS= read -r folder; do git -C "$folder" status --porcelain=v2 --branch; done < "$list" > "$list.out" &
done
wait`

try {
  console.log(machine())
  const { repositories } = await makeFleet(join(area, "fleet"), { count: 1000, files: 0, modules: 0 })
  const home = join(area, "home")
  mkdirSync(join(home, "gita"), { recursive: true })
  const projects = repositories.map((path, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    template: "unknown",
    version: "unknown",
    status: "active"
  }))
  writeFileSync(join(home, "registry.json"), `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n`)
  writeFileSync(join(home, "gita", "repos.csv"), projects.map(({ name, path }) => `${path},${name},,[]\n`).join(""))
  writeFileSync(join(home, "mrconfig"), projects.map(({ path }) => `[${path}]\ncheckout = true\n`).join(""))
  const halves = [0, 1].map((half) => {
    const list = join(area, `half-${half}`)
    writeFileSync(list, repositories.filter((_, index) => index % 2 === half).map((path) => `${path}\n`).join(""))
    return list
  })
  const limit = "two shell loops of git status"
  const env = { ...git, DEV_INFRA_HOME: home, XDG_CACHE_HOME: join(area, "cache") }
  const result = compare(
    [
      { name: limit, command: ["sh", "-c", twoLoops, "sh", ...halves], env: git },
      { name: "dev-infra status --git", command: [process.execPath, cli, "status", "--git"], env },
      { name: "dev-infra status --dirty", command: [process.execPath, cli, "status", "--dirty"], env }
    ],
    { rounds: 9, warmUp: 2 }
  )
  printTable("State of 1,000 repositories", result, limit)
  const kept = printGoal("status --git beside the limit", medianOf(result, "dev-infra status --git") / medianOf(result, limit), 1.3)
  const others = compare(
    [
      { name: "dev-infra status --git", command: [process.execPath, cli, "status", "--git"], env },
      { name: "gita ll", command: ["gita", "ll"], env: { ...git, XDG_CONFIG_HOME: home } },
      {
        name: "mr status",
        command: ["mr", "--trust-all", "-m", "-c", join(home, "mrconfig"), "status"],
        cwd: join(area, "fleet"),
        env: { ...git, HOME: home }
      },
      { name: "meta git status", command: ["meta", "git", "status"], cwd: join(area, "fleet"), env: git }
    ],
    { rounds: 3, warmUp: 0 }
  )
  printTable("The same beside other tools", others, "dev-infra status --git")
  if (!kept) process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
