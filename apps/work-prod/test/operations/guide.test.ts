import { assert, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { app, ensureBuilt } from "../Binary.js"
import { startCollector } from "../Collector.js"
import { matches, openShell } from "../Transcript.js"
import { hasPrograms, makeMachine, startSsh } from "./Machine.js"
import * as Page from "./Page.js"

const page = readFileSync(join(app, "../../docs/operations.md"), "utf8")

describe.skipIf(!hasPrograms("nginx", "sshd", "openssl"))("what the page about operations says to do", () => {
  beforeAll(ensureBuilt)

  it("comes out as it is written", async () => {
    const machine = await makeMachine()
    await startSsh(machine)
    const collector = await startCollector(machine.port(4318))
    const shell = openShell(machine.place)
    const wrong: Array<string> = []
    let typed = 0
    for (const part of Page.read(page)) {
      if (part.kind === "file") machine.write(part.path, part.content)
      else {
        typed += 1
        const shown = machine.asWritten(await shell(machine.asHere(part.typed)))
        if (!matches(part.expected, shown)) wrong.push(`line ${part.line}: $ ${part.typed}\n${shown}`)
      }
    }
    assert.strictEqual(wrong.join("\n"), "")
    assert.isAtLeast(typed, 30)
    assert.include(collector.spans.map(({ name }) => name), "GET /api/projects")
  })
})

describe.skipIf(!hasPrograms("systemd-analyze"))("the units on the page about operations", () => {
  it("are what systemd takes", async () => {
    const machine = await makeMachine()
    const files = Page.read(page).filter((part) => part.kind === "file" && part.path.startsWith("/etc/systemd/"))
    assert.isAtLeast(files.length, 4)
    const paths = files.map((part) => {
      if (part.kind === "file") machine.write(part.path, part.content)
      return part.kind === "file" ? join(machine.root, part.path) : ""
    })
    const told = execFileSync("systemd-analyze", ["verify", ...paths], { encoding: "utf8", stdio: "pipe", env: { ...process.env, SYSTEMD_LOG_LEVEL: "warning" } })
    assert.strictEqual(told, "")
  })
})
