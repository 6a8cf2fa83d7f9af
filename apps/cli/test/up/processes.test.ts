/** `up` and `down` as processes: what runs, what ends, and that nothing else is touched. */
import { spawn } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { ensureBuilt as ensureServerBuilt, program as serverProgram } from "../../../work-prod/test/Binary.js"
import { app, devInfra, devInfraOnTerminal, type Ended, ensureBuilt, hasTerminal, makePlace, type Place, program, run } from "../Binary.js"
import { thorough } from "../Rounds.js"

interface ServerRecord {
  readonly url: string
  readonly instance: string
  readonly kind: string
  readonly pid: number
  readonly process: { readonly pid: number; readonly started: number }
}

const homeOf = (place: Place): string => join(place.home, ".dev-infra")

const recordOf = (place: Place): ServerRecord => JSON.parse(readFileSync(join(homeOf(place), "state/server.json"), "utf8"))

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // One that has ended but was not yet asked after runs no more.
    return process.platform !== "linux" || !/^\S+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"))
  } catch {
    return false
  }
}

const get = async (url: string, key?: string): Promise<number | undefined> => {
  try {
    const response = await fetch(url, { headers: { connection: "close", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) } })
    await response.text()
    return response.status
  } catch {
    return undefined
  }
}

const keyOf = (place: Place): string => /key: (wp_\S+)/.exec(readFileSync(join(homeOf(place), "config.yml"), "utf8"))?.[1] ?? ""

/** What a home's database holds, as somebody with its key sees it. */
const rowsOf = async (place: Place): Promise<ReadonlyArray<{ readonly name: string }>> => {
  const response = await fetch(`${recordOf(place).url}/api/projects`, { headers: { connection: "close", authorization: `Bearer ${keyOf(place)}` } })
  return (await response.json()) as ReadonlyArray<{ readonly name: string }> // the contract says so
}

const makeRepository = (folder: string): void => {
  mkdirSync(join(folder, ".git/objects"), { recursive: true })
  mkdirSync(join(folder, ".git/refs"))
  writeFileSync(join(folder, ".git/HEAD"), "ref: refs/heads/main\n")
}

/** A home with two projects in `code`. Whatever serves there is gone after the test. */
const setup = (): Place => {
  const place = makePlace()
  onTestFinished(() => {
    if (existsSync(join(homeOf(place), "state/server.json"))) {
      const { pid } = recordOf(place)
      if (pid !== process.pid && isAlive(pid)) process.kill(pid, "SIGKILL")
    }
    place.remove()
  })
  for (const name of ["api", "web"]) makeRepository(join(place.home, "code", name))
  return place
}

const up = (place: Place, words: ReadonlyArray<string> = [], options: Parameters<typeof devInfra>[2] = {}) => devInfra(place, ["up", "code", "--port", "0", ...words], options)

const succeeded = ({ exitCode, stderr, stdout }: Ended): string => {
  assert.strictEqual(exitCode, 0, stdout + stderr)
  return stdout + stderr
}

const detached = async (place: Place): Promise<ServerRecord> => {
  succeeded(await up(place, ["--detach"]))
  return recordOf(place)
}

beforeAll(() => {
  ensureBuilt()
  ensureServerBuilt()
})

describe("up --detach", () => {
  it("leaves a server running that up uses again and down stops", async () => {
    const place = setup()
    const first = succeeded(await up(place, ["--detach"]))
    const { kind, pid, url } = recordOf(place)
    assert.include(first, `server: ${url} (this home's, started)\npushed: created 2, unchanged 0\n`)
    assert.include(first, "next: dev-infra down")
    assert.deepStrictEqual([kind, isAlive(pid), await get(`${url}/api/projects`, keyOf(place))], ["background", true, 200])
    if (process.platform === "linux") assert.strictEqual(Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[3]), pid, "a session of its own")
    assert.strictEqual(statSync(join(homeOf(place), "log/server.log")).mode & 0o777, 0o600)
    assert.notInclude(first + readFileSync(join(homeOf(place), "log/server.log"), "utf8") + readFileSync(join(homeOf(place), "state/server.json"), "utf8"), keyOf(place))
    if (process.platform === "linux") assert.notInclude(readFileSync(`/proc/${pid}/cmdline`, "utf8"), keyOf(place))

    assert.include(succeeded(await up(place)), `server: ${url} (this home's, running)\npushed: unchanged 2\n`)
    assert.include(succeeded(await up(place, ["--detach"])), `server: ${url} (this home's, running)`)
    assert.strictEqual(recordOf(place).pid, pid)

    assert.include(succeeded(await devInfra(place, ["down"])), `Stopped the server at ${url} (process ${pid}).`)
    assert.deepStrictEqual([isAlive(pid), await get(url)], [false, undefined])
    assert.include(succeeded(await devInfra(place, ["down"])), "No server of this home runs")
    const push = await devInfra(place, ["push"])
    assert.strictEqual(push.exitCode, 1)
    assert.include(push.stderr, "dev-infra up --detach")

    // Where nobody names a port it stays at the one it had.
    succeeded(await devInfra(place, ["up", "code", "--detach"]))
    assert.deepStrictEqual([recordOf(place).url, (await rowsOf(place)).length], [url, 2])
    succeeded(await devInfra(place, ["down"]))
  })

  thorough("starts the server wherever it is typed, once something is registered", async () => {
    const place = setup()
    succeeded(await up(place))
    const { url } = recordOf(place)
    assert.include(succeeded(await devInfra(place, ["up", "--detach"])), `No folder was searched; to search one, name it: dev-infra up FOLDER\nserver: ${url} (this home's, started)\npushed: unchanged 2`)
    succeeded(await devInfra(place, ["down"], { folder: "/" }))
  })

  thorough("twice at once starts one server", async () => {
    const place = setup()
    const all = await Promise.all(Array.from({ length: 3 }, () => up(place, ["--detach"])))
    const { pid, url } = recordOf(place)
    for (const ended of all) assert.include(succeeded(ended), `server: ${url} (this home's, `)
    assert.strictEqual((await rowsOf(place)).length, 2)
    succeeded(await devInfra(place, ["down"]))
    assert.isFalse(isAlive(pid))
    // A second one would hold the database, and be the server of this run.
    assert.include(succeeded(await up(place)), "(this home's, for this run)")
  })

  it("says why the server does not start", async () => {
    const place = setup()
    mkdirSync(join(homeOf(place), "work-prod"), { recursive: true })
    writeFileSync(join(homeOf(place), "work-prod/work-prod.db"), "these are notes of mine")
    const { exitCode, stderr, stdout } = await up(place, ["--detach"])
    assert.deepStrictEqual([exitCode, stdout.split("\n").length], [1, 3])
    assert.match(stderr, /Registered 2 projects\.\nerror: the server did not start: .*work-prod\.db.* it is no database of work-prod/)
  })

  thorough("finds its server again after what it remembers of it was deleted", async () => {
    const place = setup()
    const { pid, url } = await detached(place)
    rmSync(join(homeOf(place), "state"), { recursive: true })
    assert.include(succeeded(await devInfra(place, ["up", "code"])), `server: ${url} (this home's, running)`)
    assert.strictEqual(recordOf(place).pid, pid)
    succeeded(await devInfra(place, ["down"]))
    assert.isFalse(isAlive(pid))
  })

  thorough("ends with its home, and does not make it again", async () => {
    const place = setup()
    const { pid } = await detached(place)
    rmSync(homeOf(place), { recursive: true })
    while (isAlive(pid)) await new Promise((done) => setTimeout(done, 50))
    assert.isFalse(existsSync(homeOf(place)))
  })

  thorough("replaces a server whose database was deleted", async () => {
    const place = setup()
    const before = await detached(place)
    rmSync(join(homeOf(place), "work-prod"), { recursive: true })
    assert.include(succeeded(await up(place, ["--detach"])), `The database of the server at ${before.url} is gone, so that server was stopped`)
    const after = recordOf(place)
    assert.deepStrictEqual([isAlive(before.pid), isAlive(after.pid), after.instance === before.instance], [false, true, false])
    assert.strictEqual((await rowsOf(place)).length, 2)
    succeeded(await devInfra(place, ["down"]))
  })
})

describe("up", () => {
  thorough("once after another, and at once, leaves nothing running and doubles nothing", async () => {
    const place = setup()
    const all = await Promise.all(Array.from({ length: 3 }, () => up(place)))
    for (const ended of all) succeeded(ended)
    assert.isFalse(isAlive(recordOf(place).pid))
    assert.strictEqual(await get(recordOf(place).url), undefined)
    assert.include(succeeded(await up(place)), "pushed: unchanged 2")
  })

  it.skipIf(!hasTerminal())("serves on a terminal until Ctrl-C, then ends with 0 and leaves nothing", async () => {
    const place = setup()
    const { exitCode, stdout } = await devInfraOnTerminal(place, "exec dev-infra up code --port 0", "y\n\u0003Serving at\n")
    assert.strictEqual(exitCode, 0, stdout)
    const { kind, pid, url } = recordOf(place)
    assert.include(stdout, `Serving at ${url} until Ctrl-C`)
    assert.match(stdout.replaceAll("\r", ""), /Stopping\.\n$/)
    assert.deepStrictEqual([kind, isAlive(pid), await get(url)], ["terminal", false, undefined])
    assert.deepStrictEqual(readdirSync(join(homeOf(place), "state")).filter((name) => /lock|new|old/.test(name)), [])
  })

  it.skipIf(!hasTerminal()).each([["SIGTERM", 0], ["SIGHUP", 129], ["HANGUP", 129]] as const)("ends as it should when it gets %s", async (signal, exitCode) => {
    const place = setup()
    const ended = await run(place, "python3", [join(app, "test/up/serving.py"), signal, "Serving at", process.execPath, program, "up", "code", "--yes", "--port", "0"])
    assert.strictEqual(ended.exitCode, exitCode, ended.stdout + ended.stderr)
    const { pid, url } = recordOf(place)
    assert.deepStrictEqual([isAlive(pid), await get(url)], [false, undefined])
  })

  // Every write of a file, and the steps of the push; without DEV_INFRA_SOAK those that leave most behind: a server that was not
  // announced, a key that was not stored, a push that was not confirmed.
  const points =
    process.env["DEV_INFRA_SOAK"] === undefined
      ? ["target-replace:before:2", "target-replace:before:4", "sync-request:after:1"]
      : [
          ...["target-replace:before", "target-replace:after", "lock-release:before"].flatMap((name) => [1, 2, 3, 4, 5, 6, 7, 8].map((count) => `${name}:${count}`)),
          ...["sync-fetch", "sync-intent", "sync-request", "sync-registry", "sync-base"].flatMap((step) => [`${step}:before:1`, `${step}:after:1`])
        ]
  it.each(points)("goes on where an earlier one was killed: %s", async (point) => {
    const place = setup()
    const killed = await up(place, [], { environment: { DEV_INFRA_FAULT_POINT: point } })
    assert.include(process.env["DEV_INFRA_SOAK"] === undefined ? [137] : [0, 137], killed.exitCode, killed.stderr)
    succeeded(await up(place))
    assert.include(succeeded(await up(place)), "pushed: unchanged 2")
    assert.strictEqual(recordOf(place).kind, "once")
  })

  thorough("uses the server that work-prod serve runs, which down leaves alone", async () => {
    const place = setup()
    const server = spawn(process.execPath, [serverProgram, "serve", "--port", "0"], { cwd: place.home, env: { ...place.environment }, stdio: ["ignore", "pipe", "ignore"] })
    const ended = new Promise((done) => server.once("exit", done))
    await new Promise((done) => server.stdout.once("data", done))
    const { pid, url } = recordOf(place)
    assert.strictEqual(pid, server.pid)
    assert.include(succeeded(await up(place)), `server: ${url} (this home's, run by work-prod serve)\npushed: created 2, unchanged 0`)
    const down = await devInfra(place, ["down"])
    assert.deepStrictEqual([down.exitCode, isAlive(pid)], [1, true])
    assert.include(down.stderr, `was started by work-prod serve (process ${pid})`)
    server.kill("SIGTERM")
    await ended
    assert.include(succeeded(await devInfra(place, ["up", "code"])), `server: ${url} (this home's, for this run)\npushed: unchanged 2`)
  })

  thorough("keeps work-prod serve from the same database, which says so", async () => {
    const place = setup()
    await detached(place)
    const refused = await run(place, process.execPath, [serverProgram, "serve", "--port", "0"])
    assert.strictEqual(refused.exitCode, 1)
    assert.include(refused.stderr, "in use by another work-prod server")
    succeeded(await devInfra(place, ["down"]))
  })
})

describe("down", () => {
  it("says that there is nothing to stop in a home that never served", async () => {
    const place = setup()
    const { exitCode, stderr, stdout } = await devInfra(place, ["down"])
    assert.deepStrictEqual({ exitCode, stderr, stdout }, { exitCode: 0, stderr: "No server of this home runs.\n", stdout: "" })
    assert.isFalse(existsSync(homeOf(place)))
  })

  thorough("twice at once stops one server, and both end well", async () => {
    const place = setup()
    const { pid } = await detached(place)
    for (const ended of await Promise.all([devInfra(place, ["down"]), devInfra(place, ["down", "--json"])])) succeeded(ended)
    assert.isFalse(isAlive(pid))
    assert.deepStrictEqual(JSON.parse((await devInfra(place, ["down", "--json"])).stdout), { stopped: null })
  })

  thorough("does not touch the server of the home that this one is a copy of", async () => {
    const [place, copy] = [setup(), setup()]
    const { pid, url } = await detached(place)
    cpSync(homeOf(place), homeOf(copy), { recursive: true })
    assert.include(succeeded(await devInfra(copy, ["down"])), "No server of this home runs.")
    assert.isTrue(isAlive(pid))
    succeeded(await up(copy))
    assert.notStrictEqual(recordOf(copy).url, url)
    assert.isTrue(isAlive(pid))
    succeeded(await devInfra(place, ["down"]))
  })

  thorough("does not touch a process that has the number of a server that is gone", async () => {
    const place = setup()
    const { pid } = await detached(place)
    process.kill(pid, "SIGKILL")
    const other = spawn("sleep", ["600"], { stdio: "ignore" })
    const ended = new Promise((done) => other.once("exit", done))
    onTestFinished(async () => {
      other.kill("SIGKILL")
      await ended
    })
    const file = join(homeOf(place), "state/server.json")
    const record = { ...recordOf(place), pid: other.pid }
    writeFileSync(file, JSON.stringify({ ...record, process: { ...record.process, pid: other.pid } }))
    assert.include(succeeded(await devInfra(place, ["down"])), "No server of this home runs")
    // Also if all but the server itself fits.
    if (process.platform === "linux") {
      const started = Number(readFileSync(`/proc/${other.pid ?? 0}/stat`, "utf8").split(") ")[1]?.split(" ")[19])
      writeFileSync(file, JSON.stringify({ ...record, process: { ...record.process, pid: other.pid, started } }))
      const down = await devInfra(place, ["down"])
      assert.deepStrictEqual([down.exitCode, isAlive(other.pid ?? 0)], [1, true])
      assert.include(down.stderr, "it was left alone")
    }
    assert.strictEqual(other.exitCode, null)
    writeFileSync(file, "{}")
  })
})
