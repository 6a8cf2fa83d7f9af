import { readFileSync } from "node:fs"
import { assert, beforeAll, describe, it } from "vitest"
import { prepare, verify } from "./KilledPush.js"
import { ensureBuilt, startOurs } from "./Machines.js"

describe("a disk that is full in the middle of a push", () => {
  beforeAll(ensureBuilt)

  it("is said, and the next push completes", async () => {
    const remote = await startOurs()
    const sizes = { old: 20, fresh: 300 }
    const machine = await prepare(remote, sizes)
    const registry = readFileSync(machine.path(".dev-infra/registry.json"), "utf8")
    // No file may grow beyond these 512-byte blocks: small ones can be written, the state and the copy of the remote cannot.
    const limited = await machine.shell(`ulimit -f 80; dev-infra push`)
    assert.strictEqual(limited.exitCode, 1, limited.stdout + limited.stderr)
    assert.match(limited.stderr, /^error: .*(?:too large|full|no space|could not)/im)
    assert.strictEqual(readFileSync(machine.path(".dev-infra/registry.json"), "utf8"), registry)
    await machine.do("push")
    await verify(machine, remote, sizes, "after the disk was full")
  })
})
