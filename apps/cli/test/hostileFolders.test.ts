/**
 * What folders and the files in them may hold when they are found and registered: run against the built program.
 */
import { execFileSync } from "node:child_process"
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, devInfraOnTerminal, type Ended, ensureBuilt, hasTerminal, makePlace, type Place } from "./Binary.js"

const escape = "\u001b"

/** Nothing that a terminal acts upon, but the styles, newlines and cleared lines of this program. */
const isHarmless = (text: string): boolean =>
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text.replace(/\u001b\[[0-9;]*m/g, "").replace(/\r\n/g, "\n").replace(/\r\u001b\[2K/g, ""))

const alias = (level: number): string => `a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]\n`

describe("hostile folders", () => {
  beforeAll(ensureBuilt)
  const terminal = hasTerminal()
  let place: Place
  let registryFile: string

  beforeEach(() => {
    place = makePlace()
    registryFile = join(place.home, ".dev-infra/registry.json")
  })
  afterEach(() => place.remove())

  const run = (...words: ReadonlyArray<string>): Promise<Ended> => devInfra(place, words)
  const git = (folder: string, ...words: ReadonlyArray<string>) => execFileSync("git", words, { cwd: folder, env: { ...place.environment }, stdio: "ignore" })
  const project = (name: string, file?: string): string => {
    const folder = join(place.home, "code", name)
    mkdirSync(folder, { recursive: true })
    if (file !== undefined) writeFileSync(join(folder, ".dev-infra.yml"), file)
    return folder
  }
  const entries = (): ReadonlyArray<{ readonly name: string; readonly path: string; readonly [key: string]: unknown }> =>
    JSON.parse(readFileSync(registryFile, "utf8")).projects

  const spoilt: ReadonlyArray<readonly [kind: string, spoil: (file: string) => void, said: RegExp]> = [
    ["wrong at line 7", (file) => writeFileSync(file, "template: none\n#\n#\n#\n#\n#\ntags: [\"open\n"), /\.dev-infra\.yml:7:8: /],
    [
      "of 100 MB",
      (file) => {
        const handle = openSync(file, "w")
        ftruncateSync(handle, 100 * 1024 * 1024)
        closeSync(handle)
      },
      /\.dev-infra\.yml:1:1: .*1 MiB/
    ],
    ["with an alias bomb", (file) => writeFileSync(file, `a0: &a0 [x, x]\n${Array.from({ length: 12 }, (_, at) => alias(at + 1)).join("")}`), /\.dev-infra\.yml:\d+:\d+: .*alias/],
    ["of bytes that are no text", (file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00, 0x80])), /\.dev-infra\.yml:1:1: /],
    ["with a merge conflict", (file) => writeFileSync(file, "template: none\n<<<<<<< HEAD\nversion: 1.0.0\n=======\nversion: 2.0.0\n>>>>>>> other\n"), /\.dev-infra\.yml:2:1: /]
  ]

  for (const [kind, spoil, said] of spoilt) {
    it(`a project file ${kind}: a search reports it and registers the others, and nothing else takes it`, async () => {
      const bad = project("bad")
      git(bad, "init", "-q")
      spoil(join(bad, ".dev-infra.yml"))
      project("good", "template: fine\n")
      const initialised = await run("init", "code/bad")
      expect({ stdout: initialised.stdout, exitCode: initialised.exitCode }).toEqual({ stdout: "", exitCode: 1 })
      expect(initialised.stderr).toMatch(said)
      expect(existsSync(registryFile)).toBe(false)
      const scanned = await run("scan", "code", "--register", "--yes")
      expect(scanned.stderr).toMatch(said)
      expect(scanned.exitCode).toBe(0)
      expect(entries().map(({ name, template }) => [name, template])).toEqual([["bad", "unknown"], ["good", "fine"]])
      const before = readFileSync(registryFile, "utf8")
      const refreshed = await run("refresh")
      expect(refreshed.stderr).toMatch(said)
      expect(refreshed.exitCode).toBe(1)
      expect((await run("add", "code/bad", "code/good")).stderr).toMatch(said)
      expect(readFileSync(registryFile, "utf8")).toBe(before)
    }, 120_000)
  }

  it("__proto__ in a project file is a key like any other", async () => {
    project("proto", "__proto__: { template: evil, admin: true }\nconstructor: { prototype: { polluted: 1 } }\nversion: 1.0.0\n")
    expect((await run("add", "code/proto")).exitCode).toBe(0)
    expect(entries()[0]).toMatchObject({ name: "proto", template: "unknown", version: "1.0.0" })
    expect(readFileSync(registryFile, "utf8")).not.toMatch(/__proto__|evil|polluted/)
    expect((await run("refresh")).stderr).toContain("1 unchanged")
  }, 60_000)

  describe("escape sequences in the names of folder and branch, in the remote and in the file", () => {
    const name = `odd ${escape}[31m${escape}]0;title\u0007\n\u202efolder`

    beforeEach(() => {
      const folder = project(name, `name: "\\e[2Jnamed\\u202E"\ndescription: "\\e[5m"\n`)
      git(folder, "init", "-q")
      git(folder, "remote", "add", "origin", `https://git.example.invalid/${escape}[31mx`)
      // git refuses such a branch, a file does not.
      writeFileSync(join(folder, ".git/HEAD"), `ref: refs/heads/${escape}[2Jbranch\u202e\n`)
      mkdirSync(join(project(`torn ${escape}[1A`), ".git"))
    })

    const lines = ["scan code", "scan code --json", "up code --dry-run", "up code", "scan code", "refresh", "refresh --json"]

    it("are never printed raw to a pipe", async () => {
      for (const line of lines) {
        const { exitCode, stderr, stdout } = await run(...line.split(" "))
        expect({ line, exitCode }).toEqual({ line, exitCode: 0 })
        expect(isHarmless(stdout), JSON.stringify([line, stdout])).toBe(true)
        expect(isHarmless(stderr), JSON.stringify([line, stderr])).toBe(true)
      }
      for (const words of [["add", join("code", name)], ["init", join("code", name)], ["add", join("code", `${name}x`)], ["scan", join("code", `torn ${escape}[1A`)]]) {
        const { stderr, stdout } = await run(...words)
        expect(isHarmless(stdout + stderr), JSON.stringify([words, stdout, stderr])).toBe(true)
      }
      expect(entries()[0]?.path).toBe(join(place.home, "code", name))
    }, 120_000)

    it.skipIf(!terminal)("are never printed raw to a terminal", async () => {
      for (const line of ["scan code", "up code --dry-run", "refresh"]) {
        const { stdout } = await devInfraOnTerminal(place, `dev-infra ${line}`, "")
        expect(isHarmless(stdout), JSON.stringify([line, stdout])).toBe(true)
      }
    }, 120_000)
  })

  it("paths with spaces, newlines, emoji and more than 1,000 characters are registered as they are", async () => {
    const long = Array.from({ length: 9 }, () => "ä".repeat(60)).join("/")
    const names = ["two words", "two\nlines", "👩‍👩‍👧‍👦 🚀", "--json", "-", "$(touch gone)", "tab\there", long]
    const folders = names.map((name) => project(name))
    expect(Buffer.byteLength(join(place.home, "code", long))).toBeGreaterThan(1000)
    const { exitCode, stderr } = await devInfra(place, ["add", "-0"], { input: folders.map((folder) => `${folder}\0`).join("") })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "8 new.\n" })
    expect(new Set(entries().map(({ path }) => path))).toEqual(new Set(folders))
    expect(existsSync(join(place.home, "gone"))).toBe(false)
    expect((await devInfra(place, ["add", "--", "--json", "./-"], { folder: join(place.home, "code") })).stderr).toBe("2 registered already.\n")
  }, 60_000)

  it("50 processes that add at once: 50 entries, a valid file, none lost", async () => {
    const folders = Array.from({ length: 50 }, (_, at) => project(`p${at}`))
    const ended = await Promise.all(folders.map((folder) => run("add", folder)))
    expect(ended.filter(({ exitCode }) => exitCode !== 0)).toEqual([])
    expect(entries().map(({ path }) => path).toSorted()).toEqual(folders.toSorted())
    expect(new Set(entries().map(({ id }) => id)).size).toBe(50)
    expect(readdirSync(join(place.home, ".dev-infra")).filter((name) => !name.startsWith("registry.json"))).toEqual([])
  }, 240_000)
})
