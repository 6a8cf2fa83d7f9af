/**
 * What every command says where the registry, the configuration or the home is damaged: run against the built program. What is
 * there stays as it is, byte for byte, until somebody says so.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, type Ended, ensureBuilt, makePlace, type Place } from "./Binary.js"
import { some } from "./Rounds.js"

const id = "11111111-1111-4111-8111-111111111111"

describe("damage", () => {
  beforeAll(ensureBuilt)
  let place: Place
  let home: string
  let registryFile: string
  let project: string

  const run = (...words: ReadonlyArray<string>): Promise<Ended> => devInfra(place, words)
  const entry = () => JSON.stringify({ id, name: "api", path: project, template: "none", version: "unknown", status: "active" })
  const found = async (...words: ReadonlyArray<string>) => {
    const ended = await run("doctor", "--json", ...words)
    return { ...ended, report: JSON.parse(ended.stdout) }
  }

  beforeEach(() => {
    place = makePlace()
    home = join(place.home, ".dev-infra")
    registryFile = join(home, "registry.json")
    project = join(place.home, "api")
    mkdirSync(home, { mode: 0o700 })
    mkdirSync(join(project, ".git"), { recursive: true })
    writeFileSync(join(project, ".git/HEAD"), "ref: refs/heads/main\n")
  })
  afterEach(() => place.remove())

  /** Commands that look at the registry. */
  const commands: ReadonlyArray<ReadonlyArray<string>> = [
    ["list"], ["add", "api"], ["up", "api", "--yes"], ["update", "api", "--tag", "x"], ["import", "list.csv"], ["list", "--json"], ["show", "api"], ["path", "api"], ["status"], ["init", "api"], ["scan", "api"], ["scan", "api", "--register", "--yes"],
    ["archive", "api"], ["restore", "api"], ["remove", "api"], ["refresh"], ["export"]
  ]

  const damaged: ReadonlyArray<readonly [name: string, content: () => string | Buffer, where: string, repair: string]> = [
    ["truncated", () => `{"version": "1.0", "projects": [\n${entry()},\n{"na`, ":3:", "keep the 1 entry that can be read"],
    ["empty", () => "", "", "start an empty registry"],
    ["binary", () => Buffer.from([0x50, 0x4b, 0, 0xff, 0xfe]), ":1:3", "start an empty registry"],
    ["wrongly typed", () => `{"version": "1.0",\n "projects": {"a": 1}}`, ":2:14", "start an empty registry"],
    ["a bare list", () => `[${entry()}]`, ":1:1", "keep the 1 entry that can be read"],
    ["merge-conflicted", () => `{"version": "1.0", "projects": [\n<<<<<<< HEAD\n${entry()}\n=======\n${entry().replace("api", "web").replace(id, "2".repeat(8) + id.slice(8))}\n>>>>>>> other\n]}\n`, ":2:1", "join both sides of the merge to 2 entries"],
    ["edited by hand with a comma missing", () => `{\n  "version": "1.0"\n  "projects": [${entry()}]\n}\n`, ":3:3", "keep the 1 entry that can be read"]
  ]

  it("stops every command, which says where it is and leaves everything as it was", async () => {
    const content = `{"version": "1.0", "projects": [\n${entry()},\n{"na`
    writeFileSync(registryFile, content)
    writeFileSync(join(place.home, "list.csv"), "path\n/work/x\n")
    const left = [...some(commands, 5)]
    const worker = async (): Promise<void> => {
      for (let words = left.shift(); words !== undefined; words = left.shift()) {
        const ended = await run(...words)
        expect.soft({ words, exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ words, exitCode: 1, stdout: "" })
        expect.soft(ended.stderr).toContain(`the registry cannot be read: ${registryFile}:3:`)
        expect.soft(ended.stderr).toContain("dev-infra doctor")
      }
    }
    await Promise.all([worker(), worker()])
    expect(readFileSync(registryFile, "utf8")).toBe(content)
    expect(readdirSync(home)).toEqual(["registry.json"])
    expect(readdirSync(project)).toEqual([".git"])
  })

  for (const [name, content, where, repair] of damaged) {
    it(`${name}: doctor says where, and what --repair would do; only that is done, and a copy is kept`, async () => {
      const before = Buffer.from(content())
      writeFileSync(registryFile, before)
      const listed = await run("list")
      expect(listed).toMatchObject({ exitCode: 1, stdout: "" })
      expect(listed.stderr).toContain(`${registryFile}${where}`)
      const { exitCode, report } = await found()
      expect(exitCode).toBe(1)
      const finding = report.findings.find((one: { readonly subject: string }) => one.subject === "registry")
      expect(finding).toMatchObject({ severity: "error", repairable: true, path: registryFile })
      expect(finding.what).toContain(`${registryFile}${where}`)
      expect(finding.fix).toContain(repair)
      const asked = await run("doctor", "--repair")
      expect(asked).toMatchObject({ exitCode: 2 })
      expect(asked.stderr).toContain("--yes")
      expect(readFileSync(registryFile).equals(before)).toBe(true)
      expect(readdirSync(home)).toEqual(["registry.json"])

      const repaired = await found("--repair", "--yes")
      expect(repaired.report.repairs).toMatchObject([{ subject: "registry", done: true }])
      expect(repaired.report.repairs[0].what).toContain(repair)
      expect(readFileSync(repaired.report.repairs[0].copy).equals(before)).toBe(true)
      expect((await run("list")).exitCode).toBe(0)
      const kept = JSON.parse(readFileSync(registryFile, "utf8")).projects.length
      expect(`${kept}`).toBe(/(\d) entr/.exec(repair)?.[1] ?? "0")
    })
  }

  it("a newer version is read, and never written", async () => {
    const content = `{"version": "9.0", "projects": [${entry()}], "new": true}\n`
    writeFileSync(registryFile, content)
    expect(await run("list")).toMatchObject({ exitCode: 0, stdout: `api\t${project}\tactive\tnone\t\n` })
    for (const words of [["update", "api", "--tag", "x"], ["archive", "api"], ["remove", "api"], ["doctor", "--repair", "--yes"]]) {
      const ended = await run(...words)
      expect.soft(ended.exitCode).toBe(1)
      expect.soft(ended.stdout + ended.stderr).toContain("update dev-infra")
    }
    expect(readFileSync(registryFile, "utf8")).toBe(content)
  })

  it("a registry that is protected against writing is read; doctor takes the protection away if told to", async () => {
    const content = `{"version": "1.0", "projects": [${entry()}]}\n`
    writeFileSync(registryFile, content)
    chmodSync(registryFile, 0o444)
    expect((await run("list")).exitCode).toBe(0)
    const refused = await run("archive", "api")
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain(`could not write ${registryFile}: it is protected against writing`)
    const { exitCode, report } = await found()
    expect(exitCode).toBe(1)
    expect(report.left).toMatchObject([{ subject: "registry", severity: "warning", repairable: true, fix: "chmod u+w on it" }])
    expect((await run("doctor", "--repair", "--yes")).exitCode).toBe(0)
    expect(statSync(registryFile).mode & 0o777).toBe(0o644)
    expect(readFileSync(registryFile, "utf8")).toBe(content)
    expect((await run("archive", "api")).exitCode).toBe(0)
  })

  it("a folder or a link to nothing in place of the registry", async () => {
    mkdirSync(registryFile)
    const listed = await run("list")
    expect(listed.exitCode).toBe(1)
    expect(listed.stderr).toContain(`${registryFile}: it is not a file`)
    expect((await found("--repair", "--yes")).report.left).toMatchObject([{ subject: "registry", severity: "error" }])
    rmSync(registryFile, { recursive: true })
    symlinkSync(join(place.home, "elsewhere.json"), registryFile)
    expect((await run("list")).exitCode).toBe(0)
    expect((await run("add", "api")).exitCode).toBe(0)
    expect(JSON.parse(readFileSync(join(place.home, "elsewhere.json"), "utf8")).projects).toHaveLength(1)
  })

  it("entries that are no projects stand in nobody's way; doctor says where they are", async () => {
    const content = `{"version": "1.0", "projects": [\n  ${entry()},\n  {"name": "bad"},\n  null\n]}\n`
    writeFileSync(registryFile, content)
    expect((await run("archive", "api")).exitCode).toBe(0)
    expect(readFileSync(registryFile, "utf8")).toBe(content.replace('"active"', '"archived"'))
    const { exitCode, report } = await found()
    expect(exitCode).toBe(1)
    expect(report.left.map((one: { readonly what: string }) => one.what)).toEqual([
      expect.stringContaining(`${registryFile}:3:3: entry 2 ("bad") is no project`),
      expect.stringContaining(`${registryFile}:4:3: entry 3 is no project`)
    ])
  })

  it("a lock whose process is gone is taken over; one of another computer is named, with what to do", async () => {
    writeFileSync(registryFile, `{"version": "1.0", "projects": []}\n`)
    const lock = `${registryFile}.lock`
    const left = `${registryFile}.4242-1-0123456789abcdef.new`
    const holder = { host: hostname(), boot: "gone", namespace: "", pid: 4242, started: 1, command: "dev-infra", token: "4242-1-0123456789abcdef" }
    writeFileSync(lock, JSON.stringify(holder))
    writeFileSync(left, "half")
    const dead = await found()
    expect(dead.exitCode).toBe(0)
    expect(dead.report.findings.filter((one: { readonly repairable: boolean }) => one.repairable)).toMatchObject([{ subject: "lock", severity: "note" }, { subject: "leftover", severity: "note", path: left }])
    expect((await run("doctor", "--repair", "--yes")).exitCode).toBe(0)
    expect([existsSync(lock), existsSync(left)]).toEqual([false, false])
    expect(readdirSync(join(home, "backups"))).toHaveLength(1)
    writeFileSync(lock, JSON.stringify({ ...holder, host: "another-computer" }))
    const elsewhere = await found("--repair", "--yes")
    expect(elsewhere.exitCode).toBe(1)
    expect(elsewhere.report.left).toMatchObject([{ subject: "lock", severity: "warning", fix: expect.stringContaining(`rm "${lock}"`) }])
    expect(existsSync(lock)).toBe(true)
  })

  it("DEV_INFRA_HOME is a file, or lies below one: every command names it, and doctor says nothing else", async () => {
    const file = join(place.home, "file")
    writeFileSync(file, "mine")
    for (const folder of [file, join(file, "deeper")]) {
      const environment = { DEV_INFRA_HOME: folder }
      for (const words of [["list"], ["add", "api"], ["scan", "api"], ["config", "list"], ["config", "set", "name", "x"], ["export"]]) {
        const ended = await devInfra(place, words, { environment })
        expect.soft({ words, exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ words, exitCode: 1, stdout: "" })
        expect.soft(ended.stderr).toMatch(/^error: DEV_INFRA_HOME \(.*file.*\) is not a folder.*; set DEV_INFRA_HOME to a folder\n/)
      }
      const { exitCode, stdout } = await devInfra(place, ["doctor", "--repair", "--yes", "--json"], { environment })
      expect(exitCode).toBe(1)
      expect(JSON.parse(stdout).left).toMatchObject([{ subject: "home", severity: "error", fix: "set DEV_INFRA_HOME to a folder" }])
    }
    expect(readFileSync(file, "utf8")).toBe("mine")
  })

  it("HOME is not set, empty or relative: said by every command, unless DEV_INFRA_HOME names a folder", async () => {
    for (const HOME of [undefined, "", "somewhere"]) {
      for (const words of [["list"], ["add", "api"], ["config", "path"], ["doctor"]]) {
        const ended = await devInfra(place, words, { environment: { HOME } })
        expect.soft({ words, exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ words, exitCode: 1, stdout: "" })
        expect.soft(ended.stderr).toMatch(/^error: HOME is (not set|the relative path "somewhere").*set DEV_INFRA_HOME to a folder\n$/)
      }
      expect((await devInfra(place, ["list"], { environment: { HOME, DEV_INFRA_HOME: home } })).exitCode).toBe(0)
    }
  })

  it("a key that others may read, on purpose or not, is made private before the file is written again", async () => {
    const file = join(home, "config.yml")
    writeFileSync(file, "# mine\napi:\n  key: abc123\n", { mode: 0o644 })
    chmodSync(file, 0o644)
    const { exitCode, report, stdout } = await found()
    expect(exitCode).toBe(1)
    expect(stdout).not.toContain("abc123")
    expect(report.left).toMatchObject([{ subject: "configuration", severity: "error", repairable: true }])
    expect((await run("config", "set", "name", "desk")).exitCode).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, "utf8")).toBe("# mine\napi:\n  key: abc123\nname: desk\n")
    expect((await run("doctor")).exitCode).toBe(0)
  })

  it("no command prints the key, not even one that fails with every detail", async () => {
    const key = "SECRET-abc123"
    const stored = await devInfra(place, ["config", "set", "api.key"], { input: `${key}\n` })
    expect(stored.exitCode).toBe(0)
    const lines = [
      ["config", "list"], ["config", "list", "--json"], ["config", "get", "api.key"], ["config", "get", "api.key", "--json"], ["doctor", "--json"],
      ["config", "set", "api.url", "nonsense", "--log-level", "debug"], ["config", "set", "api.key", "other", "--log-level", "debug"], ["config", "unset", "name", "--log-level", "debug"]
    ]
    for (const words of lines) {
      const ended = await run(...words)
      expect.soft(ended.stdout + ended.stderr + stored.stderr).not.toContain(key)
    }
    for (const words of [["config", "list", "--log-level", "debug"], ["doctor"]]) {
      writeFileSync(join(home, "config.yml"), `api:\n  key: [${key}\n  - ${key}: {\n`)
      const ended = await run(...words)
      expect.soft(ended.exitCode).toBe(1)
      expect.soft(ended.stdout + ended.stderr).not.toContain(key)
    }
  })
})
