/**
 * What names, branches and files may hold, and what people mistype: run against the built program.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, devInfraOnTerminal, type Ended, ensureBuilt, hasTerminal, makePlace, type Place } from "./Binary.js"
import { some } from "./Rounds.js"

const escape = "\u001b"
/** Clears the screen, turns the title of the window and the direction of writing, and goes on in a further line. */
const nasty = `${escape}[2J${escape}]0;title\u0007\u202eevil\u009b31m\r\nfake line\u0000`.replace("\u0000", "")
const longName = "ä".repeat(1000)
const emoji = "👩‍👩‍👧‍👦 project 🚀"
const id = (number: number) => `1111111${number}-1111-4111-8111-111111111111`

describe("hostile input", () => {
  beforeAll(ensureBuilt)
  const terminal = hasTerminal()
  let place: Place
  let registryFile: string

  const run = (...words: ReadonlyArray<string>): Promise<Ended> => devInfra(place, words)
  const store = (projects: ReadonlyArray<object>) =>
    writeFileSync(registryFile, `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n`)
  const entry = (number: number, name: string, folder: string, more: object = {}) => ({
    id: id(number), name, path: join(place.home, folder), template: "none", version: "unknown", status: "active", ...more
  })
  const git = (folder: string, ...words: ReadonlyArray<string>) => execFileSync("git", words, { cwd: folder, env: { ...place.environment }, stdio: "ignore" })

  beforeEach(() => {
    place = makePlace()
    mkdirSync(join(place.home, ".dev-infra"))
    registryFile = join(place.home, ".dev-infra/registry.json")
  })
  afterEach(() => place.remove())

  /** Nothing that a terminal acts upon, but the styles of this program, its own newlines and tabs. */
  const isHarmless = (text: string): boolean =>
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text.replace(/\u001b\[[0-9;]*m/g, "").replace(/\r\n/g, "\n"))

  /** Run for each of many, two at a time: each is a process of its own. */
  const together = async <A>(all: ReadonlyArray<A>, use: (one: A) => Promise<void>): Promise<void> => {
    const left = [...all]
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await use(next)
    }
    await Promise.all([worker(), worker()])
  }

  const everywhere = ["list", "show {}", "show {} --json", "status {}", "status {} --json", "archive {}", "restore {}", "update {} --tag x", "update {} --tag y --json", "update {} --clear tags --dry-run", "remove {} --dry-run", "remove {} --dry-run --json"]

  describe("escape sequences in name, branch, path and fields are never printed raw", () => {
    beforeEach(() => {
      const folder = `odd ${escape}[31m\n${"\u202e"}folder`
      mkdirSync(join(place.home, folder))
      git(join(place.home, folder), "init", "-q")
      // git refuses such a branch, a file does not.
      writeFileSync(join(place.home, folder, ".git/HEAD"), `ref: refs/heads/${escape}[2Jbranch\u202e\n`)
      writeFileSync(join(place.home, folder, ".dev-infra.yml"), `description: "\\e[2J\\u202Efrom the file"\n"\\e[31mkey": "\\e[0m"\n`)
      store([entry(1, nasty, folder, { description: nasty, [`${escape}[31mkey`]: nasty, tags: [nasty], checkouts: [join(place.home, `gone ${escape}[5m`)] })])
    })

    it("piped", async () => {
      await together(everywhere, async (line) => {
        const { exitCode, stderr, stdout } = await run(...line.replace("{}", id(1)).split(" "))
        expect(isHarmless(stdout), JSON.stringify([line, stdout])).toBe(true)
        expect(isHarmless(stderr), JSON.stringify([line, stderr])).toBe(true)
        expect({ line, exitCode }).toEqual({ line, exitCode: 0 })
      })
    })

    it.skipIf(!terminal)("on a terminal", async () => {
      await together(everywhere.filter((line) => !line.includes("--json")), async (line) => {
        const { stdout } = await devInfraOnTerminal(place, `CI=1 dev-infra ${line.replace("{}", id(1))}`, "")
        expect(isHarmless(stdout), JSON.stringify([line, stdout])).toBe(true)
      })
    })

    it("path prints it raw to a pipe, where cd needs it, and never to a terminal", async () => {
      expect((await run("path", id(1))).stdout).toBe(`${join(place.home, `odd ${escape}[31m\n\u202efolder`)}\n`)
      if (terminal) expect(isHarmless((await devInfraOnTerminal(place, `dev-infra path ${id(1)}`, "")).stdout)).toBe(true)
    })

    it("in a reference that fits nothing, and in an ambiguous one", async () => {
      for (const reference of [nasty, `${escape}[31m`]) expect(isHarmless((await run("show", `${reference}x`)).stderr)).toBe(true)
      store([entry(1, nasty, "a"), entry(2, nasty, "b")])
      const { exitCode, stderr, stdout } = await run("path", nasty)
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
      expect(stderr).toContain(id(2))
      expect(isHarmless(stderr)).toBe(true)
    })
  })

  describe("any name works", () => {
    for (const name of some(["two\nlines", longName, "--json", "$(touch gone)", emoji, "-", "a/b", "..", "__proto__"], 4)) {
      it(JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}… of 1,000` : name), async () => {
        mkdirSync(join(place.home, "here"))
        store([entry(1, name, "here"), entry(2, "other", "other")])
        // A name that is a flag, a path, or - for standard input, is typed by its id instead.
        const reference = ["-", "--json", ".."].includes(name) ? id(1) : name
        await together(["argument", "input", "status"], async (way) => {
          if (way === "argument") expect((await run("path", reference)).stdout).toBe(`${join(place.home, "here")}\n`)
          else if (way === "input") expect((await devInfra(place, ["path", "-0"], { input: `${reference}\0` })).stdout).toBe(`${join(place.home, "here")}\n`)
          else expect((await run("status", reference, "--quiet")).stdout.split("\n").length).toBe(2)
        })
        expect((await run("archive", reference)).exitCode).toBe(0)
        const shown = JSON.parse((await run("show", reference, "--json")).stdout)
        expect(shown.projects[0].project).toMatchObject({ name, status: "archived" })
      })
    }

    it("a renamed project may have each of them", async () => {
      store([entry(1, "plain", "here")])
      for (const name of ["two\nlines", emoji, longName, nasty]) {
        expect((await run("update", id(1), `--name=${name}`)).exitCode).toBe(0)
        expect(JSON.parse(readFileSync(registryFile, "utf8")).projects[0].name).toBe(name)
      }
      expect((await run("update", id(1), `--name=${longName}x`)).exitCode).toBe(2)
    })
  })

  it("__proto__ as a key survives an update, in the registry and in the project's file", async () => {
    mkdirSync(join(place.home, "here"))
    const yaml = "# ours\n__proto__: { admin: true } # kept\ndescription: old\n"
    writeFileSync(join(place.home, "here/.dev-infra.yml"), yaml)
    writeFileSync(
      registryFile,
      `{"version":"1.0","__proto__":{"top":1},"projects":[{"__proto__":{"admin":true},"id":"${id(1)}","name":"here","path":"${place.home}/here","description":"old","template":"none","version":"unknown","status":"active","deep":{"__proto__":{"x":[1]}}}]}`
    )
    expect((await run("update", "here", "--description", "new", "--tag", "x")).exitCode).toBe(0)
    const text = readFileSync(registryFile, "utf8")
    const own = (value: object) => Object.getOwnPropertyDescriptor(value, "__proto__")?.value
    const document = JSON.parse(text)
    expect(own(document)).toEqual({ top: 1 })
    expect(own(document.projects[0])).toEqual({ admin: true })
    expect(own(document.projects[0].deep)).toEqual({ x: [1] })
    expect(document.projects[0]).toMatchObject({ description: "new", tags: ["x"] })
    expect(readFileSync(join(place.home, "here/.dev-infra.yml"), "utf8")).toBe(yaml.replace("description: old", "description: new"))
    expect((await run("show", "here")).stdout).toContain("__proto__\t")
    expect(own(JSON.parse((await run("show", "here", "--json")).stdout).projects[0].project)).toEqual({ admin: true })
  })

  describe("names that do not tell which project is meant", () => {
    const commands = ["remove", "path", "update --tag x", "show", "archive", "restore", "status"]
    for (const command of some(commands, 3)) {
      it(`${command}: a name that two have, the beginning of two ids, and no such project change nothing`, async () => {
        store([entry(1, "twin", "a"), entry(2, "twin", "b"), entry(3, "other", "c")])
        const before = readFileSync(registryFile, "utf8")
        await together([["twin", "may be any of 2 projects"], ["1111111", "may be any of 3 projects"], ["othr", "other"], ["", undefined]] as const, async ([reference, said]) => {
          // One that is right before it makes no difference.
          const { exitCode, stderr, stdout } = await run(...command.split(" "), "other", reference)
          expect({ reference, exitCode, stdout }).toEqual({ reference, exitCode: reference === "" ? 2 : 1, stdout: "" })
          if (said !== undefined) expect(stderr).toContain(said)
        })
        expect(readFileSync(registryFile, "utf8")).toBe(before)
      })

      it(`${command}: unknown flags before and after the projects`, async () => {
        store([entry(3, "other", "c")])
        const before = readFileSync(registryFile, "utf8")
        await together([["--wrong", "other"], ["other", "--wrong"], ["--JSON", "other"], ["other", "--stdin=yes"]], async (words) => {
          const { exitCode, stderr, stdout } = await run(...command.split(" "), ...words)
          expect({ words, exitCode, stdout }).toEqual({ words, exitCode: 2, stdout: "" })
          expect(stderr).toMatch(/^error: /)
        })
        expect(readFileSync(registryFile, "utf8")).toBe(before)
      })
    }
  })

  describe("a registry that cannot be read", () => {
    const commands = ["show other", "path other", "archive other", "restore other", "remove other", "remove --missing --yes", "status", "update other --tag x", "list"]
    const whole = () => `${JSON.stringify({ version: "1.0", projects: [entry(3, "other", "c")] }, null, 2)}\n`
    for (const [kind, spoil, said] of [
      ["truncated", (text: string) => text.slice(0, 120), /registry\.json:\d+:\d+: /],
      ["merge-conflicted", (text: string) => text.replace('  "projects"', '<<<<<<< HEAD\n  "projects"'), /registry\.json:3:1: /],
      ["binary", () => "\u0000\u0001\u0002\u0000", /registry\.json:1:1: /],
      ["wrong-typed", () => '{"version": "1.0", "projects": {}}', /registry\.json:1:\d+: /]
    ] as const) {
      it(`${kind}: is left as it is, and every command says where it is wrong`, async () => {
        writeFileSync(registryFile, spoil(whole()))
        const before = readFileSync(registryFile)
        await together(some(commands, 3), async (command) => {
          const { exitCode, stderr, stdout } = await run(...command.split(" "))
          expect({ command, exitCode, stdout }).toEqual({ command, exitCode: 1, stdout: "" })
          expect(stderr).toMatch(said)
          expect(stderr).toContain("doctor")
        })
        expect(readFileSync(registryFile).equals(before)).toBe(true)
      })
    }

    for (const command of ["archive other", "remove other", "update other --tag x"]) {
      it(`of a newer version: ${command} is refused`, async () => {
        writeFileSync(registryFile, whole().replace('"1.0"', '"9.0"'))
        const before = readFileSync(registryFile)
        const { exitCode, stderr, stdout } = await run(...command.split(" "))
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
        expect(stderr).toContain("9.0")
        expect(readFileSync(registryFile).equals(before)).toBe(true)
      })
    }

    for (const command of ["show other", "path other"]) {
      it(`of a newer version: ${command} reads it`, async () => {
        writeFileSync(registryFile, whole().replace('"1.0"', '"9.0"'))
        const { exitCode, stdout } = await run(...command.split(" "))
        expect(exitCode).toBe(0)
        expect(stdout).toContain(join(place.home, "c"))
      })
    }

    it("no registry at all: nothing is made by reading", async () => {
      rmSync(join(place.home, ".dev-infra"), { recursive: true })
      expect((await run("path", "other")).exitCode).toBe(1)
      expect((await run("status")).exitCode).toBe(0)
      expect(existsSync(registryFile)).toBe(false)
    })
  })
})
