import { assert, beforeAll, describe, it } from "@effect/vitest"
import { connect } from "node:net"
import { ensureBuilt, makePlace, serve } from "./Binary.js"
import { request } from "./Http.js"

describe("a server that is killed", () => {
  beforeAll(ensureBuilt)

  it("has everything that it acknowledged when it starts again", async () => {
    const place = makePlace()
    const server = await serve(place, ["--no-auth"])
    const acknowledged: Array<string> = []
    let killed = false
    const write = async (writer: number) => {
      for (let round = 0; !killed; round++) {
        const name = `writer ${writer} round ${round}`
        const answer = await request(`${server.url}/api/projects`, { body: { name } }).catch(() => undefined)
        if (answer !== undefined) assert.strictEqual(answer.status, 201, answer.text)
        if (answer !== undefined) acknowledged.push(name)
        if (acknowledged.length >= 200 && !killed) {
          killed = true
          server.child.kill("SIGKILL")
        }
      }
    }
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(write))
    await server.ended
    const again = await serve(place, ["--no-auth"])
    const names = new Set((await request(`${again.url}/api/projects`)).json.map((project: { readonly name: string }) => project.name))
    assert.deepStrictEqual(acknowledged.filter((name) => !names.has(name)), [])
    assert.isAtMost(names.size, acknowledged.length + 8)
  })
})

/** A POST whose body comes in two parts: the second one when the server has begun to stop. */
const postInTwoParts = (url: URL, between: () => Promise<unknown>): Promise<string> =>
  new Promise((done, fail) => {
    const body = JSON.stringify({ name: "in flight" })
    const socket = connect(Number(url.port), url.hostname)
    let answer = ""
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text))
    socket.on("error", fail)
    socket.on("close", () => done(answer))
    socket.write(`POST /api/projects HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`)
    // The server says 100 once it has the request.
    socket.once("data", () => {
      socket.write(body.slice(0, 8))
      between().then(() => socket.write(body.slice(8)), fail)
    })
  })

describe("a server that is asked to stop", () => {
  beforeAll(ensureBuilt)

  it.each(["SIGTERM", "SIGINT"] as const)("by %s finishes what runs, takes nothing new and ends with 0", async (signal) => {
    const place = makePlace()
    const server = await serve(place, ["--no-auth"])
    // A connection that is kept alive must not keep the server from ending.
    await request(`${server.url}/api/health`)
    const answer = await postInTwoParts(new URL(server.url), async () => {
      server.child.kill(signal)
      await server.shows(/stopping/)
      const refused = await request(`${server.url}/api/health`, { headers: { connection: "close" } }).catch(() => undefined)
      assert.notStrictEqual(refused?.status, 200)
    })
    assert.include(answer, "HTTP/1.1 201")
    assert.strictEqual((await server.ended).exitCode, 0)
    const again = await serve(place, ["--no-auth"])
    assert.strictEqual((await request(`${again.url}/api/projects`)).json[0].name, "in flight")
  })

  it("a second time ends at once", async () => {
    const server = await serve(makePlace(), ["--no-auth"])
    const answer = await postInTwoParts(new URL(server.url), async () => {
      server.child.kill("SIGINT")
      await server.shows(/stopping/)
      server.child.kill("SIGINT")
      await server.ended
    }).catch(() => "")
    assert.notInclude(answer, "201")
    assert.strictEqual((await server.ended).exitCode, 130)
  })
})
