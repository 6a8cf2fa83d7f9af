import { assert, beforeAll, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { randomBytes } from "node:crypto"
import { ensureBuilt, makePlace, serve } from "../Binary.js"
import { request } from "../Http.js"
import { listen, listenAll } from "./Listener.js"
import { residentMemory } from "./Memory.js"
import { openFiles } from "./OpenFiles.js"
import { isSoak, thorough } from "./Soak.js"

const idle = isSoak ? 1000 : 60

/** Milliseconds of processor time that a process has used. */
const processorTime = (pid: number): number | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ")
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return undefined
  }
}

describe("listeners", () => {
  beforeAll(ensureBuilt)

  it(`cost little while nothing happens (${idle}), and each is told what happens`, async () => {
    const server = await serve(makePlace(), ["--no-auth", "--log-level", "warning"])
    const pid = server.child.pid ?? 0
    await request(`${server.url}/healthz`)
    const before = { files: openFiles(pid) ?? 0, memory: residentMemory(pid) ?? 0 }
    const listeners = await listenAll(server.url, idle)
    const memory = residentMemory(pid) ?? 0
    if (isSoak) {
      const used = processorTime(pid)
      await new Promise((next) => setTimeout(next, 30_000))
      const later = processorTime(pid)
      const share = used === undefined || later === undefined ? "" : `, ${((later - used) / 300).toFixed(2)} % of a processor`
      console.log(`${idle} idle listeners: ${(memory - before.memory).toFixed(0)} MiB of memory${share}`)
      assert.isBelow(memory - before.memory, 100)
    }
    // Others are served beside them.
    const made = await request(`${server.url}/api/projects`, { body: { name: "for all of you" } })
    assert.strictEqual(made.status, 201)
    await Promise.all(listeners.map(({ hears }) => hears('"name":"for all of you"')))

    for (const { socket } of listeners) socket.resetAndDestroy()
    while ((openFiles(pid) ?? 0) > before.files + 2) await request(`${server.url}/healthz`)
    assert.strictEqual(server.stderr(), "")
  })

  thorough("that read nothing are cut off, the memory stays as it is, and the others are told everything", async () => {
    const server = await serve(makePlace(), ["--no-auth", "--log-level", "warning"])
    const pid = server.child.pid ?? 0
    const reading = await listen(server.url)
    const slow = await listenAll(server.url, 20)
    for (const { socket } of slow) socket.pause()
    const before = { files: openFiles(pid) ?? 0, memory: residentMemory(pid) ?? 0 }
    // More than all buffers on the way hold.
    const count = 800
    for (let index = 0; index < count; index++) {
      const made = await request(`${server.url}/api/projects`, { body: { name: `project ${index}.`, metadata: { ballast: randomBytes(30_000).toString("hex") } } })
      assert.strictEqual(made.status, 201)
    }
    await reading.hears(`"name":"project ${count - 1}."`)
    const memory = residentMemory(pid) ?? 0
    console.log(`20 listeners that read nothing of ${Math.round((count * 60) / 1024)} MiB each: ${(memory - before.memory).toFixed(0)} MiB of memory`)
    assert.isBelow(memory - before.memory, 150)
    while ((openFiles(pid) ?? 0) > before.files - slow.length + 2) await request(`${server.url}/healthz`)
    for (const { socket } of slow) socket.resume()
    await Promise.all(slow.map(({ ended }) => ended))
    await request(`${server.url}/api/projects`, { body: { name: "still told" } })
    await reading.hears('"name":"still told"')
  })
})
