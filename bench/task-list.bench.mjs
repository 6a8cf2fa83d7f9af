/**
 * The list of tasks of a repository with three includes and a hundred tasks: `dev-infra task --list` beside `dev-infra --version`. Run by `npm run bench task-list`.
 */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compare, machine, medianOf, printGoal, printTable } from "./measure.mjs"

const cli = fileURLToPath(new URL("../apps/cli/dist/dev-infra.cjs", import.meta.url))
const area = mkdtempSync(join(tmpdir(), "dev-infra-bench-"))

const tasks = (name, count) =>
  Array.from({ length: count }, (_, at) => `  ${name}${at}:\n    desc: Task ${at} of ${name}\n    deps: [${at === 0 ? "" : `${name}${at - 1}`}]\n    cmds:\n      - echo "{{.NAME}} ${at}"\n`).join("")

try {
  console.log(machine())
  const includes = ["lint", "build", "deploy"]
  const repositories = ["same", "changed"].map((name) => join(area, name))
  for (const repository of repositories) {
    mkdirSync(repository)
    writeFileSync(join(repository, "Taskfile.yml"), `version: '3'\nvars: {NAME: api}\nincludes:\n${includes.map((name) => `  ${name}: ./${name}.yml\n`).join("")}tasks:\n${tasks("own", 25)}`)
    for (const name of includes) writeFileSync(join(repository, `${name}.yml`), `version: '3'\ntasks:\n${tasks(name, 25)}`)
  }
  const [same, changed] = repositories
  const env = { HOME: area, DEV_INFRA_HOME: join(area, "home"), XDG_CACHE_HOME: join(area, "cache") }
  const node = process.execPath
  const list = "dev-infra task --list"
  const version = "dev-infra --version"
  const result = compare(
    [
      { name: version, command: [node, cli, "--version"], env },
      { name: list, command: [node, cli, "task", "--list"], env, cwd: same },
      { name: "dev-infra task --list, a file changed", command: [node, cli, "task", "--list"], env, cwd: changed, before: () => appendFileSync(join(changed, "lint.yml"), "# more\n") }
    ],
    { rounds: 31, warmUp: 4 }
  )
  printTable("A list of 100 tasks with 3 includes", result, list)
  if (!printGoal("task --list beside --version", medianOf(result, list) / medianOf(result, version), 1.3)) process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
