/**
 * `dev-infra task` as a whole: exit codes, the `task` of commands, signals, other engines, what is kept of lists.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { ensureBuilt } from "../Binary.js"
import { makeTaskPlace, type TaskPlace } from "./TaskPlace.js"

const taskfile = `version: '3'
tasks:
  default: echo default
  fail:
    cmds: ['exit 7']
  outer:
    cmds: [{task: fail}]
  echo:
    desc: Say it
    aliases: [e]
    cmds: ['echo {{.X}} {{.CLI_ARGS}}']
  nested:
    cmds: ['task -s echo X=inner -- "a b"', 'command -v task >/dev/null']
`

describe("dev-infra task", () => {
  let world: TaskPlace
  beforeAll(ensureBuilt)
  beforeEach(() => {
    world = makeTaskPlace({ ownCache: true })
    world.write({ "Taskfile.yml": taskfile })
  })
  afterEach(() => world.place.remove())

  it("runs the task default, shows commands on standard error, and takes variables and arguments", async () => {
    expect(await world.task("")).toEqual({ stdout: "default\n", stderr: "task: [default] echo default\n", exitCode: 0 })
    expect(await world.task(["-s", "e", "X=1", "--", "a b", "c"])).toEqual({ stdout: "1 a b c\n", stderr: "", exitCode: 0 })
    expect((await world.task("-n fail")).exitCode).toBe(0)
  })

  it("ends as task does: 201, or with -x as the command did, through other tasks too", async () => {
    for (const name of ["fail", "outer"]) {
      const { exitCode, stderr } = await world.task(`-s ${name}`)
      expect(exitCode).toBe(201)
      expect(stderr).toMatch(/^error: failed to run task "fail": exit status 7 \(.*Taskfile\.yml:5:12/)
      expect((await world.task(`-sx ${name}`)).exitCode).toBe(7)
    }
    expect((await world.task("--nonsense")).exitCode).toBe(2)
    expect((await world.task("nothing")).exitCode).toBe(200)
    world.write({ "Taskfile.yml": "version: '3'\ntasks:\n  default:\n    cmds: [{cmd: sleep 60, timeout: 10ms}]\n" })
    expect((await world.task("-s")).exitCode).toBe(208)
    expect((await world.task("-sx")).exitCode).toBe(124)
  })

  it("says what is missing, and which task is called without end", async () => {
    expect(await world.task("-d gone")).toMatchObject({ exitCode: 100, stderr: `error: the folder ${world.path("gone")} does not exist\n` })
    expect(await world.task("-t gone")).toMatchObject({ exitCode: 100, stderr: `error: the file ${world.path("gone")} does not exist\n` })
    world.write({ "Taskfile.yml": "version: '3'\ntasks:\n  x:\n    cmds: [{task: '{{.TASK}}'}]\n" })
    const { exitCode, stderr } = await world.task("x")
    expect(exitCode).toBe(204)
    expect(stderr).toMatch(/^error: task "x" was called 1000 times \(\/.*Taskfile\.yml:3:3\)[^]*> 3 \| {3}x:/)
  })

  it("shows what a label or a prefix would tell the terminal as text", async () => {
    world.write({ "Taskfile.yml": `version: '3'\ntasks:\n  default:\n    label: "la\\e[2Jbel"\n    prefix: "pre\\e[2Jfix"\n    cmds: [echo out, exit 3]\n` })
    for (const words of ["", "-o prefixed", "-o prefixed -c", "-v", "--dry", "--plan", "--list-all", "--summary"]) {
      const { stderr, stdout } = await world.task(words)
      expect(`${stdout}${stderr}`).not.toContain("\u001b[2J")
    }
    expect((await world.task("-s -o prefixed")).stdout).toBe("[pre\\x1b[2Jfix] out\n")
  })

  it("is task for its commands, wherever they run", async () => {
    expect(await world.task("-s nested")).toEqual({ stdout: "inner a b\n", stderr: "", exitCode: 0 })
  })

  it("finds the Taskfile above, and runs where it lies", async () => {
    world.write({ "deep/down/x": "", "Taskfile.yml": "version: '3'\ntasks:\n  where: 'pwd; echo {{.USER_WORKING_DIR}}'\n" })
    expect((await world.task("-s where", { folder: world.path("deep/down") })).stdout).toBe(`${world.path()}\n${world.path("deep/down")}\n`)
    expect((await world.task(["-s", "-t", "../../Taskfile.yml", "where"], { folder: world.path("deep/down") })).stdout).toContain(world.path())
  })

  it("--init writes a Taskfile that works, and never over another", async () => {
    rmSync(world.path("Taskfile.yml"))
    expect((await world.task("--init")).exitCode).toBe(0)
    expect((await world.task("")).stdout).toBe("Hello, World!\n")
    writeFileSync(world.path("Taskfile.yml"), "mine")
    expect(await world.task("--init")).toMatchObject({ exitCode: 101, stderr: expect.stringMatching(/^error: there is a Taskfile already/) })
    expect(readFileSync(world.path("Taskfile.yml"), "utf8")).toBe("mine")
  })

  it("--list --json has the shape of task, and says besides where each task comes from", async () => {
    const { stdout } = await world.task("--list --json")
    const [task] = JSON.parse(stdout).tasks
    expect(task).toMatchObject({ name: "echo", task: "echo", desc: "Say it", summary: "", aliases: ["e"], up_to_date: false, location: { line: 8, column: 3, taskfile: world.path("Taskfile.yml") } })
    expect(JSON.parse(stdout).location).toBe(world.path("Taskfile.yml"))
    expect(task.origin).toBeDefined()
  })

  it("completes names of tasks", async () => {
    const { stdout } = await world.shell("dev-infra __complete fish -- task e")
    expect(stdout).toMatch(/^echo\tSay it$/m)
  })
})

describe("a list that was made before", () => {
  let world: TaskPlace
  beforeAll(ensureBuilt)
  beforeEach(() => {
    world = makeTaskPlace({ ownCache: true })
    world.write({ "Taskfile.yml": "version: '3'\nincludes:\n  a: ./a.yml\n  b: {taskfile: ./b, optional: true}\ntasks:\n  one:\n    desc: First\n", "a.yml": "version: '3'\ntasks:\n  two:\n    desc: Second\n" })
  })
  afterEach(() => world.place.remove())
  const list = async (environment: { readonly [name: string]: string } = {}) => (await world.task("--list", { environment })).stdout

  it("is the same again, until something that it was made of changes", async () => {
    const first = await list()
    expect(first).toMatch(/^task: Available[^]*\* one: +First +Taskfile\.yml:6\n\* a:two: +Second +a\.yml:3\n$/)
    expect(await list()).toBe(first)
    world.write({ "a.yml": "version: '3'\ntasks:\n  two:\n    desc: Sekond\n" })
    expect(await list()).toContain("Sekond")
    world.write({ "b/Taskfile.yml": "version: '3'\ntasks:\n  three:\n    desc: Third\n" })
    expect(await list()).toContain("b:three")
    world.write({ "b/Taskfile.yml": "version: '3'\ntasks:\n  three:\n    description: Third\n" })
    for (let times = 0; times < 2; times++) expect((await world.task("--list")).stderr).toContain("did you mean desc?")
    rmSync(world.path("b"), { recursive: true })
    expect(await list()).toBe(first.replace("Second", "Sekond"))
    rmSync(world.path("a.yml"))
    expect((await world.task("--list")).exitCode).toBe(100)
  }, 20_000)

  it("depends on the environment where a path names it", async () => {
    world.write({ "Taskfile.yml": "version: '3'\nincludes:\n  a: './{{.WHICH}}.yml'\n", "c.yml": "version: '3'\ntasks:\n  other:\n    desc: Other\n" })
    for (let times = 0; times < 2; times++) {
      expect(await list({ WHICH: "a" })).toContain("a:two")
      expect(await list({ WHICH: "c" })).toContain("a:other")
    }
  })

  it("is found from below only as long as nothing nearer is there", async () => {
    world.write({ "inner/x": "" })
    const inner = () => world.task("--list", { folder: world.path("inner") })
    for (let times = 0; times < 2; times++) expect((await inner()).stdout).toContain("First")
    world.write({ "inner/Taskfile.yml": "version: '3'\ntasks:\n  near:\n    desc: Nearer\n" })
    expect((await inner()).stdout).toContain("Nearer")
  })
})

describe("--engine task", () => {
  let world: TaskPlace
  beforeAll(ensureBuilt)
  beforeEach(() => {
    world = makeTaskPlace({ ownCache: true })
    world.write({ "Taskfile.yml": taskfile })
  })
  afterEach(() => world.place.remove())

  /** A program `task` on the PATH, before all others. */
  const install = (script: string): { readonly environment: { readonly PATH: string } } => {
    world.write({ "bin/task": `#!/bin/sh\necho "$*" >> ${world.path("calls")}\n${script}` })
    chmodSync(world.path("bin/task"), 0o755)
    return { environment: { PATH: `${world.path("bin")}:/usr/bin:/bin` } }
  }

  it("hands the words to a task that reports failures, and ends as it does", async () => {
    const options = install(`case "$*" in --version) echo 3.44.0;; "--exit-code default") exit 7;; *) echo "mine: $*"; exit 5;; esac\n`)
    for (let times = 0; times < 2; times++) expect(await world.task(["build", "--engine", "task", "-x", "--", "--engine"], options)).toEqual({ stdout: "mine: build -x -- --engine\n", stderr: "", exitCode: 5 })
    // It is tried out once.
    expect(readFileSync(world.path("calls"), "utf8").split("\n").filter((line) => line === "--version")).toHaveLength(1)
  })

  it("refuses one that ends with 0 when a task fails", async () => {
    const options = install(`case "$*" in --version) echo 3.45.0;; *) exit 0;; esac\n`)
    const { exitCode, stderr } = await world.task("--engine=task build", options)
    expect(exitCode).toBe(1)
    expect(stderr).toContain("it ends with 0 when a task fails")
  })

  it("refuses another program of that name, and says what to do where there is none", async () => {
    expect((await world.task("--engine=task build", install("echo TaskWarrior 2.6\n"))).stderr).toContain("does not say a version 3")
    rmSync(world.path("bin"), { recursive: true })
    const { exitCode, stderr } = await world.task("--engine=task build", { environment: { PATH: "/usr/bin:/bin" } })
    expect(exitCode).toBe(1)
    expect(stderr).toContain("taskfile.dev")
    expect(existsSync(world.path("RAN"))).toBe(false)
  })
})

describe("Ctrl-C while tasks run", () => {
  let world: TaskPlace
  beforeAll(ensureBuilt)
  beforeEach(() => void (world = makeTaskPlace()))
  afterEach(() => world.place.remove())

  const isRunning = (pid: number): boolean => {
    // Who has ended and waits for nobody to ask is a zombie.
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" })
    return !/^(?:Z.*)?$/.test(stdout.trim())
  }

  const start = (command: string, signals: ReadonlyArray<NodeJS.Signals>) => {
    world.write({ "Taskfile.yml": `version: '3'\ntasks:\n  default:\n    silent: true\n    cmds:\n      - defer: touch DEFERRED\n      - |\n        ${command}\n` })
    return world.task("", {
      onStart: ({ kill, onStderr }) => {
        const left = [...signals]
        onStderr(() => {
          const next = left.shift()
          if (next !== undefined) kill(next)
        })
      }
    })
  }

  it("is for the command: if it ends well the run does too", async () => {
    expect(await start(`trap "echo caught; exit 0" INT; echo ready >&2; while :; do sleep 0.05; done`, ["SIGINT"])).toMatchObject({ exitCode: 0, stdout: "caught\n" })
    expect(existsSync(world.path("DEFERRED"))).toBe(true)
  })

  it("ends the run if it ends the command", async () => {
    expect((await start("echo ready >&2; sleep 30", ["SIGTERM"])).exitCode).toBe(201)
  })

  it("the third one kills what ignores it, with all that it started, and says so", async () => {
    const ignoring = `trap "echo again >&2" INT TERM; setsid sh -c 'echo $$ > pid; trap "" INT TERM; echo ready >&2; while :; do sleep 0.05; done' & while :; do sleep 0.05 || :; done`
    for (const [last, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      const ended = await start(ignoring, ["SIGINT", "SIGTERM", last])
      expect(ended).toMatchObject({ exitCode, stdout: "" })
      expect(ended.stderr).toContain(`error: ended by force, at the third signal (${last})`)
      expect(existsSync(world.path("DEFERRED"))).toBe(false)
      await expect.poll(() => isRunning(Number(readFileSync(world.path("pid"), "utf8")))).toBe(false)
    }
  })
})

describe("what differs from task on purpose", () => {
  let world: TaskPlace
  beforeAll(ensureBuilt)
  beforeEach(() => void (world = makeTaskPlace()))
  afterEach(() => world.place.remove())

  it("commands of variables run only where they are needed, and all of them with --eager", async () => {
    world.write({ "Taskfile.yml": "version: '3'\nvars: {FAR: {sh: 'touch RAN; echo far'}}\ntasks:\n  default: echo near\n" })
    expect((await world.task("-s")).stdout).toBe("near\n")
    expect(existsSync(world.path("RAN"))).toBe(false)
    expect((await world.task("-s --eager")).stdout).toBe("near\n")
    expect(existsSync(world.path("RAN"))).toBe(true)
  })

  it("--plan warns of a variable that the shell has already, which TASK_X_ENV_PRECEDENCE turns round", async () => {
    world.write({ "Taskfile.yml": "version: '3'\nenv: {WHO: taskfile}\ntasks:\n  default: echo $WHO\n" })
    const environment = { WHO: "shell" }
    expect((await world.task("--plan", { environment })).stderr).toMatch(/^warning: .*Taskfile\.yml:2:\d+: .*WHO/)
    expect((await world.task("-s", { environment })).stdout).toBe("shell\n")
    expect((await world.task("-s", { environment: { ...environment, TASK_X_ENV_PRECEDENCE: "1" } })).stdout).toBe("taskfile\n")
  })
})
