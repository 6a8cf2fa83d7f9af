import { transformSync } from "esbuild"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { app, run } from "../Binary.js"
import { ensureBuilt, makeGitHost, makeMachine, startOld, startOurs } from "./Machines.js"
import { some, thorough } from "../Rounds.js"

const checkout = resolve(app, "../..")

/** The script of docs/embedding.md that imports this module, as a program; it finds the packages as any program of this checkout does. */
const exampleWith = (module: string): string => {
  const page = readFileSync(join(checkout, "docs/embedding.md"), "utf8")
  const code = [...page.matchAll(/^```ts run\n([^]*?)^```$/gm)].map(([, block = ""]) => block).find((block) => block.includes(module))
  assert(code !== undefined, `docs/embedding.md has no example with ${module}`)
  const folder = join(checkout, ".cache", `embedding-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, "script.mjs")
  writeFileSync(file, transformSync(code, { loader: "ts", format: "esm", target: "node20" }).code)
  return file
}

describe("the script of another program that pulls and lists", () => {
  beforeAll(ensureBuilt)

  it.each(some([["our server", startOurs], ["work-prod 0.3.0", startOld]] as const, 1))("uses the home and the login of the command line, with %s", async (_name, start) => {
    const host = makeGitHost()
    const [laptop, desktop] = [makeMachine("laptop", host), makeMachine("desktop", host)]
    await laptop.clone(host.make("acme/api"), "code/api")
    await laptop.do("add", "code/api")
    const remote = await start()
    await laptop.login(remote)
    await laptop.do("push")
    await desktop.login(remote)
    const { exitCode, stderr, stdout } = await run(desktop.place, process.execPath, [exampleWith("@dev-infra/sync-work-prod/promise")])
    assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" })
    assert.match(stdout, /^0 taken from 127\.0\.0\.1:\d+, 1 are on other machines only\n/)
    assert.include(stdout, `not local\tapi\tlaptop:${laptop.path("code/api")}\n`)
  })

  thorough("says why there is nothing to pull, and still lists", async () => {
    const machine = makeMachine("laptop")
    const { exitCode, stderr } = await run(machine.place, process.execPath, [exampleWith("@dev-infra/sync-work-prod/promise")])
    assert.strictEqual(exitCode, 0)
    assert.match(stderr, /no work-prod server is set up/)
  })
})

describe("the same logic with fake layers only", () => {
  it("needs no home, no disk and no network", async () => {
    const machine = makeMachine("laptop")
    const log = machine.path("../reached")
    const { stderr, stdout } = await run(machine.place, process.execPath, [exampleWith("MemoryRemoteIndex")], {
      environment: { NODE_OPTIONS: `--require=${join(app, "test/machines/noSockets.cjs")}`, NO_SOCKETS_LOG: log, HOME: "/nonexistent" }
    })
    assert.strictEqual(stderr, "")
    assert.strictEqual(stdout, "{ created: 1, seen: [ 'api' ] }\n")
  })
})
