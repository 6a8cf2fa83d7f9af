import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, devInfraOnTerminal, ensureBuilt, hasTerminal, makePlace, type Place } from "../Binary.js"
import { git, make, stateOf, type Updated, write } from "./updatedProject.js"

describe("dev-infra apply", () => {
  let place: Place
  let updated: Updated
  beforeAll(ensureBuilt)
  beforeEach(async () => {
    place = makePlace()
    updated = await make(place)
  })
  afterEach(() => place.remove())

  const inProject = (words: ReadonlyArray<string>) => devInfra(place, words, { folder: updated.project })
  const version = () => JSON.parse(readFileSync(join(place.home, ".dev-infra/registry.json"), "utf8")).projects[0].version

  it("does what the plan shows, all of it, and nothing the second time", async () => {
    const applied = await inProject(["apply", "--yes", "--json"])
    expect(applied.exitCode).toBe(0)
    expect(JSON.parse(applied.stdout)).toMatchObject({ changed: true, skipped: ["asked.txt"], marked: [], registry: "updated" })
    expect(applied.stderr).toContain("Read NEWS of api.")
    const state = stateOf(updated.project)
    expect(state).toMatchObject({ "README.md": "644 # api, MIT\n", "run": "755 #!/bin/sh\n", "asked.txt": "644 one\n", "new/deep/here.txt": "644 here\n", "thing/deep/er/part": "644 a folder\n", "folder": "644 now a file\n", "link": "->lines.txt", "mine.txt": "644 mine\n" })
    expect(state["lines.txt"]).toMatch(/first line\n[^]*last line\n$/)
    expect(Object.keys(state).filter((path) => path.startsWith("old"))).toEqual([])
    expect(state[".dev-infra.yml"]).toMatch(/^644 # [^]*version: 2\.0\.0\n[^]*license: MIT\n/)
    expect(version()).toBe("2.0.0")
    expect(git(updated.project, "log", "--format=%s")).toBe("begin\n")
    expect(readdirSync(place.home).sort()).toEqual([".dev-infra", "api", "template"])

    const again = await inProject(["apply", "--yes"])
    expect(again).toMatchObject({ stdout: "", exitCode: 0 })
    expect(again.stderr).toContain("api is up to date (2.0.0).")
    expect(stateOf(updated.project)).toEqual(state)
    expect(await inProject(["plan", "--check"])).toMatchObject({ exitCode: 0 })
  })

  it("refuses a dirty git tree, unless it is allowed, and takes a folder outside git as it is", async () => {
    write(updated.project, { "untracked.txt": "?\n" })
    const before = stateOf(updated.project)
    const refused = await inProject(["apply", "--yes"])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain("has changes that are in no commit (1 untracked)")
    expect(stateOf(updated.project)).toEqual(before)
    expect((await inProject(["apply", "--yes", "--allow-dirty"])).exitCode).toBe(0)
    expect((await inProject(["undo"])).exitCode).toBe(0)
    expect(stateOf(updated.project)).toEqual(before)
    write(updated.project, { ".git": undefined })
    expect((await inProject(["apply", "--yes"])).exitCode).toBe(0)
  })

  it("asks for --yes where there is no terminal, and changes nothing with --dry-run", async () => {
    const before = stateOf(updated.project)
    const unsaid = await inProject(["apply"])
    expect(unsaid.exitCode).toBe(2)
    expect(unsaid.stderr).toContain("give --yes")
    const dry = await inProject(["apply", "--dry-run", "--ask", "apply", "--json"])
    expect(JSON.parse(dry.stdout)).toMatchObject({ dry_run: true, changed: true, skipped: [] })
    expect(stateOf(updated.project)).toEqual(before)
    expect(existsSync(join(place.home, ".dev-infra/state/apply"))).toBe(false)
  })

  it("writes conflict markers, takes a side, or refuses, and undo puts back what was", async () => {
    write(updated.project, { "lines.txt": "all of it\nis mine\n" })
    git(updated.project, "commit", "--quiet", "--all", "--message", "mine")
    const before = stateOf(updated.project)
    const refused = await inProject(["apply", "--yes", "--on-conflict", "fail"])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain("\n  lines.txt\n")
    expect(stateOf(updated.project)).toEqual(before)
    const marked = await inProject(["apply", "--yes"])
    expect(marked.exitCode).toBe(0)
    expect(marked.stderr).toContain("lines.txt has conflict markers")
    expect(readFileSync(join(updated.project, "lines.txt"), "utf8")).toMatch(/^<<<<<<< [^]*is mine\n=======\n[^]*last line\n>>>>>>> /)
    await inProject(["undo"])
    expect(stateOf(updated.project)).toEqual(before)
    await inProject(["apply", "--yes", "--on-conflict", "theirs"])
    expect(readFileSync(join(updated.project, "lines.txt"), "utf8")).toMatch(/^line 0\n[^]*last line\n$/)
    await inProject(["undo"])
    await inProject(["apply", "--yes", "--on-conflict", "ours"])
    expect(readFileSync(join(updated.project, "lines.txt"), "utf8")).toBe("all of it\nis mine\n")
  })

  it("applies a saved plan exactly, or refuses it as stale", async () => {
    const file = join(place.home, "plan.json")
    expect((await inProject(["plan", "--out", file])).exitCode).toBe(0)
    write(updated.template, { "later.txt": "later\n" })
    write(updated.project, { "README.md": "# mine\n" })
    const stale = await inProject(["apply", file, "--yes", "--allow-dirty"])
    expect(stale.exitCode).toBe(1)
    expect(stale.stderr).toContain("\n  README.md was changed\n")
    git(updated.project, "checkout", "--quiet", "--", "README.md")
    expect((await inProject(["apply", file, "--yes"])).exitCode).toBe(0)
    expect(readFileSync(join(updated.project, "README.md"), "utf8")).toBe("# api, MIT\n")
    expect(existsSync(join(updated.project, "later.txt"))).toBe(false)
    expect((await inProject(["apply", file, "--yes", "--allow-dirty"])).exitCode).toBe(1)
  })

  it("does not write through a link that leads elsewhere", async () => {
    const elsewhere = join(place.home, "elsewhere")
    mkdirSync(elsewhere)
    const file = join(place.home, "plan.json")
    await inProject(["plan", "--out", file])
    symlinkSync(elsewhere, join(updated.project, "new"))
    const refused = await inProject(["apply", file, "--yes", "--allow-dirty"])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain("lies behind the link new")
    expect(readdirSync(elsewhere)).toEqual([])
  })

  it("run twice at once makes one update", async () => {
    const both = await Promise.all([inProject(["apply", "--yes"]), inProject(["apply", "--yes"])])
    expect(both.map(({ exitCode }) => exitCode)).toContain(0)
    expect(stateOf(updated.project)).toMatchObject({ "README.md": "644 # api, MIT\n", "thing/deep/er/part": "644 a folder\n", "folder": "644 now a file\n" })
    expect((await inProject(["plan", "--check"])).exitCode).toBe(0)
    expect((await inProject(["undo"])).exitCode).toBe(0)
    expect((await inProject(["undo"])).stderr).toContain("is undone already")
  })

  it("takes a new variable from the flag", async () => {
    expect((await inProject(["apply", "--yes", "--var", "license=none"])).exitCode).toBe(0)
    expect(readFileSync(join(updated.project, "README.md"), "utf8")).toBe("# api, none\n")
  })

  it.runIf(hasTerminal())("asks on a terminal about new variables and files, and remembers what is to be skipped", async () => {
    const asked = await devInfraOnTerminal(place, "cd api && dev-infra apply", "free\nremember skip\ny\n")
    expect(asked.stdout).toContain("api has no answer yet to what the new version of its template asks.")
    expect(asked.stdout).toContain("+two")
    expect(asked.exitCode).toBe(0)
    expect(readFileSync(join(updated.project, "README.md"), "utf8")).toBe("# api, free\n")
    expect(readFileSync(join(updated.project, ".dev-infra.yml"), "utf8")).toContain("file: asked.txt")
    write(updated.template, { "asked.txt": "three\n" })
    expect((await inProject(["plan", "--check", "--file", "asked.txt"])).exitCode).toBe(0)
  })

  it("says so where --var answers nothing, and then changes nothing", async () => {
    const before = stateOf(updated.project)
    const unknown = await inProject(["apply", "--yes", "--var", "nope=1"])
    expect(unknown).toMatchObject({ exitCode: 2, stdout: "" })
    expect(unknown.stderr).toContain("the template has no variable nope")
    const known = await inProject(["apply", "--yes", "--var", "name=other"])
    expect(known).toMatchObject({ exitCode: 2, stdout: "" })
    expect(known.stderr).toContain("name is api already")
    expect(stateOf(updated.project)).toEqual(before)
    const words = ["apply", "--yes", "--var", "license=BSD", "--var", "name=api"]
    expect((await inProject(words)).exitCode).toBe(0)
    expect((await inProject(words)).stderr).toContain("api is up to date (2.0.0).")
  })

  it("is led to by the plan with the version that was planned", async () => {
    expect((await inProject(["plan", "--to", "2.0.0"])).stderr).toContain("dev-infra apply --to 2.0.0\n")
    const all = await devInfra(place, ["plan", "--all", "--to", "2.0.0", "--template", "service", "--status", "active"])
    expect(all.stderr).toContain("dev-infra apply --all --yes --status active --template service --to 2.0.0\n")
  })

  it("undo refuses to replace what was changed since, and with --force keeps a copy", async () => {
    await inProject(["apply", "--yes"])
    writeFileSync(join(updated.project, "README.md"), "# mine\n")
    const refused = await inProject(["undo"])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain("\n  README.md\n")
    const forced = await inProject(["undo", "--force", "--json"])
    expect(forced.exitCode).toBe(0)
    const [replaced] = JSON.parse(forced.stdout).replaced
    expect(replaced.path).toBe("README.md")
    expect(readFileSync(replaced.copy, "utf8")).toBe("# mine\n")
    expect(git(updated.project, "status", "--porcelain")).toBe("")
    expect(version()).toBe("1.0.0")
  })
})
