/**
 * Finding 1,000 repositories among 50,000 files: `dev-infra scan` beside fd (plus the start of one Node.js process, which fd
 * does not need) and gita. Run by `npm run bench discovery`.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { makeFleet } from "./fleet.mjs"
import { compare, isInstalled, machine, medianOf, printGoal, printTable } from "./measure.mjs"

const cli = fileURLToPath(new URL("../apps/cli/dist/dev-infra.cjs", import.meta.url))
const area = mkdtempSync(join(tmpdir(), "dev-infra-bench-"))
const fd = isInstalled("fdfind") ? "fdfind" : "fd"

try {
  console.log(machine())
  const fleet = join(area, "fleet")
  await makeFleet(fleet, { count: 1000, files: 50_000, modules: 50 })
  const env = { DEV_INFRA_HOME: join(area, "home"), XDG_CACHE_HOME: join(area, "cache"), GIT_CONFIG_GLOBAL: "/dev/null" }
  const gitaHome = join(area, "gita-home")
  const scan = "dev-infra scan"
  const result = compare(
    [
      { name: "node -e 0", command: [process.execPath, "-e", "0"] },
      { name: "fd", command: [fd, "-HI", "--prune", "^\\.git$", fleet] },
      { name: "find", command: ["find", fleet, "-name", ".git", "-prune", "-print"] },
      { name: scan, command: [process.execPath, cli, "scan", fleet], env },
      {
        name: "gita add -r, nothing known yet",
        command: ["gita", "add", "-r", fleet],
        env: { XDG_CONFIG_HOME: gitaHome },
        before: () => {
          rmSync(gitaHome, { recursive: true, force: true })
          mkdirSync(gitaHome)
        }
      }
    ],
    { rounds: 9, warmUp: 2 }
  )
  printTable("Discover 1,000 repositories among 50,000 files", result, scan)
  let kept = true
  if (result.rows.some(({ name }) => name === "fd")) {
    const sum = medianOf(result, "fd") + medianOf(result, "node -e 0")
    kept = printGoal("scan beside fd + node -e 0", medianOf(result, scan) / sum, 1.3)
  }
  const gita = result.rows.find(({ name }) => name.startsWith("gita"))
  if (gita !== undefined) kept = printGoal("scan beside gita add -r", medianOf(result, scan) / gita.median, 1) && kept
  if (!kept) process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
