/**
 * How many requests a sync sends, and how long their answers are, as the wire sees it.
 */
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { ensureBuilt, type Machine, makeMachine, type Remote, startOld, startOurs } from "./Machines.js"
import { thorough } from "../Rounds.js"

/** How many projects are many. */
const many = process.env["DEV_INFRA_SOAK"] === "1" ? 10_000 : 2000

interface Counted {
  readonly line: string
  readonly answered: number
}

/** A way to a server on which every request is counted. */
const counting = async (remote: Remote): Promise<{ readonly remote: Pick<Remote, "key" | "url">; readonly taken: () => ReadonlyArray<Counted> }> => {
  let seen: Array<Counted> = []
  const server = createServer((incoming, outgoing) => {
    const { headers, method, url } = incoming
    const passed = request(`${remote.url}${url ?? ""}`, { headers, ...(method === undefined ? {} : { method }) }, (answer) => {
      let answered = 0
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on("data", (chunk: Buffer) => (answered += chunk.length))
      answer.on("end", () => seen.push({ line: `${method ?? ""} ${String(url).split("?")[0] ?? ""}`, answered }))
      answer.pipe(outgoing)
    })
    passed.on("error", () => outgoing.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  onTestFinished(() => new Promise<void>((done) => {
    server.closeAllConnections()
    server.close(() => done())
  }))
  const { port } = server.address() as AddressInfo // a server that listens at a port has one
  return {
    remote: { url: `http://127.0.0.1:${port}`, key: remote.key },
    taken: () => {
      const taken = seen
      seen = []
      return taken
    }
  }
}

const store = (machine: Machine, count: number): void => {
  const projects = Array.from({ length: count }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    name: `project-${index}`,
    path: `/srv/code/project-${index}`,
    template: "standard-project",
    version: "0.8.0",
    status: "active",
    repository: `https://git.example.invalid/acme/project-${index}.git`,
    description: "What this project is for, in a sentence of usual length."
  }))
  writeFileSync(join(machine.state, "registry.json"), JSON.stringify({ version: "1.0", projects }))
}

const lines = (requests: ReadonlyArray<Counted>): ReadonlyArray<string> => requests.map(({ line }) => line)

/** A machine behind the counter that has pushed this many projects, and the requests of that. */
const pushed = async (remote: Remote, count: number) => {
  const wire = await counting(remote)
  const machine = makeMachine("laptop")
  store(machine, count)
  await machine.login(wire.remote)
  wire.taken()
  await machine.do("push")
  return { machine, ...wire, first: wire.taken() }
}

describe("requests to our server", () => {
  beforeAll(ensureBuilt)

  thorough("the first push takes one for each 1,000 projects and at most 5 more: 15 for 10,000", async () => {
    const { first } = await pushed(await startOurs(), many)
    assert.isAtMost(first.length, many / 1000 + 5, lines(first).join("\n"))
  })

  it("a push or pull with nothing to do takes one", async () => {
    const { machine, taken } = await pushed(await startOurs(), 50)
    for (const word of ["push", "pull", "push", "pull"]) {
      await machine.do(word)
      assert.strictEqual(lines(taken()).length, 1, word)
    }
  })

  thorough("a pull of 10 changes takes at most two, whose answers do not grow with what else there is", async () => {
    const sizes: Array<number> = []
    for (const count of [100, many]) {
      const server = await startOurs()
      const { machine, taken } = await pushed(server, count)
      await machine.do("pull")
      const rows = (await server.rows()).slice(0, 10)
      for (const { id } of rows) await server.call("PATCH", `/${id}`, { description: "Changed there" })
      taken()
      const { counts } = await machine.json("pull")
      assert.strictEqual(counts.taken, 10)
      const requests = taken()
      assert.isAtMost(requests.length, 2, lines(requests).join("\n"))
      sizes.push(requests.reduce((sum, { answered }) => sum + answered, 0))
    }
    const [ofFew = 0, ofMany = 0] = sizes
    assert.isAtMost(ofMany, ofFew * 1.2)
  })
})

describe("requests to work-prod 0.3.0", () => {
  beforeAll(ensureBuilt)

  thorough("the first push takes one for each 100 projects and at most 5 more: 105 for 10,000", async () => {
    const { first } = await pushed(await startOld(), many)
    assert.isAtMost(first.length, many / 100 + 5, [...new Set(lines(first))].join("\n"))
  })

  it("a push or pull with nothing to do takes one list", async () => {
    const { machine, taken } = await pushed(await startOld(), 50)
    await machine.do("pull")
    taken()
    for (const word of ["push", "pull", "push", "pull"]) {
      await machine.do(word)
      assert.deepStrictEqual(lines(taken()), ["GET /api/projects"], word)
    }
  })
})
