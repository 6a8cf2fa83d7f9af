import * as fs from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { firstVersion, git, makeProject, makeTemplate, read, register, secondVersion, type Template, write } from "../../../../packages/templates/test/fleet/fleetWorld.js"
import { projectAt } from "../../../../packages/templates/test/fleet/fleetProjects.js"
import { makeGhScript } from "../../../../packages/templates/test/github/ghScript.js"
import { devInfra, type Ended, ensureBuilt, makePlace, type Place } from "../Binary.js"

const conflicting = { "docs/hub.md": "# Documentation\n\nBegin elsewhere.\n" }

// Each starts dozens of programs, which takes its time where others do the same.
describe("all projects at once", { timeout: 600_000 }, () => {
  let place: Place
  let template: Template

  beforeAll(ensureBuilt)
  beforeEach(() => {
    place = makePlace()
    template = makeTemplate(place.home)
  })
  afterEach(() => place.remove())

  const run = (words: string, environment: { readonly [name: string]: string } = {}): Promise<Ended> => devInfra(place, words.split(" "), { environment })

  /** Projects 1 to `count`; what is named comes on top of what the template's first version holds. */
  const makeFleet = async (count: number, files: { readonly [number: number]: { readonly [path: string]: string } } = {}, extra = "") => {
    const projects = Array.from({ length: count }, (_, at) => makeProject(place.home, template, at + 1, files[at + 1] ?? {}, extra))
    register(join(place.home, ".dev-infra"), [...projects, projectAt(join(place.home, "code/gone"), count + 1, { template: "standard" })])
    expect((await run("template update")).exitCode).toBe(0)
    return projects
  }

  const stateOf = (output: string): { readonly [name: string]: string } =>
    Object.fromEntries(output.trimEnd().split("\n").map((line) => line.split("\t").slice(0, 2)))

  it("are listed where there is a newer version, and counted by status, without the network", async () => {
    await makeFleet(2)
    fs.renameSync(template.folder, `${template.folder}-away`)
    const listed = await run("list --outdated")
    expect(listed.stdout).toBe([1, 2].map((number) => `project-${number}\t${place.home}/code/project-${number}\tstandard\tv1.0.0\tv1.1.0\n`).join(""))
    expect(listed.stderr).toContain("plan --all")
    const document = JSON.parse((await run("list --outdated --json --template other")).stdout)
    expect(document).toEqual({ projects: [], unknown: [], problems: [] })
    expect((await run("status")).stderr).toContain("2 projects could have newer versions of their templates")
    expect(JSON.parse((await run("status --json")).stdout)).toMatchObject({ summary: { outdated: 2 } })
    expect((await run("list --outdated --missing")).exitCode).toBe(2)
  })

  it("are said to be unknown where their template was never fetched", async () => {
    const project = makeProject(place.home, template, 1)
    register(join(place.home, ".dev-infra"), [project])
    const { exitCode, stderr, stdout } = await run("list --outdated")
    expect([exitCode, stdout]).toEqual([0, ""])
    expect(stderr).toMatch(/of 1 project \(project-1\) it is not known: the template git\+file:\S+ is not on this computer yet/)
    expect((await run("status")).stderr).not.toContain("newer version")
  })

  it("are planned: a line for each, and one that sums up", async () => {
    await makeFleet(4, { 2: conflicting, 3: { ".dev-infra.yml": "description: alone\n" }, 4: { ".dev-infra.yml": "template: [\n" } })
    const planned = await run("plan --all")
    expect(planned.exitCode).toBe(1)
    expect(stateOf(planned.stdout)).toEqual({ "project-1": "clean", "project-2": "conflicts", "project-3": "no template", "project-4": "failed", "project-5": "missing" })
    expect(planned.stdout).toContain("project-1\tclean\tv1.0.0\tv1.1.0\t1 new, 2 update\t\n")
    expect(planned.stdout).toContain("conflicts in docs/hub.md")
    expect(planned.stderr).toContain("5 projects: 0 up to date, 1 clean, 1 conflicts, 1 failed, 1 no template, 1 missing")
    expect(planned.stderr).toMatch(/warning: project-4: \S+\.dev-infra\.yml:\d+:\d+: /)
    expect(read(join(place.home, "code/project-1"), "Taskfile.yml")).toBe(firstVersion["Taskfile.yml"])

    const document = JSON.parse((await run("plan --all --json")).stdout)
    expect(document.summary).toEqual({ "up to date": 0, clean: 1, conflicts: 1, failed: 1, "no template": 1, missing: 1 })
    expect(document.projects[0]).toMatchObject({ name: "project-1", state: "clean", template: "standard", from: { version: "v1.0.0" }, to: { version: "v1.1.0" }, counts: { new: 1, update: 2 }, conflicts: [] })
    expect(document.projects[3].problem).toContain(".dev-infra.yml")
  })

  it("are checked with an exit code", async () => {
    await makeFleet(2)
    expect((await run("plan --all")).exitCode).toBe(0)
    expect((await run("plan --all --check")).exitCode).toBe(1)
    expect((await run("plan --all --check --to v1.0.0")).exitCode).toBe(0)
    expect((await run("plan --all --check --template other")).exitCode).toBe(0)
    expect((await run("apply --all --yes")).exitCode).toBe(0)
    expect((await run("plan --all --check")).exitCode).toBe(0)
  })

  it("are updated; what fails does not keep others from it, and the exit code tells", async () => {
    await makeFleet(3, { 2: conflicting, 3: { ".dev-infra.yml": "template: [\n" } })
    const applied = await run("apply --all --yes")
    expect(applied.exitCode).toBe(1)
    expect(stateOf(applied.stdout)).toEqual({ "project-1": "clean", "project-2": "conflicts", "project-3": "failed", "project-4": "missing" })
    expect(applied.stderr).toContain("4 projects: 0 up to date, 1 clean, 1 conflicts, 1 failed, 1 missing")
    expect(applied.stderr).toContain("apply --all --resume")
    for (const [path, content] of Object.entries(secondVersion)) expect(read(join(place.home, "code/project-1"), path)).toBe(content)
    expect(read(join(place.home, "code/project-2"), "docs/hub.md")).toContain("<<<<<<<")

    write(join(place.home, "code/project-3"), { ".dev-infra.yml": "description: repaired\n" })
    const resumed = await run("apply --all --resume")
    expect(resumed.exitCode).toBe(0)
    expect(resumed.stderr).toContain("1 of 4 projects are left")
    expect(stateOf(resumed.stdout)).toEqual({ "project-1": "clean", "project-2": "conflicts", "project-3": "no template", "project-4": "missing" })
    const nothing = await run("apply --resume")
    expect(nothing.exitCode).toBe(1)
    expect(nothing.stderr).toContain("no update of many projects was cut off")
  })

  it("go on after a kill with those that were not reached", async () => {
    await makeFleet(6, { 4: conflicting })
    // A git that never ends merging holds one project up for as long as it takes to see that the others are done.
    const programs = join(dirname(place.home), "slow")
    const released = join(programs, "released")
    fs.mkdirSync(programs)
    const real = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "git")).find((file) => fs.existsSync(file)) ?? "git"
    fs.writeFileSync(join(programs, "git"), `#!/bin/sh\ncase " $* " in *" merge-file "*) while [ ! -e '${released}' ]; do sleep 0.05; done ;; esac\nexec '${real}' "$@"\n`, { mode: 0o755 })
    const journal = join(place.home, ".dev-infra/state/fleet.jsonl")
    const finished = (): number => (fs.existsSync(journal) ? fs.readFileSync(journal, "utf8").split("\n").length - 2 : 0)
    try {
      const killed = await devInfra(place, ["apply", "--all", "--yes"], {
        environment: { PATH: [programs, place.environment["PATH"]].join(delimiter) },
        onStart: ({ kill }) => {
          const watch = setInterval(() => {
            if (finished() < 6) return
            clearInterval(watch)
            kill("SIGKILL")
          }, 20)
        }
      })
      expect(killed.exitCode).toBe(137)
    } finally {
      // Whoever merges goes on without the program, and ends.
      fs.writeFileSync(released, "")
    }
    const resumed = await run("apply --all --resume")
    expect(resumed.exitCode).toBe(0)
    expect(resumed.stderr).toContain("1 of 7 projects are left")
    expect(stateOf(resumed.stdout)).toEqual({
      "project-1": "clean", "project-2": "clean", "project-3": "clean", "project-4": "conflicts", "project-5": "clean", "project-6": "clean", "project-7": "missing"
    })
    expect((await run("plan --all --check")).exitCode).toBe(0)
  })

  it("are not updated by a slip", async () => {
    const [project] = await makeFleet(1)
    for (const [words, message] of [
      ["apply --all", "needs --yes"],
      ["apply --all --yes project-1", "none is named"],
      ["apply --pull-requests --yes", "goes together with --all"],
      ["apply --all --yes --trust", "--trust is for one project"],
      ["apply --all --yes --var a=b", "--var is for one project"],
      ["apply --resume --pull-requests", "--resume is for updates that are made here"],
      ["apply --resume --to v1.0.0", "nothing else is said with it"],
      ["plan --all --diff", "--diff is about one project"],
      ["plan --all --out x", "--out is about one project"],
      ["plan --all project-1", "none is named"]
    ] as const) {
      const { exitCode, stderr, stdout } = await run(words)
      expect([words, exitCode, stdout]).toEqual([words, 2, ""])
      expect(stderr).toContain(message)
    }
    const dry = await run("apply --all --dry-run")
    expect([dry.exitCode, stateOf(dry.stdout)["project-1"]]).toEqual([0, "clean"])
    expect(dry.stderr).toContain("Nothing was changed.")
    expect(read(project?.path ?? "", "Taskfile.yml")).toBe(firstVersion["Taskfile.yml"])
  })

  describe("as pull requests", () => {
    const branch = "dev-infra/template-update"

    /** Repositories on GitHub, which git finds in a folder, and a `gh`. */
    const onGitHub = async (count: number) => {
      const projects = await makeFleet(count, {}, "auto_update: true\n")
      write(projects[count - 1]?.path ?? "", { ".dev-infra.yml": (read(projects[count - 1]?.path ?? "", ".dev-infra.yml") ?? "").replace("auto_update: true\n", "") })
      const remotes = join(place.home, "remotes")
      for (const { name, path } of projects) {
        git(place.home, "init", "-q", "--bare", join(remotes, `${name}.git`))
        git(path, "init", "-q")
        git(path, "add", "-A")
        git(path, "commit", "-q", "-m", "Begin")
        git(path, "push", "-q", join(remotes, `${name}.git`), "main")
        git(path, "remote", "add", "origin", `git@github.com:acme/${name}.git`)
      }
      const folder = join(dirname(place.home), "github")
      fs.mkdirSync(folder)
      const gh = makeGhScript(folder)
      const environment = {
        PATH: [gh.folder, place.environment["PATH"]].join(delimiter),
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `url.file://${remotes}/.insteadOf`,
        GIT_CONFIG_VALUE_0: "git@github.com:acme/",
        GIT_AUTHOR_NAME: "Fleet",
        GIT_AUTHOR_EMAIL: "fleet@example.invalid",
        GIT_COMMITTER_NAME: "Fleet",
        GIT_COMMITTER_EMAIL: "fleet@example.invalid"
      }
      return { environment, gh, projects, remotes }
    }

    it("are proposed for projects that ask for it, once, and change nothing here", async () => {
      const { environment, gh, projects, remotes } = await onGitHub(3)
      const first = await run("apply --all --yes --pull-requests", environment)
      expect(first.stderr).toContain("2 of 4 projects have no auto_update: true")
      expect([first.exitCode, stateOf(first.stdout)]).toEqual([0, { "project-1": "clean", "project-2": "clean" }])
      expect(first.stdout).toContain("project-1\tclean\tv1.0.0\tv1.1.0\t1 new, 2 update\topened: https://github.com/acme/project-1/pull/1\n")
      expect(git(join(remotes, "project-1.git"), "show", `${branch}:Taskfile.yml`)).toBe(secondVersion["Taskfile.yml"])
      expect(git(projects[0]?.path ?? "", "status", "--porcelain")).toBe("")
      expect(gh.state().pulls["acme/project-1"]?.[0]?.body).toContain("Release v1.1.0")

      const again = await run("apply --all --yes --pull-requests --json", environment)
      expect(JSON.parse(again.stdout)).toMatchObject({
        projects: [1, 2].map((number) => ({ name: `project-${number}`, pull_request: { action: "unchanged", url: `https://github.com/acme/project-${number}/pull/1` } })),
        summary: { clean: 2, failed: 0 }
      })
      expect(Object.values(gh.state().pulls).map((pulls) => pulls.length)).toEqual([1, 1])
    })

    it("are not begun if nobody is logged in", async () => {
      const { environment, gh, remotes } = await onGitHub(2)
      gh.change((state) => ({ ...state, planned: ["status", "token"].map((to) => ({ to, output: "", errors: "You are not logged into any GitHub hosts.\n", exitCode: 1 })) }))
      const { exitCode, stderr } = await run("apply --all --yes --pull-requests", environment)
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/logged in/)
      expect(git(join(remotes, "project-1.git"), "branch", "--list", branch)).toBe("")
    })

    it("say what is wrong with one, and propose the others", async () => {
      const { environment, projects } = await onGitHub(3)
      git(projects[0]?.path ?? "", "remote", "remove", "origin")
      const { exitCode, stderr, stdout } = await run("apply --all --yes --pull-requests", environment)
      expect([exitCode, stateOf(stdout)]).toEqual([1, { "project-1": "failed", "project-2": "clean" }])
      expect(stderr).toContain("has no remote called origin")
    })
  })
})
