import { createServer as createSecureServer } from "node:https"
import { request } from "node:http"
import type { AddressInfo } from "node:net"
import { execFileSync } from "node:child_process"
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { app } from "../Binary.js"
import { ensureBuilt, makeGitHost, makeMachine, startOurs } from "./Machines.js"
import { play } from "./Transcript.js"

describe("what the page about sync says to type", () => {
  beforeAll(ensureBuilt)

  it("comes out as it is written, on two machines with an ssh tunnel between them", async () => {
    const host = makeGitHost()
    const [laptop, desktop] = [makeMachine("laptop", host), makeMachine("desktop", host)]
    for (const name of ["api", "web"]) await laptop.clone(host.make(`acme/${name}`), `code/${name}`)
    onTestFinished(async () => void (await laptop.try(["down"])))
    const { typed, wrong } = await play(join(app, "../../docs/sync.md"), { laptop, desktop })
    assert.isAtLeast(typed, 10)
    assert.strictEqual(wrong.join("\n"), "")
  })
})

describe("the JSON on the page about sync", () => {
  beforeAll(ensureBuilt)

  /** Which keys there are and what kind of value each has; of lists, what their first item is. */
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
    if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]))
  }

  it("has the keys that a push prints", async () => {
    const [, block = ""] = /^```json\n([^]*?)^```$/m.exec(readFileSync(join(app, "../../docs/sync.md"), "utf8")) ?? []
    const remote = await startOurs()
    const machine = makeMachine("laptop")
    await machine.login(remote)
    const projects = ["api", "web"].map((name) => ({ name, path: `/srv/${name}`, description: "The same" }))
    machine.write({ ".dev-infra/registry.json": JSON.stringify({ version: "1.0", projects }) })
    await machine.do("push")
    const [row] = await remote.rows()
    await remote.call("PATCH", `/${row.id}`, { description: "From the laptop" })
    await machine.do("update", row.name, "--description", "From the desktop")
    assert.deepStrictEqual(shapeOf(await machine.json("push")), shapeOf(JSON.parse(block)))
  })
})

describe("a proxy with a certificate before the server", () => {
  beforeAll(ensureBuilt)

  /** A proxy as the page describes one; `ca` is the certificate of its authority. */
  const startProxy = async (target: string): Promise<{ readonly url: string; readonly ca: string }> => {
    const folder = makeGitHost().folder
    const openssl = (...words: ReadonlyArray<string>) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" })
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", ...curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority", "-days", "2")
    openssl("req", ...curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=work-prod")
    writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "names")
    const server = createSecureServer({ key: readFileSync(join(folder, "server.key")), cert: readFileSync(join(folder, "server.pem")) }, (incoming, outgoing) => {
      const { headers, method, url } = incoming
      const passed = request(`${target}${url ?? ""}`, { headers, ...(method === undefined ? {} : { method }) }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      passed.on("error", () => outgoing.destroy())
      incoming.pipe(passed)
    })
    await new Promise<void>((done) => server.listen(0, "localhost", done))
    onTestFinished(() => new Promise<void>((done) => {
      server.closeAllConnections()
      server.close(() => done())
    }))
    return { url: `https://localhost:${(server.address() as AddressInfo).port}`, ca: join(folder, "ca.pem") } // a server that listens at a port has one
  }

  it("works with an authority of one's own, and is refused without it", async () => {
    const server = await startOurs()
    const proxy = await startProxy(server.url)
    const machine = makeMachine("laptop")
    machine.write({ ".dev-infra/registry.json": JSON.stringify({ version: "1.0", projects: [{ name: "api", path: "/srv/api" }] }) })
    const distrusted = await machine.try(["login", proxy.url, "--with-token"], { input: `${server.key ?? ""}\n` })
    assert.strictEqual(distrusted.exitCode, 1)
    assert.match(distrusted.stderr, /certificate/)
    cpSync(proxy.ca, machine.path("ca.pem"))
    await machine.shell(`dev-infra login ${proxy.url} --ca-file ~/ca.pem --with-token`, { input: `${server.key ?? ""}\n` })
    await machine.do("push")
    assert.deepStrictEqual((await server.rows()).map(({ name }) => name), ["api"])
  })
})
