/**
 * Nothing opens a socket as long as no server is configured, and with one that is gone everything but sync works.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "vitest"
import { root } from "../../src/Commands.js"
import type { Group } from "../../src/Tree.js"
import { app, type Ended } from "../Binary.js"
import { ensureBuilt, type Machine, makeMachine, startOurs } from "./Machines.js"
import { thorough } from "../Rounds.js"

const preload = join(app, "test/machines/noSockets.cjs")

/** Run without a network; what would have reached for it comes back as well. */
const runAlone = async (machine: Machine, words: ReadonlyArray<string>, input = ""): Promise<Ended & { readonly reached: string }> => {
  const log = machine.path("../reached")
  const ended = await machine.try(words, { input, environment: { NODE_OPTIONS: `--require=${preload}`, NO_SOCKETS_LOG: log } })
  return { ...ended, reached: existsSync(log) ? readFileSync(log, "utf8") : "" }
}

const isGroup = (node: Group["children"][string]): node is Group => typeof node === "object"

/** The names of all commands, those of groups with the group before them. */
const namesOf = (group: Group, before: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  Object.entries(group.children).flatMap(([name, node]) => (isGroup(node) ? namesOf(node, [...before, name]) : [[...before, name].join(" ")]))

/** Each command as somebody would type it, in a home with the projects `code/api` and `code/web`, with the exit code that is right. */
const lines: ReadonlyArray<readonly [line: string, exitCode: number]> = [
  ["--help", 0],
  ["--version", 0],
  ["up code --dry-run", 0],
  ["down", 0],
  ["scan code", 0],
  ["scan code --register --yes", 0],
  ["add code/api", 0],
  ["init code/web", 0],
  ["refresh", 0],
  ["task --init", 0],
  ["task --list", 0],
  ["task --plan", 0],
  ["run default --all --plan", 1],
  ["run default --all --trust", 1],
  ["inherit add tools --from ./code", 1],
  ["inherit sync", 0],
  ["inherit sync --all --frozen", 0],
  ["inherit trust tools --show", 1],
  ["inherit remove tools", 1],
  ["inherit list", 0],
  ["inherit drift", 0],
  ["inherit impact HEAD", 1],
  ["inherit upgrade --to v1", 1],
  ["list", 0],
  ["list --all", 0],
  ["list --all --json", 0],
  ["show api", 0],
  ["path api", 0],
  ["update api --description x", 0],
  ["archive api", 0],
  ["restore api", 0],
  ["status", 0],
  ["status --git", 0],
  ["status --json", 0],
  ["config list", 0],
  ["config get api.url", 1],
  ["config set name laptop", 0],
  ["config unset name", 0],
  ["config path", 0],
  ["export", 0],
  ["import list.csv", 0],
  ["doctor", 0],
  ["completions bash", 0],
  ["shell bash", 0],
  ["__complete bash list", 0],
  ["whoami", 1],
  ["logout", 0],
  ["login", 2],
  ["push", 1],
  ["pull", 1],
  ["sync push", 1],
  ["sync pull", 1],
  ["sync fetch", 1],
  ["sync watch", 1],
  ["sync log", 0],
  ["sync undo 00000000", 1],
  ["template list", 0],
  ["template show standard-project", 0],
  ["template add mine ./code/api", 0],
  ["template lint standard-project", 0],
  ["template update", 0],
  ["template remove mine", 0],
  ["new made --dir code/made --defaults --no-git", 0],
  ["plan made --check", 0],
  ["plan --all", 0],
  ["apply made --yes", 0],
  ["apply --all --yes", 0],
  ["customize made README.md", 0],
  ["undo made", 1],
  ["adopt code/api --template standard-project --yes", 0],
  ["remove web --dry-run", 0],
  ["remove web", 0]
]

const populate = (machine: Machine): void => {
  for (const name of ["api", "web"]) {
    mkdirSync(machine.path("code", name, ".git/objects"), { recursive: true })
    mkdirSync(machine.path("code", name, ".git/refs"), { recursive: true })
    writeFileSync(machine.path("code", name, ".git/HEAD"), "ref: refs/heads/main\n")
    writeFileSync(machine.path("code", name, ".git/config"), `[remote "origin"]\n\turl = https://git.example.invalid/acme/${name}.git\n`)
  }
  mkdirSync(machine.path("code/more"))
  machine.write({ "list.csv": `name,path\nmore,${machine.path("code/more")}\n` })
}

describe("without a server", () => {
  beforeAll(ensureBuilt)

  it("no command is left out of this test", () => {
    const tried = lines.map(([line]) => line)
    // What only other commands start is not typed by anybody.
    assert.deepStrictEqual(namesOf(root).filter((name) => name !== "__serve" && !tried.some((line) => line === name || line.startsWith(`${name} `))), [])
  })

  it("the way this is tested notices a connection", async () => {
    const machine = makeMachine("laptop")
    const { exitCode, reached } = await runAlone(machine, ["login", "http://127.0.0.1:9", "--with-token"], "wp_key_0123456789abcdef\n")
    assert.notStrictEqual(exitCode, 0)
    assert.match(reached, /^a connection by login/)
  })

  it("no command opens a socket or looks up a name", async () => {
    const machine = makeMachine("laptop")
    populate(machine)
    await machine.do("scan", "code", "--register", "--yes")
    for (const [line, right] of lines) {
      const { exitCode, reached, stderr, stdout } = await runAlone(machine, line.split(" "))
      assert.strictEqual(reached, "", line)
      assert.strictEqual(exitCode, right, `${line}\n${stdout}${stderr}`)
    }
  })

  it("the commands of sync say what to type", async () => {
    const machine = makeMachine("laptop")
    for (const words of [["push"], ["pull"], ["sync", "fetch"], ["sync", "watch"], ["whoami"]]) {
      const { exitCode, stderr } = await machine.try(words)
      assert.strictEqual(exitCode, 1)
      assert.match(stderr, /dev-infra login|dev-infra up/)
    }
  })
})

describe("with a server that is gone", () => {
  beforeAll(ensureBuilt)

  /** What only the network can answer. */
  const needsServer = new Set(["whoami", "push", "pull", "sync push", "sync pull", "sync fetch", "sync watch"])
  const offlineLines = lines.filter(([line]) => !needsServer.has(line) && !/^(?:login|logout|up|down|config get)/.test(line))

  const afterASync = async (): Promise<Machine> => {
    const machine = makeMachine("laptop")
    populate(machine)
    const server = await startOurs()
    await machine.login(server)
    await machine.do("scan", "code", "--register", "--yes")
    await machine.do("push")
    await server.stop()
    return machine
  }

  thorough("everything but sync works, and reaches for nothing", async () => {
    const machine = await afterASync()
    // Those that know of the server; what does not is tried above.
    const chosen = process.env["DEV_INFRA_SOAK"] === "1" ? offlineLines : offlineLines.filter(([line]) => /^(?:add|list|show|update|archive|status|doctor|sync|remove)/.test(line))
    for (const [line, right] of chosen) {
      const { exitCode, reached, stderr, stdout } = await runAlone(machine, line.split(" "))
      assert.strictEqual(reached, "", line)
      assert.strictEqual(exitCode, right, `${line}\n${stdout}${stderr}`)
    }
  })

  it("sync says at once that nothing answers and what to do", async () => {
    const machine = await afterASync()
    for (const line of needsServer) {
      const start = performance.now()
      const { exitCode, stderr } = await machine.try(line.split(" "))
      assert.isBelow(performance.now() - start, 6000, line)
      assert.strictEqual(exitCode, 1, line)
      assert.match(stderr, /^error: .*\nhint: |^error: .*(?:start|check|try)/s, line)
    }
  })

  thorough("sync gives up within its deadline if the server takes the connection and never answers", async () => {
    const machine = await afterASync()
    const silent = createServer(() => undefined)
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done))
    try {
      const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}` // a server that listens at a port has one
      await machine.do("config", "set", "api.url", url)
      const start = performance.now()
      const { exitCode, stderr } = await machine.try(["push"])
      assert.isBelow(performance.now() - start, 9000)
      assert.strictEqual(exitCode, 1)
      assert.match(stderr, /^error: /)
    } finally {
      silent.close()
    }
  }, 60_000)
})
