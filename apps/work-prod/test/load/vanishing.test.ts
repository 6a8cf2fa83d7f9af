import { assert, beforeAll, describe, it } from "@effect/vitest"
import { connect, type Socket } from "node:net"
import { ensureBuilt, makePlace, serve } from "../Binary.js"
import { request } from "../Http.js"
import { residentMemory } from "./Memory.js"
import { openFiles } from "./OpenFiles.js"
import { isSoak } from "./Soak.js"

/** Clients of each kind. */
const clients = isSoak ? 2000 : 40

/** Clients at the same time. */
const atOnce = 40

const body = JSON.stringify({ name: "of somebody who did not wait" })
const head = (line: string, length?: number) => `${line} HTTP/1.1\r\nHost: localhost\r\n${length === undefined ? "" : `Content-Type: application/json\r\nContent-Length: ${length}\r\n`}\r\n`

/** What a client sends, and whether it goes at once or when the first byte of the answer is there. */
const kinds: { readonly [kind: string]: { readonly sends: string; readonly goes: "at once" | "in the answer" } } = {
  "says nothing": { sends: "", goes: "at once" },
  "goes in the middle of a header": { sends: "GET /api/projects HTTP/1.1\r\nHos", goes: "at once" },
  "goes in the middle of a body": { sends: head("POST /api/projects", 100) + '{"name"', goes: "at once" },
  "does not wait for the answer to a change": { sends: head("POST /api/projects", body.length) + body, goes: "at once" },
  "does not wait for a list": { sends: head("GET /api/projects"), goes: "at once" },
  "goes in the middle of a list": { sends: head("GET /api/projects"), goes: "in the answer" },
  "goes while its connection is idle": { sends: head("GET /healthz"), goes: "in the answer" },
  "listened to events": { sends: head("GET /api/events"), goes: "in the answer" }
}

const visit = (url: URL, { goes, sends }: { readonly sends: string; readonly goes: "at once" | "in the answer" }): Promise<void> =>
  new Promise((done) => {
    const socket: Socket = connect(Number(url.port), url.hostname, () => {
      const leave = () => socket.resetAndDestroy()
      if (goes === "at once") socket.write(sends, leave)
      else {
        socket.once("data", leave)
        socket.write(sends)
      }
    })
    socket.on("error", () => undefined)
    socket.on("close", () => done())
  })

describe("clients that vanish", () => {
  beforeAll(ensureBuilt)

  it("leave nothing behind: no connection, no line in the log, no half change", async () => {
    const server = await serve(makePlace(), ["--no-auth", "--log-level", "warning"])
    const url = new URL(server.url)
    const pid = server.child.pid ?? 0
    const projects = Array.from({ length: 2000 }, (_, index) => ({ name: `project ${index}`, description: "what it is for" }))
    await request(`${server.url}/api/projects/import`, { body: { projects } })
    const healthy = async () => assert.strictEqual((await request(`${server.url}/healthz`)).status, 200)
    await healthy()
    const before = { files: openFiles(pid), memory: residentMemory(pid) }

    const names = Object.values(kinds)
    for (let first = 0; first < clients; first += atOnce) {
      await Promise.all(names.flatMap((kind) => Array.from({ length: Math.ceil(atOnce / names.length) }, () => visit(url, kind))))
      await healthy()
    }

    // The server notices a little later than the client is gone; a test that waits in vain ends by its limit of time.
    while ((openFiles(pid) ?? 0) > (before.files ?? 0) + 2) await healthy()
    const list = (await request(`${server.url}/api/projects`)).json
    const whole = new Set(["of somebody who did not wait", ...projects.map(({ name }) => name)])
    assert.deepStrictEqual(list.filter((project: { readonly name: string }) => !whole.has(project.name)), [])
    assert.strictEqual(server.stderr(), "")
    const memory = residentMemory(pid)
    if (isSoak && memory !== undefined && before.memory !== undefined) {
      console.log(`${clients} clients that vanished: memory ${before.memory.toFixed(0)} MiB before, ${memory.toFixed(0)} MiB after`)
      assert.isBelow(memory, before.memory + 100)
    }
  })
})
