/** What `@effect/cli` 0.77 does wrong by itself, as a user of the built program would meet it. The numbers are those of the list that it was made from. */
import { spawn } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { app, devInfra, devInfraOnTerminal, ensureBuilt, hasTerminal, makePlace, type Place, program, run } from "../Binary.js"

const writeProjects = (place: Place, count: number): void => {
  mkdirSync(join(place.home, ".dev-infra"), { recursive: true })
  const projects = Array.from({ length: count }, (_, at) => ({ id: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`, name: `project-${at}`, path: `/nowhere/${at}`, template: "none", version: "unknown", status: "active" }))
  writeFileSync(join(place.home, ".dev-infra/registry.json"), JSON.stringify({ version: "1.0", projects }))
}

describe("the built program", () => {
  let place: Place
  beforeAll(() => {
    ensureBuilt()
    place = makePlace()
  })
  afterAll(() => place.remove())

  it("1: refuses commands and flags in the wrong case", async () => {
    const command = await devInfra(place, ["LIST"])
    expect(command).toEqual({ stdout: "", stderr: `error: dev-infra has no command "LIST"\nhint: did you mean list?\n`, exitCode: 2 })
    const flag = await devInfra(place, ["list", "--JSON"])
    expect(flag).toEqual({ stdout: "", stderr: "error: dev-infra list has no flag --JSON; flags are case-sensitive\nhint: did you mean --json?\n", exitCode: 2 })
  })

  it("2: refuses unknown flags before and after arguments, and before the command", async () => {
    for (const words of [["completions", "--typo", "bash"], ["completions", "bash", "--typo"], ["--typo", "completions", "bash"]]) {
      const { exitCode, stderr, stdout } = await devInfra(place, words)
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" })
      expect(stderr).toMatch(/^error: dev-infra.* has no flag --typo\nhint: .*\n$/)
    }
  })

  it("3, 6: tells an error once, on standard error, without JSON or log lines", async () => {
    const { stderr, stdout } = await devInfra(place, ["list", "--sort", "size"])
    expect(stdout).toBe("")
    expect(stderr).toBe(`error: --sort is one of name, path, created, status, template, organization, not "size"\nhint: see dev-infra help list\n`)
  })

  it("4, 5: tells failures of the work, with exit code 1, without stack and tag", async () => {
    const { exitCode, stderr, stdout } = await devInfra(place, ["list"], { environment: { HOME: undefined } })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
    expect(stderr).toMatch(/^error: .*DEV_INFRA_HOME/)
    expect(stderr).not.toMatch(/_tag|\n\s+at /)
  })

  it("5: tells defects as such, with exit code 70, and more of them with --log-level debug", async () => {
    // Only help pages use padEnd; signals are listened to before any command is known.
    const broken = {
      inside: `String.prototype.padEnd = () => { throw new TypeError("boom") }`,
      around: `const on = process.on; process.on = function (name, ...rest) { if (name === "SIGINT") throw new TypeError("boom"); return on.call(this, name, ...rest) }`
    }
    for (const [name, code] of Object.entries(broken)) {
      const preload = join(place.home, `${name}.cjs`)
      writeFileSync(preload, code)
      const environment = { NODE_OPTIONS: `--require=${preload}` }
      const brief = await devInfra(place, ["help", "list"], { environment })
      expect(brief.exitCode).toBe(70)
      expect(brief.stderr).toMatch(/^error: this is a defect of dev-infra: boom\nhint: run it again with --log-level debug .*\n$/i)
      const long = await devInfra(place, ["list", "--help", "--log-level", "debug"], { environment })
      expect(long.exitCode).toBe(70)
      expect(long.stderr).toMatch(name === "inside" ? /\n\s+at src\/Help\.ts:\d+/ : /\n\s+at /)
    }
  })

  it.runIf(hasTerminal())("5: ends with 130 on Ctrl-C and 143 on SIGTERM", async () => {
    writeProjects(place, 5000)
    for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      const ended = await run(place, "python3", [join(app, "test/interrupt.py"), signal, process.execPath, program, "list"])
      expect(ended).toEqual({ stdout: "", stderr: "", exitCode })
    }
  })

  it.runIf(hasTerminal())("5, 7: ends with 130 on Ctrl-C at a question, and asks nobody who is not there", async () => {
    writeProjects(place, 1)
    const onTerminal = await devInfraOnTerminal(place, "dev-infra remove --missing", "\u0003\n")
    expect(onTerminal.exitCode).toBe(130)
    expect(onTerminal.stdout).toMatch(/\[y\/N\]/)
    const piped = await devInfra(place, ["remove", "--missing"], { input: "y\n" })
    expect(piped.exitCode).toBe(2)
    expect(piped.stderr).toMatch(/hint: give --yes\n$/)
    expect((await devInfra(place, ["list"])).stdout).toContain("project-0")
  })

  it("8: prints no escape sequences into pipes, nor with NO_COLOR, unless asked to", async () => {
    expect((await devInfra(place, ["help"])).stdout).not.toContain("\u001b")
    expect((await devInfra(place, ["help"], { environment: { NO_COLOR: "1", FORCE_COLOR: "1" } })).stdout).not.toContain("\u001b")
    expect((await devInfra(place, ["help"], { environment: { FORCE_COLOR: "1" } })).stdout).toContain("\u001b")
    expect((await devInfra(place, ["bogus"])).stderr).not.toContain("\u001b")
    expect((await devInfra(place, ["list", "--bogus"], { environment: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stderr).not.toContain("\u001b")
  })

  it("9, 10: says that a command does not exist, also with --help, and which one may be meant", async () => {
    for (const words of [["lst"], ["lst", "--help"], ["--help", "lst"], ["help", "lst"]]) {
      expect(await devInfra(place, words)).toEqual({ stdout: "", stderr: `error: dev-infra has no command "lst"\nhint: did you mean list?\n`, exitCode: 2 })
    }
  })

  it("10: has a help command", async () => {
    const help = await devInfra(place, ["help", "list"])
    expect(help.exitCode).toBe(0)
    expect(help.stdout).toBe((await devInfra(place, ["list", "--help"])).stdout)
    expect((await devInfra(place, ["help"])).stdout).toBe((await devInfra(place, [])).stdout)
  })

  it("11, 12: shows defaults, choices, the whole command and examples in help", async () => {
    const { stdout } = await devInfra(place, ["help", "list"])
    expect(stdout).toContain("USAGE\n  dev-infra list [FLAGS]\n")
    expect(stdout.replace(/\n\s+/g, " ")).toContain("(one of name, path, created, status, template, organization; default: name)")
    expect(stdout).toContain("EXAMPLES\n  dev-infra list")
    expect(stdout).not.toContain("This setting is optional")
    expect((await devInfra(place, ["help", "completions"])).stdout).toContain("dev-infra completions SHELL [FLAGS]")
  })

  it("14: says that a flag needs a value", async () => {
    expect((await devInfra(place, ["list", "--sort"])).stderr).toContain("--sort needs one of name, path")
    expect((await devInfra(place, ["list", "--tag"])).stderr).toContain("--tag needs a value (TAG)")
  })

  it("16: prints completions that the shells can read", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      for (const words of [["completions", shell], ["shell", shell], ["shell", shell, "--name", "my-jump"]]) {
        const script = await devInfra(place, words)
        expect(script.exitCode).toBe(0)
        writeFileSync(join(place.home, "script"), script.stdout)
        const check = await run(place, "sh", ["-c", `command -v ${shell} >/dev/null || exit 0; ${shell} -n script`])
        expect(check, `${shell}: ${words.join(" ")}`).toEqual({ stdout: "", stderr: "", exitCode: 0 })
      }
    }
  })

  it("17: knows no wizard and no completions flag", async () => {
    expect((await devInfra(place, ["--wizard"])).exitCode).toBe(2)
    expect((await devInfra(place, ["list", "--wizard"])).exitCode).toBe(2)
    expect((await devInfra(place, ["--completions", "bash"])).exitCode).toBe(2)
  })

  it("18: takes the flags of every command before and after its name", async () => {
    const before = await devInfra(place, ["--color", "always", "--quiet", "list", "--help"])
    const after = await devInfra(place, ["list", "--help", "--quiet", "--color", "always"])
    expect(before.stdout).toBe(after.stdout)
    expect(before.stdout).toContain("\u001b[1m")
  })

  it("20: takes --, values with = and flags after arguments", async () => {
    expect((await devInfra(place, ["list", "--sort=path", "--status=active", "--status", "archived"])).exitCode).toBe(0)
    expect((await devInfra(place, ["completions", "bash", "-q"])).exitCode).toBe(0)
    expect((await devInfra(place, ["completions", "--", "--help"])).stderr).toContain(`SHELL is one of bash, zsh, fish, not "--help"`)
  })

  it("ends quietly when nobody reads any more", async () => {
    writeProjects(place, 5000)
    const child = spawn("sh", ["-c", `{ "${process.execPath}" "${program}" list; echo $? >&2; } | head -1`], { env: { ...place.environment }, stdio: ["ignore", "pipe", "pipe"] })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (text) => (stdout += String(text)))
    child.stderr.on("data", (text) => (stderr += String(text)))
    await new Promise((done) => child.on("close", done))
    expect({ stdout, stderr }).toEqual({ stdout: "project-0\t/nowhere/0\tactive\tnone\tmissing\n", stderr: "0\n" })
  })
})
