/**
 * One task in many projects, with the built program, real folders and real processes.
 */
import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { devInfra, devInfraOnTerminal, ensureBuilt, hasTerminal, makePlace, type Place, program } from "../Binary.js"

let place: Place

beforeAll(ensureBuilt)
beforeEach(() => {
  place = makePlace()
})
afterEach(() => place.remove())

const folderOf = (name: string): string => join(place.home, name)

/** Projects with a Taskfile each, and what they depend on. */
const projects = async (all: { readonly [name: string]: { readonly tasks: string; readonly dependsOn?: string } }): Promise<void> => {
  for (const [name, { dependsOn, tasks }] of Object.entries(all)) {
    mkdirSync(folderOf(name))
    writeFileSync(join(folderOf(name), "Taskfile.yml"), `version: '3'\ntasks:\n${tasks}`)
    writeFileSync(join(folderOf(name), ".dev-infra.yml"), dependsOn === undefined ? "" : `depends_on: ${dependsOn}\n`)
  }
  assert.strictEqual((await devInfra(place, ["add", ...Object.keys(all)])).exitCode, 0)
}

const task = (...commands: ReadonlyArray<string>): string => `  test:\n    cmds:\n${commands.map((command) => `      - ${JSON.stringify(command)}\n`).join("")}`

interface Summary {
  readonly projects: ReadonlyArray<{ readonly name: string; readonly state: string; readonly reason?: string; readonly earlier?: boolean; readonly log: string | null; readonly problem?: string }>
  readonly summary: { readonly [state: string]: number }
  readonly logs: string
}

const run = async (words: ReadonlyArray<string>) => {
  const ended = await devInfra(place, ["run", ...words, "--json"])
  return { ...ended, document: (ended.stdout === "" ? { projects: [], summary: {}, logs: "" } : JSON.parse(ended.stdout)) as Summary }
}

const states = ({ document }: { readonly document: Summary }) => Object.fromEntries(document.projects.map(({ name, state }) => [name, state]))

describe("dev-infra run", () => {
  it("shows a plan with folders, places and reasons, and starts nothing whatever the files hold", async () => {
    await projects({
      web: { tasks: `${task("touch ran")}    vars: {X: {sh: touch evaluated}}\n    status: ["touch status"]\n`, dependsOn: "[api, ../gone]" },
      api: { tasks: task("touch ran") },
      docs: { tasks: "  other: echo\n" }
    })
    const trace = join(place.home, "trace")
    const started = await devInfra(place, ["run", "test", "--all", "--plan", "--json"], { environment: { NODE_OPTIONS: `--require=${join(import.meta.dirname, "noProcesses.cjs")}`, STARTED_LOG: trace } })
    assert.strictEqual(started.exitCode, 0, started.stderr)
    assert.isFalse(existsSync(trace), "something was started")
    const plan = JSON.parse(started.stdout)
    assert.deepStrictEqual(plan.projects.map(({ directory, name, wave }: { directory: string; name: string; wave: number }) => [name, wave, directory]), [["api", 1, folderOf("api")], ["web", 2, folderOf("web")]])
    assert.strictEqual(plan.projects[1].needs[0].reason, "depends on api")
    assert.deepStrictEqual(plan.without_task.map(({ name }: { name: string }) => name), ["docs"])
    assert.strictEqual(plan.outside[0].reference, "../gone")
    for (const name of ["ran", "evaluated", "status"]) assert.isFalse(existsSync(join(folderOf("web"), name)))
  })

  it("runs each project in its own folder after what it depends on, shows each in one piece, and keeps logs for its owner alone", async () => {
    await projects({
      web: { tasks: task("pwd", "echo web >> ../order"), dependsOn: "[../api]" },
      api: { tasks: task("echo {{.GREETING}} {{.CLI_ARGS}}", "echo problem >&2", "echo api >> ../order") }
    })
    const ended = await devInfra(place, ["run", "test", "--all", "--trust", "GREETING=hello", "--", "a b"])
    assert.strictEqual(ended.exitCode, 0, ended.stderr)
    assert.strictEqual(readFileSync(join(place.home, "order"), "utf8"), "api\nweb\n")
    assert.match(ended.stdout, /^api ran .*\n(?:task: .*\n|hello a b\n|problem\n)+web ran .*\n/)
    assert.include(ended.stdout, `${folderOf("web")}\n`)
    const logs = ended.stderr.trimEnd().split("\n").at(-1)?.replace(/^logs: /, "") ?? ""
    assert.include(readFileSync(join(logs, "api.log"), "utf8"), "hello a b\n")
    for (const name of readdirSync(logs)) assert.strictEqual(statSync(join(logs, name)).mode & 0o777, 0o600)
  })

  it("asks for trust once for each project and content", async () => {
    await projects({ api: { tasks: task("echo 1") } })
    const refused = await run(["test", "--all"])
    assert.strictEqual(refused.exitCode, 1)
    assert.include(refused.stderr, "not trusted as they are now")
    assert.include(refused.stderr, "the same with --plan shows their commands")
    assert.strictEqual((await run(["test", "--all", "--trust"])).exitCode, 0)
    assert.strictEqual((await run(["test", "--all"])).exitCode, 0)
    writeFileSync(join(folderOf("api"), "Taskfile.yml"), `version: '3'\ntasks:\n${task("echo 2")}`)
    assert.strictEqual((await run(["test", "--all"])).exitCode, 1)
    assert.strictEqual((await run(["test", "--all", "--yes", "--frozen"])).exitCode, 1)
  })

  it("shows in a plan what would run of projects that are not trusted yet, and later what has changed since", async () => {
    const write = (name: string, tasks: string) => writeFileSync(join(folderOf(name), "Taskfile.yml"), `version: '3'\ntasks:\n${tasks}`)
    const own = "  test: {deps: [made], cmds: [echo \\e tested]}\n  made: true || curl x.test\n"
    await projects({ api: { tasks: `${own}  other: echo other\n` }, web: { tasks: task("echo web") } })
    const plan = () => devInfra(place, ["run", "test", "--all", "--plan"])
    const first = await plan()
    assert.strictEqual(first.exitCode, 0, first.stderr)
    assert.match(first.stderr, /^api \(.*\): not trusted yet; what would run:\n {2}! the task test\n {6}\+ before: task: made\n {6}\+ echo \\\\e tested\n {2}! the task made\n/m)
    assert.include(first.stderr, "the task made reaches the network")
    assert.include(first.stderr, "and 1 task that this run does not reach, which is trusted with it")
    assert.notInclude(first.stderr, "echo other")
    assert.strictEqual((await run(["test", "--all", "--trust"])).exitCode, 0)
    assert.notInclude((await plan()).stderr, "trusted")
    write("api", `${own.replace("tested", "EVIL")}  other: echo other\n  z: echo z\n`)
    const second = await plan()
    assert.match(second.stderr, /^api \(.*\): changed since \d{4}-\d\d-\d\d, when it was trusted last:\n {2}! the task test runs something else\n {6}- echo \\\\e tested\n {6}\+ echo \\\\e EVIL\n {2}! the task z is new\n {6}\+ echo z\n/m)
    assert.notInclude(second.stderr, "web (")
    const document = JSON.parse((await devInfra(place, ["run", "test", "--all", "--plan", "--json"])).stdout)
    assert.deepStrictEqual(document.projects.map(({ trust }: { trust: { state: string } }) => trust.state), ["changed", "trusted"])
    assert.deepStrictEqual(document.projects[0].trust.changes.map(({ kind, lines }: { kind: string; lines: ReadonlyArray<string> }) => [kind, lines]), [["changed", ["- echo \\e tested", "+ echo \\e EVIL"]], ["added", ["+ echo z"]]])
    write("api", `${own}  other: {desc: words, cmds: [echo other]}\n`)
    assert.include((await plan()).stderr, "no command, call or variable of a task")
    const [kept] = readdirSync(join(place.home, ".dev-infra/state/trusted-tasks"))
    assert.strictEqual(statSync(join(place.home, ".dev-infra/state/trusted-tasks", kept ?? "")).mode & 0o777, 0o600)
  })

  it.runIf(hasTerminal())("shows what would run, and what has changed, before it asks with y and n; no starts nothing and ends with 1", async () => {
    await projects({ api: { tasks: task("echo one >> ../ran") } })
    const line = `${JSON.stringify(process.execPath)} ${JSON.stringify(program)} run test --all`
    const refused = await devInfraOnTerminal(place, line, "n\n")
    assert.strictEqual(refused.exitCode, 1, refused.stdout)
    assert.match(refused.stdout, /not trusted yet[^]*\+ echo one >> \.\.\/ran[^]*Trust the tasks of api as they are now\? \[y\/N\][^]*nothing was started/)
    assert.isFalse(existsSync(join(place.home, "ran")))
    const ran = await devInfraOnTerminal(place, line, "y\ny\n")
    assert.strictEqual(ran.exitCode, 0, ran.stdout)
    assert.strictEqual(readFileSync(join(place.home, "ran"), "utf8"), "one\n")
    writeFileSync(join(folderOf("api"), "Taskfile.yml"), `version: '3'\ntasks:\n${task("echo EVIL >> ../ran")}`)
    const changed = await devInfraOnTerminal(place, `${line} --quiet`, "\n")
    assert.strictEqual(changed.exitCode, 1, changed.stdout)
    assert.match(changed.stdout, /changed since[^]*- echo one >> \.\.\/ran[^]*\+ echo EVIL >> \.\.\/ran[^]*\[y\/N\]/)
    assert.strictEqual(readFileSync(join(place.home, "ran"), "utf8"), "one\n")
  })

  it("stops starting after a failure, or goes on if told to; what needed it is not run, and --resume runs only what is left", async () => {
    await projects({
      a: { tasks: task("echo a >> ../order") },
      b: { tasks: task("test -e ../mended"), dependsOn: "[a]" },
      c: { tasks: task("echo c >> ../order"), dependsOn: "[b]" },
      d: { tasks: task("echo d >> ../order"), dependsOn: "[a]" }
    })
    const stopped = await run(["test", "--all", "--trust", "-j", "1"])
    assert.strictEqual(stopped.exitCode, 1)
    assert.deepStrictEqual(states(stopped), { a: "ran", b: "failed", c: "not run", d: "not run" })
    assert.include(stopped.document.projects[1]?.problem ?? "", "exit status 1")
    const further = await run(["test", "--resume", "--keep-going"])
    assert.deepStrictEqual(states(further), { a: "ran", b: "failed", c: "not run", d: "ran" })
    assert.isTrue(further.document.projects[0]?.earlier)
    writeFileSync(join(place.home, "mended"), "")
    const mended = await run(["--resume"])
    assert.strictEqual(mended.exitCode, 0, mended.stderr)
    assert.deepStrictEqual(states(mended), { a: "ran", b: "ran", c: "ran", d: "ran" })
    assert.strictEqual(readFileSync(join(place.home, "order"), "utf8"), "a\nd\nc\n")
    assert.strictEqual((await run(["test", "--resume"])).exitCode, 1)
  })

  it("refuses a circle of projects by naming the way, and a Taskfile that cannot be read, before anything runs", async () => {
    await projects({ a: { tasks: task("touch ../ran"), dependsOn: "[b]" }, b: { tasks: task("touch ../ran"), dependsOn: "[a]" } })
    const circle = await run(["test", "--all", "--trust"])
    assert.strictEqual(circle.exitCode, 1)
    assert.include(circle.stderr, "in a circle: a -> b -> a")
    writeFileSync(join(folderOf("a"), ".dev-infra.yml"), "")
    writeFileSync(join(folderOf("a"), "Taskfile.yml"), "version: '3'\ntasks: [\n")
    const broken = await run(["test", "--all", "--trust"])
    assert.strictEqual(broken.exitCode, 1)
    assert.include(broken.stderr, "nothing was started")
    assert.isFalse(existsSync(join(place.home, "ran")))
    assert.deepStrictEqual(states(await run(["test", "--all", "--trust", "-k"])), { a: "failed", b: "not run" })
  })

  it("goes on after it was killed, and never runs again what had ended well", async () => {
    await projects({
      quick: { tasks: task("echo quick >> ../order") },
      slow: { tasks: task("touch ../started", "until test -e ../go; do sleep 0.05; done", "echo slow >> ../order"), dependsOn: "[quick]" }
    })
    const child = spawn(process.execPath, [program, "run", "test", "--all", "--trust"], { cwd: place.home, env: place.environment, stdio: "ignore" })
    const closed = new Promise((done) => child.on("close", done))
    while (!existsSync(join(place.home, "started"))) await new Promise((done) => setTimeout(done, 10))
    const busy = await run(["test", "--resume"])
    assert.strictEqual(busy.exitCode, 1)
    assert.include(busy.stderr, "still under way")
    child.kill("SIGKILL")
    await closed
    writeFileSync(join(place.home, "go"), "")
    const resumed = await run(["test", "--resume"])
    assert.strictEqual(resumed.exitCode, 0, resumed.stderr)
    assert.strictEqual(readFileSync(join(place.home, "order"), "utf8").split("\n").filter((line) => line === "quick").length, 1)
  })

  it("ends what runs on Ctrl-C, says how to go on, and exits with 130", async () => {
    await projects({ slow: { tasks: task("touch ../started", "sleep 60 & echo $! > ../pid; wait") } })
    const ended = await devInfra(place, ["run", "test", "--all", "--trust"], {
      onStart: (child) => void (async () => {
        while (!existsSync(join(place.home, "pid")) || readFileSync(join(place.home, "pid"), "utf8") === "") await new Promise((done) => setTimeout(done, 10))
        child.kill("SIGINT")
      })()
    })
    assert.strictEqual(ended.exitCode, 130, ended.stderr)
    assert.include(ended.stderr, "run test --resume")
    assert.throws(() => process.kill(Number(readFileSync(join(place.home, "pid"), "utf8")), 0))
  })

  it("lets two runs go on at the same time", async () => {
    await projects({ a: { tasks: task("echo a") }, b: { tasks: task("echo b") } })
    const both = await Promise.all([run(["test", "--all", "--trust"]), run(["test", "--all", "--trust"])])
    assert.deepStrictEqual(both.map(({ exitCode }) => exitCode), [0, 0])
    assert.notStrictEqual(both[0]?.document.logs, both[1]?.document.logs)
  })

  it("masks secrets in what it shows and keeps", async () => {
    await projects({ a: { tasks: `${task("echo $TOKEN; echo {{.TOKEN}}")}    vars: {TOKEN: {value: hunter2hunter2, secret: true}}\n    env: {TOKEN: hunter2hunter2}\n` } })
    const ended = await devInfra(place, ["run", "test", "--all", "--trust"])
    assert.notInclude(ended.stdout + ended.stderr, "hunter2")
    assert.notInclude(execFileSync("cat", [join(place.home, ".dev-infra/log/runs", readdirSync(join(place.home, ".dev-infra/log/runs"))[0] ?? "", "a.log")], { encoding: "utf8" }), "hunter2")
  })

  it("runs in two hundred projects, with the name of each before its lines", async () => {
    await projects(Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`p${at}`, { tasks: task(`echo number ${at}`) }])))
    const ended = await devInfra(place, ["run", "test", "--all", "--trust", "--output", "prefixed"])
    assert.strictEqual(ended.exitCode, 0, ended.stderr)
    assert.strictEqual(ended.stdout.split("\n").filter((line) => /^\[p(\d+)\] number \1$/.test(line)).length, 200)
    assert.include(ended.stderr, "200 projects: 200 ran")
  })

  it("says what is wrong with a command line", async () => {
    for (const words of [["run"], ["run", "test"], ["run", "test", "--all", "x"], ["run", "test", "x", "--tag", "y"], ["run", "test", "--resume", "x"], ["run", "X=1", "--all"], ["run", "test", "--all", "-j", "0"]]) {
      assert.strictEqual((await devInfra(place, words)).exitCode, 2, words.join(" "))
    }
  })
})
