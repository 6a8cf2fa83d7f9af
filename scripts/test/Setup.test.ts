import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const scripts = fileURLToPath(new URL("../", import.meta.url))

/** Stands in for turbo: notes that it ran, waits as long as a test wants, writes one output. */
const turbo = `
const fs = require("node:fs")
fs.appendFileSync("builds.log", "begin\\n")
const finish = () => {
  if (fs.existsSync("hold")) return setTimeout(finish, 20)
  fs.mkdirSync("packages/one/dist", { recursive: true })
  fs.copyFileSync("packages/one/src/One.ts", "packages/one/dist/One.js")
  fs.appendFileSync("builds.log", "end\\n")
}
finish()
`

/** Stands in for npm where a test is not about npm: the same files, without its start. */
const npm = `
const fs = require("node:fs")
fs.rmSync("node_modules", { recursive: true, force: true })
fs.mkdirSync("node_modules")
fs.symlinkSync("../tools/turbo", "node_modules/turbo")
fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json")
`

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

let folder: string

const inFolder = (...parts: ReadonlyArray<string>): string => path.join(folder, ...parts)

const write = (file: string, content: string): void => {
  fs.mkdirSync(path.dirname(inFolder(file)), { recursive: true })
  fs.writeFileSync(inFolder(file), content)
}

const read = (file: string): string => fs.readFileSync(inFolder(file), "utf8")

/** Lets the npm of this machine do the work. */
const realNpm = { npm_execpath: undefined }

const start = (script: string, args: ReadonlyArray<string> = [], options: { cwd?: string; env?: Record<string, string | undefined> } = {}) => {
  const { npm_package_json: _, INIT_CWD: __, ...outer } = process.env
  const child = spawn(process.execPath, [inFolder("scripts", script), ...args], {
    cwd: options.cwd ?? folder,
    env: { ...outer, npm_execpath: inFolder("tools/npm-cli.js"), ...options.env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })))
  return { child, ended, stderr: () => stderr }
}

const run = (...input: Parameters<typeof start>): Promise<Ended> => start(...input).ended

/** Waits for a fact on disk or in an output; the test's own time limit ends a wait in vain. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}

const builds = (): number => (fs.existsSync(inFolder("builds.log")) ? read("builds.log").split("end").length - 1 : 0)

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "set up "))
  fs.cpSync(scripts, inFolder("scripts"), { recursive: true })
  const root = { name: "root", version: "1.0.0", dependencies: { turbo: "file:tools/turbo" } }
  write("package.json", JSON.stringify(root))
  write(
    "package-lock.json",
    JSON.stringify({
      name: "root",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages: { "": root, "node_modules/turbo": { resolved: "tools/turbo", link: true }, "tools/turbo": { version: "1.0.0" } }
    })
  )
  write("tools/turbo/package.json", JSON.stringify({ name: "turbo", version: "1.0.0" }))
  write("tools/turbo/bin/turbo", turbo)
  write("tools/npm-cli.js", npm)
  write("packages/one/package.json", JSON.stringify({ name: "one" }))
  write("packages/one/src/One.ts", "export const one = 1\n")
  write(
    "apps/cli/bin/dev-infra.cjs",
    "process.stdout.write(JSON.stringify([process.cwd(), ...process.argv.slice(2)])); process.exitCode = 7\n"
  )
})

afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true })
})

describe("setup", () => {
  it("installs and builds once, then does nothing and says nothing", async () => {
    const first = await run("setup.cjs", [], { env: realNpm })
    expect(first).toMatchObject({ code: 0, stdout: "" })
    expect(first.stderr.trim().split("\n")).toHaveLength(2)
    expect(await run("setup.cjs", [], { cwd: os.tmpdir() })).toEqual({ code: 0, stdout: "", stderr: "" })
    expect(builds()).toBe(1)
  })

  it("builds again when a source changes, an output is missing or an output is another one", async () => {
    await run("setup.cjs")
    write("packages/one/src/One.ts", "export const one = 2\n")
    await run("setup.cjs")
    expect(read("packages/one/dist/One.js")).toContain("2")
    fs.rmSync(inFolder("packages/one/dist/One.js"))
    await run("setup.cjs")
    expect(read("packages/one/dist/One.js")).toContain("2")
    write("packages/one/dist/One.js", "from another branch")
    await run("setup.cjs")
    expect(read("packages/one/dist/One.js")).toContain("2")
    expect(builds()).toBe(4)
  })

  it("removes what a deleted module left behind", async () => {
    write("packages/one/dist/Gone.js", "")
    write("packages/one/dist/Gone.d.ts.map", "")
    await run("setup.cjs")
    expect(fs.readdirSync(inFolder("packages/one/dist"))).toEqual(["One.js"])
  })

  it("installs again when the lockfile changed or node_modules is gone", async () => {
    await run("setup.cjs")
    write("package-lock.json", `${read("package-lock.json")}\n`)
    fs.rmSync(inFolder("node_modules/.package-lock.json"))
    expect((await run("setup.cjs")).stderr).toContain("Installing")
    fs.rmSync(inFolder("node_modules"), { recursive: true })
    expect((await run("setup.cjs")).stderr).toContain("Installing")
  })

  it("accepts what npm ci installed by hand", async () => {
    await run("setup.cjs", [], { env: realNpm })
    fs.rmSync(inFolder("node_modules/.dev-infra-installed"))
    expect(await run("setup.cjs")).toMatchObject({ code: 0, stderr: "" })
  })

  it("installs what is needed for development also in a production environment", async () => {
    const manifest = { name: "root", version: "1.0.0", devDependencies: { turbo: "file:tools/turbo" } }
    write("package.json", JSON.stringify(manifest))
    const lock = JSON.parse(read("package-lock.json"))
    lock.packages[""] = manifest
    lock.packages["node_modules/turbo"].dev = true
    lock.packages["tools/turbo"].dev = true
    write("package-lock.json", JSON.stringify(lock))
    const production = { ...realNpm, NODE_ENV: "production", npm_config_omit: "dev", npm_config_production: "true", npm_config_dry_run: "true" }
    expect(await run("setup.cjs", [], { env: production })).toMatchObject({ code: 0 })
    expect(builds()).toBe(1)
  })

  // Each installs anew, so the quick form of the tests tries one.
  const homes: ReadonlyArray<readonly [string, string | undefined]> = [["a file", "/dev/null"], ["unset", undefined], ["empty", ""]]
  it.each(process.env["DEV_INFRA_SOAK"] === "1" ? homes : homes.slice(0, 1))("works with a HOME that is %s", async (_, home) => {
    const { code, stderr } = await run("setup.cjs", [], { env: { ...realNpm, HOME: home, npm_config_cache: undefined } })
    expect([code, stderr.split("\n").length]).toEqual([0, 3])
  })

  it("lets one of many do the work, and the others wait and say so once", async () => {
    write("hold", "")
    const runs = [start("setup.cjs"), start("setup.cjs"), start("setup.cjs")]
    await until(() => runs.filter((one) => one.stderr().includes("waiting")).length === 2)
    await until(() => fs.existsSync(inFolder("builds.log")))
    fs.rmSync(inFolder("hold"))
    const ended = await Promise.all(runs.map((one) => one.ended))
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(ended.filter(({ stderr }) => stderr.split("waiting").length === 2)).toHaveLength(2)
    expect(builds()).toBe(1)
  })

  it("goes on after the holder of the lock was killed", async () => {
    write("hold", "")
    const killed = start("setup.cjs")
    await until(() => fs.existsSync(inFolder("builds.log")))
    const waiting = [start("setup.cjs"), start("setup.cjs")]
    await until(() => waiting.every((one) => one.stderr().includes("waiting")))
    killed.child.kill("SIGKILL")
    fs.rmSync(inFolder("hold"))
    expect((await Promise.all(waiting.map((one) => one.ended))).map(({ code }) => code)).toEqual([0, 0])
    expect(await run("setup.cjs")).toEqual({ code: 0, stdout: "", stderr: "" })
  })

  it("ends with 143 when it is asked to stop, and recovers", async () => {
    write("hold", "")
    const stopped = start("setup.cjs")
    await until(() => fs.existsSync(inFolder("builds.log")))
    stopped.child.kill("SIGTERM")
    expect(await stopped.ended).toMatchObject({ code: 143 })
    fs.rmSync(inFolder("hold"))
    expect(await run("setup.cjs")).toMatchObject({ code: 0 })
    expect(builds()).toBe(1)
  })

  it("shows what the build said when it fails", async () => {
    write("tools/turbo/bin/turbo", "console.log('One.ts:1 is wrong'); process.exitCode = 3\n")
    const { code, stderr } = await run("setup.cjs")
    expect(code).toBe(1)
    expect(stderr).toContain("One.ts:1 is wrong")
    expect(stderr).not.toContain("    at ")
  })
})

describe("start", () => {
  it("runs dev-infra up with the arguments, where the person stands, and ends with its exit code", async () => {
    const here = fs.realpathSync(os.tmpdir())
    const { code, stdout } = await run("start.cjs", ["--yes", "a b"], { cwd: here })
    expect([code, JSON.parse(stdout)]).toEqual([7, [here, "up", "--yes", "a b"]])
  })

  it("stands where npm was called", async () => {
    const env = { INIT_CWD: os.tmpdir(), npm_package_json: inFolder("package.json") }
    const { stdout } = await run("start.cjs", [], { env })
    expect(JSON.parse(stdout)).toEqual([fs.realpathSync(os.tmpdir()), "up"])
  })
})

describe("requirements", () => {
  const withNode = (version: string, args = "") =>
    new Promise<Ended>((resolve) => {
      const code = `Object.defineProperty(process, "version", { value: "${version}" }); ${args} require(${JSON.stringify(inFolder("scripts/setup.cjs"))})`
      const child = spawn(process.execPath, ["-e", code], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] })
      let stderr = ""
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
      child.once("close", (exit) => resolve({ code: exit, stdout: "", stderr }))
    })

  it.each(["v0.10.48", "v6.17.1", "v18.20.0", "v20.18.3"])("says in one sentence that Node %s is too old", async (version) => {
    const { code, stderr } = await withNode(version)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^dev-infra needs Node 20\.19 or newer, and this is v[\d.]+ .*\n$/)
  })

  it("says in one sentence that git is missing", async () => {
    const { code, stderr } = await withNode(process.version, `process.env.PATH = "/nowhere";`)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^dev-infra needs git.*\n$/)
  })

  it("is written in syntax that an old Node can read", () => {
    for (const name of fs.readdirSync(scripts).filter((entry) => entry.endsWith(".cjs"))) {
      const code = fs.readFileSync(path.join(scripts, name), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"/g, "")
      expect([name, code.match(/=>|`|\b(?:const|let|class|async|await|of)\b|\?\.|\?\?|\.\.\./)]).toEqual([name, null])
    }
  })
})
