import { assert, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { app, ensureBuilt } from "../Binary.js"
import { startCollector } from "../Collector.js"
import { startOld, writeOldFile } from "../OldWorkProd.js"
import { matches, openShell } from "../Transcript.js"
import { hasPrograms, hostName, makeMachine, startSsh } from "./Machine.js"
import * as Page from "./Page.js"

const page = readFileSync(join(app, "../../docs/operations.md"), "utf8")

describe.skipIf(!hasPrograms("nginx", "sshd", "openssl"))("what the page about operations says to do", () => {
  beforeAll(ensureBuilt)

  it("comes out as it is written", async () => {
    const machine = await makeMachine()
    await startSsh(machine)
    const collector = await startCollector(machine.port(4318))
    await startOld(machine.port(5000))
    writeOldFile(join(machine.root, "var/www/work-prod/backend/instance/work_prod.db"), "later")
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
    // Beyond what one would type: events come through the proxy at once, and every metric that the page names is there.
    assert.include(await shell(`sed -n '/^event: ready/{p;q}' < <(curl -s -N -H @new-headers https://${hostName}/api/events)`), "event: ready")
    const told = await shell(machine.asHere("curl -s http://127.0.0.1:9464/metrics"))
    const named = new Set(Array.from(page.matchAll(/\b(?:work_prod_[a-z_]+|feed_lag_seconds|nodejs_[a-z0-9_]+)\b/g), ([name]) => name.replace(/_bucket$/, "")))
    for (const name of ["work_prod", "nodejs_"]) named.delete(name)
    assert.deepStrictEqual([...named].filter((name) => !told.includes(`# TYPE ${name} `)), [])
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
