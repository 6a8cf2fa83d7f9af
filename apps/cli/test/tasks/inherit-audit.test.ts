/**
 * Audits of what projects inherit, with the built program and real repositories.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { devInfra, ensureBuilt, makePlace, type Place } from "../Binary.js"
import { git, write } from "../templates/updatedProject.js"

let place: Place

beforeAll(ensureBuilt)
afterEach(() => place.remove())

const path = (...parts: ReadonlyArray<string>): string => join(place.home, ...parts)

const commit = (folder: string, files: Parameters<typeof write>[1], tag?: string): string => {
  write(folder, files)
  git(folder, "add", "--all")
  git(folder, "commit", "-q", "-m", "change")
  if (tag !== undefined) git(folder, "tag", tag)
  return git(folder, "rev-parse", "HEAD").trim()
}

const library = (setup: string, test = "echo test"): string => `version: '3'\ntasks:\n  test:\n    cmds: [${test}]\n  ${setup}:\n    aliases: [prepare]\n    cmds: [echo setup]\n`

const caller = `version: '3'

tasks:
  setup:
    cmds:
      # first of all
      - task: infra:dev:setup   # from infra
      - task infra:dev:setup
  test:
    deps: [infra:test]
    cmds: [echo own]
`

const command = (line: string, options: Parameters<typeof devInfra>[2] = {}) => devInfra(place, line.split(" "), options)

/** In which whatever would start a process is refused, and told. */
const alone = async (line: string, folder?: string) => {
  const log = path("started")
  const ended = await command(line, { environment: { NODE_OPTIONS: `--require=${join(import.meta.dirname, "noProcesses.cjs")}`, STARTED_LOG: log }, ...(folder === undefined ? {} : { folder }) })
  assert.isFalse(existsSync(log), `${line} started something`)
  return ended
}

beforeEach(async () => {
  place = makePlace()
  mkdirSync(path("infra"))
  git(path("infra"), "init", "-q", "-b", "main")
  commit(path("infra"), { "Taskfile.yml": library("dev:setup") }, "v1.0.0")
  commit(path("infra"), { "README.md": "more\n" })
  const migrations = "migrations:\n  v2.0.0:\n    tasks:\n      dev:setup: setup:dev\n"
  commit(path("infra"), { "Taskfile.yml": library("setup:dev", "echo other"), "migrations.yml": migrations }, "v2.0.0")
  for (const name of ["api", "web"]) {
    mkdirSync(path(name))
    git(path(name), "init", "-q", "-b", "main")
    const links = `# ours\nname: ${name}\ninherits:\n  - name: infra # tasks\n    from: git+file://${path("infra")}\n    ref: v1.0.0\n`
    commit(path(name), { "Taskfile.yml": caller, ".dev-infra.yml": links })
  }
  assert.strictEqual((await command("add infra api web")).exitCode, 0)
  const synced = await command("inherit sync --all")
  assert.strictEqual(synced.exitCode, 0, synced.stderr)
})

describe("dev-infra inherit list and drift", () => {
  it("tell who has which version, and how far behind it is", async () => {
    const listed = await alone("inherit list --json")
    assert.strictEqual(listed.exitCode, 0, listed.stderr)
    const { uses } = JSON.parse(listed.stdout)
    assert.deepStrictEqual(
      uses.map((use: { name: string; project: { name: string }; ref: string; lock: string; behind: object }) => [use.project.name, use.name, use.ref, use.lock, use.behind]),
      ["api", "web"].map((name) => [name, "infra", "v1.0.0", "fits", { newest: "v2.0.0", versions: 1, commits: 2, more: false }])
    )
    const drift = await alone("inherit drift")
    assert.strictEqual(drift.exitCode, 0, drift.stdout)
  })

  it("find other versions, branches, folders as they are, changed and missing files, and what cannot be checked", async () => {
    const upgraded = await command("inherit upgrade infra web --to v2.0.0 --yes")
    assert.strictEqual(upgraded.exitCode, 0, upgraded.stderr)
    mkdirSync(path("docs"))
    write(path("docs"), { "Taskfile.yml": "version: '3'\nincludes:\n  infra:\n    taskfile: ../infra/Taskfile.yml\n", ".dev-infra.yml": "" })
    mkdirSync(path("odd"))
    write(path("odd"), { ".dev-infra.yml": "inherits: 7\n", "Taskfile.yml": "version: '3'\n" })
    mkdirSync(path("new"))
    write(path("new"), { ".dev-infra.yml": `inherits: [{name: infra, from: "git+file://${path("infra")}", ref: main, floating: true}]\n`, "Taskfile.yml": "version: '3'\n" })
    assert.strictEqual((await command("add docs new")).exitCode, 0)
    await command("add odd")
    writeFileSync(path("api/.dev-infra/inherit/infra/Taskfile.yml"), "version: '3'\n")
    const drift = await alone("inherit drift --json")
    assert.strictEqual(drift.exitCode, 1)
    const findings = JSON.parse(drift.stdout).findings.map((each: { project: { name: string }; kind: string }) => `${each.project.name} ${each.kind}`)
    for (const expected of ["api changed", "web changed", "docs unpinned", "new floating", "new notLocked", "odd notChecked"]) assert.include(findings, expected)
    assert.isTrue(findings.includes("api versions") || findings.includes("web versions"))
  })
})

describe("dev-infra inherit impact", () => {
  it("names every caller of a task that is gone, before anybody has the version", async () => {
    for (const [line, folder] of [["inherit impact v2.0.0 --library infra --json", place.home], ["inherit impact HEAD --json", path("infra")]] as const) {
      const impact = await alone(line, folder)
      assert.strictEqual(impact.exitCode, 1, impact.stderr)
      const { not_checked, projects } = JSON.parse(impact.stdout)
      assert.deepStrictEqual(not_checked, [])
      assert.deepStrictEqual(projects.map(({ project }: { project: { name: string } }) => project.name), ["api", "web"])
      const setup = projects[0].tasks.find(({ task }: { task: string }) => task === "dev:setup")
      assert.isTrue(setup.breaks)
      assert.deepStrictEqual(setup.callers.map(({ caller: by, kind, location }: { caller: string; kind: string; location: { line: number } }) => [by, kind, location.line]), [["setup", "call", 7], ["setup", "shell", 8]])
      assert.strictEqual(projects[0].tasks.find(({ task }: { task: string }) => task === "test").kind, "changed")
    }
  })

  it("says that all of it is gone with the Taskfile, and that nothing breaks where nothing changes", async () => {
    assert.strictEqual((await alone("inherit impact v1.0.0 --library infra")).exitCode, 0)
    git(path("infra"), "checkout", "-q", "-b", "gone")
    commit(path("infra"), { "Taskfile.yml": undefined })
    const impact = await alone("inherit impact gone", path("infra"))
    assert.strictEqual(impact.exitCode, 1)
    assert.match(impact.stdout, /api\tinfra:test\tremoved\tis gone/)
    const wrong = await alone("inherit impact nowhere", path("infra"))
    assert.strictEqual(wrong.exitCode, 1)
    assert.include(wrong.stderr, "no tag, branch or commit nowhere")
  })
})

describe("dev-infra inherit upgrade", () => {
  it("shows the edits, writes nothing without being told, and then exactly them", async () => {
    const before = ["Taskfile.yml", ".dev-infra.yml", "dev-infra.lock"].map((name) => readFileSync(path("api", name), "utf8"))
    const shown = await alone("inherit upgrade infra --to v2.0.0 --all --dry-run")
    assert.strictEqual(shown.exitCode, 0, shown.stderr)
    assert.include(shown.stdout, "-      - task: infra:dev:setup   # from infra\n+      - task: infra:setup:dev   # from infra")
    assert.deepStrictEqual(["Taskfile.yml", ".dev-infra.yml", "dev-infra.lock"].map((name) => readFileSync(path("api", name), "utf8")), before)
    const upgraded = await alone("inherit upgrade infra --to v2.0.0 --all --yes")
    assert.strictEqual(upgraded.exitCode, 0, upgraded.stderr)
    assert.include(upgraded.stderr, `${path("api/Taskfile.yml")}:8: infra:dev:setup is infra:setup:dev now`)
    assert.strictEqual(readFileSync(path("api/Taskfile.yml"), "utf8"), caller.replace("task: infra:dev:setup", "task: infra:setup:dev"))
    assert.strictEqual(readFileSync(path("api/.dev-infra.yml"), "utf8"), before[1]?.replace("v1.0.0", "v2.0.0"))
    assert.strictEqual((await command("inherit sync --all")).exitCode, 0)
    assert.strictEqual((await alone("inherit drift")).exitCode, 0)
    assert.include((await alone("inherit upgrade infra --to v2.0.0 --all --yes")).stderr, "2 projects are at v2.0.0 already")
  })

  it("changes the ref of a remote include, and the version in the path of an included folder", async () => {
    commit(path("infra"), { "includes/v1/all.yml": "version: '3'\n", "includes/v2/all.yml": "version: '3'\n" }, "v3.0.0")
    mkdirSync(path("shop"))
    write(path("shop"), { ".dev-infra.yml": "", "Taskfile.yml": `version: '3'\nincludes:\n  # pinned\n  far: 'file://${path("infra")}/.git//Taskfile.yml?ref=v1.0.0'\n  near:\n    taskfile: ../infra/includes/v1/all.yml # as it is\n` })
    assert.strictEqual((await command("add shop")).exitCode, 0)
    const near = await alone("inherit upgrade near shop --to v2 --yes")
    assert.strictEqual(near.exitCode, 0, near.stderr)
    assert.include(readFileSync(path("shop/Taskfile.yml"), "utf8"), "taskfile: ../infra/includes/v2/all.yml # as it is\n")
  })

  it("refuses a branch, a version that is not there, and options in its place", async () => {
    for (const ref of ["main", "v9", "--upload-pack=x", "../../x"]) {
      const refused = await devInfra(place, ["inherit", "upgrade", "infra", "api", `--to=${ref}`, "--yes"])
      assert.strictEqual(refused.exitCode, 1, ref)
    }
    assert.include(readFileSync(path("api/.dev-infra.yml"), "utf8"), "ref: v1.0.0")
  })
})
