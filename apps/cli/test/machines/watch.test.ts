/** Looking on while others work: a process that watches, through whatever happens to the server. */
import { spawn } from "node:child_process"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { program } from "../Binary.js"
import { ensureBuilt, type Machine, makeMachine, startOld, startOurs } from "./Machines.js"

/** Starts `dev-infra sync watch`. `until` returns what it printed, on both streams, once that holds a text; what it returned is forgotten. */
const startWatch = (machine: Machine, ...flags: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [program, "sync", "watch", ...flags], { cwd: machine.place.home, env: machine.place.environment, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  let printed = ""
  let look = (): void => undefined
  const ended = new Promise<number>((done) => child.on("close", (code) => done(code ?? -1)))
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text
      look()
    })
  }
  const until = (text: string): Promise<string> =>
    new Promise((done, fail) => {
      look = () => {
        if (!printed.includes(text)) return
        const all = printed
        printed = ""
        look = () => undefined
        done(all)
      }
      void ended.then((code) => fail(new Error(`it ended with ${code} before it said ${text}: ${printed}`)))
      look()
    })
  return { until, ended, stop: (signal: NodeJS.Signals) => child.kill(signal) }
}

const describeApi = async (machine: Machine, description: string) => {
  await machine.do("update", "api", "--description", description)
  await machine.do("push")
}

describe("dev-infra sync watch", () => {
  beforeAll(ensureBuilt)

  const twoMachines = async () => {
    const server = await startOurs()
    const [laptop, desktop] = [makeMachine("laptop"), makeMachine("desktop")]
    for (const machine of [laptop, desktop]) await machine.login(server)
    laptop.write({ ".dev-infra/registry.json": JSON.stringify({ version: "1.0", projects: [{ name: "api", path: "/srv/api" }] }) })
    await laptop.do("push")
    return { server, laptop, desktop }
  }

  it("shows what another machine pushes, keeps status up to date, goes on after the server was away, and ends with Ctrl-C", async () => {
    const { desktop, laptop, server } = await twoMachines()
    const watch = startWatch(desktop)
    await watch.until("Watching")
    await describeApi(laptop, "first")
    assert.match(await watch.until("first"), /\tchanged\tapi\tdescription\tnone\tfirst\tlaptop\n/)
    assert.include(await desktop.do("list", "--all"), "api")
    await server.restart()
    await watch.until("Trying again")
    await describeApi(laptop, "second")
    assert.match(await watch.until("second"), /\tchanged\tapi\tdescription\tfirst\tsecond\tlaptop\n/)
    watch.stop("SIGINT")
    assert.strictEqual(await watch.ended, 0)
  })

  it("takes what changed with --pull, and ends with 1 when its key is revoked", async () => {
    const { desktop, laptop, server } = await twoMachines()
    const key = await server.newKey()
    await desktop.login({ url: server.url, key })
    await desktop.do("pull")
    desktop.write({ ".dev-infra/registry.json": JSON.stringify({ version: "1.0", projects: [{ id: laptop.projects()[0].id, name: "api", path: "/srv/api" }] }) })
    const watch = startWatch(desktop, "--pull", "--json")
    await watch.until("\"event\":\"watching\"")
    await describeApi(laptop, "taken")
    await watch.until("\"event\":\"pulled\"")
    assert.strictEqual(desktop.projects()[0].description, "taken")
    await server.revoke(key)
    await describeApi(laptop, "not any more")
    assert.match(await watch.until("error:"), /key/)
    assert.strictEqual(await watch.ended, 1)
  })

  it("asks a server of version 0.3.0 again and again, says so, and shows the same", async () => {
    const server = await startOld()
    const [laptop, desktop] = [makeMachine("laptop"), makeMachine("desktop")]
    for (const machine of [laptop, desktop]) await machine.login(server)
    laptop.write({ ".dev-infra/registry.json": JSON.stringify({ version: "1.0", projects: [{ name: "api", path: "/srv/api" }] }) })
    await laptop.do("push")
    const watch = startWatch(desktop, "-n", "1")
    assert.include(await watch.until("Watching"), "This server has no events, so it is asked about every 5 seconds")
    await describeApi(laptop, "first")
    assert.match(await watch.until("first"), /\tchanged\tapi\tdescription\tnone\tfirst\tlaptop\n/)
    assert.strictEqual(await watch.ended, 0)
  })
})
