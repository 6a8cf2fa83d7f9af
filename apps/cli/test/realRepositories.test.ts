/**
 * Repositories as git makes them, from the first search to the last move: run against the built program.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { testBareBones, testGit, testRepository } from "../../../packages/registry/test/gitRepositories.js"
import { devInfra, devInfraOnTerminal, type Ended, ensureBuilt, hasTerminal, makePlace, type Place } from "./Binary.js"

const apiUrl = "git@git.example.invalid:acme/api.git"

describe("real repositories", () => {
  beforeAll(ensureBuilt)
  const terminal = hasTerminal()
  let place: Place
  let code: string
  let registryFile: string

  beforeEach(() => {
    place = makePlace()
    code = join(place.home, "code")
    mkdirSync(code)
    registryFile = join(place.home, ".dev-infra/registry.json")
  })
  afterEach(() => place.remove())

  const run = (...words: ReadonlyArray<string>): Promise<Ended> => devInfra(place, words)
  const entries = (): ReadonlyArray<{ readonly id: string; readonly name: string; readonly path: string; readonly checkouts?: ReadonlyArray<string> }> =>
    JSON.parse(readFileSync(registryFile, "utf8")).projects
  const paths = () => entries().map(({ path }) => path.slice(code.length + 1)).toSorted()
  /** State by path below `code`, as a search sees it. */
  const states = async (...words: ReadonlyArray<string>) => {
    const { exitCode, stdout } = await run("scan", "code", ...words)
    expect(exitCode).toBe(0)
    return Object.fromEntries(stdout.trimEnd().split("\n").map((line) => line.split("\t")).map(([state, , path]) => [(path ?? "").slice(code.length + 1), state]))
  }

  it("a clone, a worktree, a submodule and a bare repository: each is what it is, and stays it", async () => {
    const library = testRepository(join(place.home, "elsewhere/library"))
    testRepository(join(code, "api"), { remote: apiUrl })
    testGit(join(code, "api"), "worktree", "add", "-q", "-b", "fix", join(code, "api-fix"))
    testGit(join(code, "api"), "submodule", "--quiet", "add", library, "vendored")
    testGit(code, "clone", "-q", "--bare", join(code, "api"), join(code, "mirror.git"))
    testGit(code, "clone", "-q", join(code, "api"), join(code, "second"))
    testGit(join(code, "second"), "remote", "set-url", "origin", "https://git.example.invalid/acme/api")
    // The remote of a clone of a folder is that folder: the mirror is no checkout of the project at its own remote.
    const expected = { "api": "new", "api-fix": "checkout", "api/vendored": "submodule", "mirror.git": "new", "second": "checkout" }
    expect(await states()).toEqual(expected)
    expect(existsSync(registryFile)).toBe(false)
    expect(await states("--register", "--yes")).toEqual(expected)
    expect(paths()).toEqual(["api", "mirror.git"])
    expect(entries().find(({ name }) => name === "api")?.checkouts?.toSorted()).toEqual([join(code, "api-fix"), join(code, "second")])
    expect(entries().map(({ name }) => name).toSorted()).toEqual(["api", "mirror"])
    const before = readFileSync(registryFile, "utf8")
    expect(Object.values(await states("--register", "--yes")).filter((state) => state !== "registered" && state !== "submodule")).toEqual([])
    expect(readFileSync(registryFile, "utf8")).toBe(before)
    // A checkout means the project, wherever it is named.
    expect((await run("path", join(code, "second"))).exitCode).toBe(0)
  })

  it("a submodule that is named on purpose is registered", async () => {
    const library = testRepository(join(place.home, "elsewhere/library"))
    testRepository(join(code, "app"))
    testGit(join(code, "app"), "submodule", "--quiet", "add", library, "vendored")
    expect((await run("add", "code/app/vendored")).exitCode).toBe(0)
    expect(paths()).toEqual(["app/vendored"])
  })

  it("a project that has moved is known again, by its repository and by its id, and keeps what is known of it", async () => {
    testRepository(join(code, "api"), { remote: apiUrl })
    testRepository(join(code, "notes"))
    expect((await run("init", "code/notes")).exitCode).toBe(0)
    expect((await run("add", "code/api", "--tag", "kept")).exitCode).toBe(0)
    const ids = entries().map(({ id }) => id).toSorted()
    renameSync(join(code, "api"), join(code, "api-server"))
    mkdirSync(join(code, "papers"))
    renameSync(join(code, "notes"), join(code, "papers/notes"))
    expect(await states("--register", "--yes")).toEqual({ "api-server": "moved", "papers/notes": "moved" })
    expect(paths()).toEqual(["api-server", "papers/notes"])
    expect(entries().map(({ id }) => id).toSorted()).toEqual(ids)
    expect((await run("show", "api")).stdout).toContain("tags\tkept")
  })

  it("a copy that carries the id of another repository is refused until one says what it is", async () => {
    testRepository(join(code, "orig"), { remote: "https://git.example.invalid/acme/orig.git" })
    expect((await run("init", "code/orig")).exitCode).toBe(0)
    for (const [copy, url] of [["fork", "https://git.example.invalid/me/fork.git"], ["mirror", "https://git.example.invalid/mirrors/orig.git"]] as const) {
      testGit(code, "clone", "-q", join(code, "orig"), join(code, copy))
      testGit(join(code, copy), "remote", "set-url", "origin", url)
      writeFileSync(join(code, copy, ".dev-infra.yml"), readFileSync(join(code, "orig/.dev-infra.yml")))
    }
    const before = readFileSync(registryFile, "utf8")
    const file = readFileSync(join(code, "fork/.dev-infra.yml"), "utf8")
    const refused = await run("add", "code/fork")
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toMatch(/--same.*--new-id/)
    expect(readFileSync(registryFile, "utf8")).toBe(before)
    expect(readFileSync(join(code, "fork/.dev-infra.yml"), "utf8")).toBe(file)
    expect((await run("add", "code/fork", "--new-id")).exitCode).toBe(0)
    expect((await run("add", "code/mirror", "--same")).exitCode).toBe(0)
    expect(entries().map(({ checkouts, path }) => [path, checkouts])).toEqual([[join(code, "orig"), [join(code, "mirror")]], [join(code, "fork"), undefined]])
    expect(readFileSync(join(code, "fork/.dev-infra.yml"), "utf8")).toContain(`id: ${entries()[1]?.id}`)
    expect(Object.values(await states())).toEqual(["registered", "registered", "registered"])
    expect((await run("refresh")).stderr).toBe("Changed 0 projects, 2 unchanged.\n")
  })

  it("one folder under many names is one project", async () => {
    testRepository(join(code, "my api"))
    symlinkSync(join(code, "my api"), join(place.home, "link"))
    symlinkSync(code, join(place.home, "linked"))
    const names = ["code/my api", "code/my api///", "./code/../code/my api/.", join(code, "my api"), "link", "link/", "linked/my api"]
    expect((await run("add", ...names)).stderr).toBe("1 new.\n")
    expect((await devInfra(place, ["add", ".", "..//my api"], { folder: join(code, "my api") })).stderr).toBe("1 registered already.\n")
    expect(paths()).toEqual(["my api"])
    expect((await run("scan", "linked", "--quiet")).stdout).toMatch(/^registered\t/)
  })

  it("one path that cannot be used stops all of them, whatever is wrong with it", async () => {
    testRepository(join(code, "good"))
    writeFileSync(join(code, "file"), "")
    symlinkSync(join(code, "nowhere"), join(code, "dangling"))
    symlinkSync(join(code, "loop"), join(code, "loop"))
    mkdirSync(join(code, "torn/.git"), { recursive: true })
    writeFileSync(join(code, "good.git"), "gitdir: /nowhere\n")
    for (const bad of ["nope", "file", "dangling", "loop", "torn", "file/below", "x".repeat(300), "good/nope"]) {
      const { exitCode, stderr, stdout } = await run("add", "code/good", join("code", bad))
      expect({ bad, exitCode, stdout }).toEqual({ bad, exitCode: 1, stdout: "" })
      expect(stderr).toMatch(/^error: /)
      expect(stderr).toContain(bad)
      expect(existsSync(dirname(registryFile))).toBe(false)
    }
  })

  it("Ctrl-C in the middle of a search ends with 130, and nothing is written", async () => {
    for (let at = 0; at < 700; at++) testBareBones(join(code, `group${at % 30}`, `project${at}`))
    for (const words of [["scan", "code", "--register", "--yes"], ["up", "code", "--yes"]]) {
      const preload = join(place.home, "signal.cjs")
      // A signal to itself once it has listed some hundred folders: in the middle, on a fast machine and on a slow one.
      writeFileSync(preload, `const fs = require("fs"); const list = fs.readdirSync; let count = 0; fs.readdirSync = (...words) => { if (++count === 300) process.kill(process.pid, "SIGINT"); return list(...words) }; require("module").syncBuiltinESMExports()`)
      const ended = await devInfra(place, words, { environment: { NODE_OPTIONS: `--require=${preload}` } })
      expect(ended).toEqual({ stdout: "", stderr: "", exitCode: 130 })
      expect(existsSync(dirname(registryFile))).toBe(false)
    }
  })

  it.runIf(terminal)("Ctrl-C at the question ends with 130, and nothing is written", async () => {
    testBareBones(join(code, "api"))
    for (const line of ["up code", "scan code --register"]) {
      const { exitCode, stdout } = await devInfraOnTerminal(place, `dev-infra ${line}`, "\u0003\n")
      expect({ line, exitCode }).toEqual({ line, exitCode: 130 })
      expect(stdout).toContain("Register 1 project?")
      expect(existsSync(dirname(registryFile))).toBe(false)
    }
  })

  it("a home that is a repository itself is not left for the homes beside it", async () => {
    testRepository(place.home, { files: {} })
    testBareBones(join(dirname(place.home), "neighbour/private"))
    rmSync(code, { recursive: true })
    for (const command of ["scan", "up"]) {
      const { exitCode, stderr, stdout } = await run(command)
      expect({ command, exitCode }).toEqual({ command, exitCode: 0 })
      expect(stdout + stderr).not.toContain("private")
    }
    expect(entries().map(({ path }) => path)).toEqual([place.home])
  })
})
