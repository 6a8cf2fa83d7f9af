import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { writeFileSync } from "node:fs"
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { join } from "node:path"
import { certificates, httpServer, proxyServer, rawServer, tlsServer, type Proxied } from "./liveServers.js"
import { key, newHealth, oldHealth, project } from "./scriptedServer.js"

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const sendJson = (response: ServerResponse, status: number, value: unknown) => {
  response.writeHead(status, { "content-type": "application/json", connection: "close" })
  response.end(JSON.stringify(value))
}

/** Says that it is work-prod, and answers everything else as told. */
const workProdServer =
  (answer: Answer, health: object = oldHealth): RequestListener =>
  (request, response) => {
    if (request.url === "/api/health") return sendJson(response, 200, health)
    request.resume()
    return request.once("end", () => answer(request, response))
  }

interface Options {
  readonly environment?: { readonly [variable: string]: string }
  readonly key?: string
  readonly caFile?: string
  readonly insecure?: boolean
}

const run = <A, E>(url: string, use: (workProd: WorkProd.WorkProdShape) => Effect.Effect<A, E>, { environment = {}, ...flags }: Options = {}) =>
  Effect.flatMap(WorkProdSettings.resolve({ environment: {}, flags: { url, ...flags } }), (settings) =>
    Effect.provide(Effect.flatMap(WorkProd.WorkProd, use), NodeWorkProd.layer(settings, environment))
  )

const failure = (url: string, use: (workProd: WorkProd.WorkProdShape) => Effect.Effect<unknown, WorkProdError>, options?: Options) =>
  Effect.flip(run(url, use, options))

const local = (port: number) => `http://127.0.0.1:${port}`

const get = (workProd: WorkProd.WorkProdShape) => workProd.get(7)
const create = (workProd: WorkProd.WorkProdShape) => workProd.create({ name: "api" })
const list = (workProd: WorkProd.WorkProdShape) => Stream.runCollect(workProd.list())

describe("NodeWorkProd.layer", () => {
  it.scopedLive("talks to a server that closes every connection", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 3000 }, (_, index) => project(index + 1, { description: "ä".repeat(100) }))
      const port = yield* httpServer(
        workProdServer(({ method, url }, response) => {
          if (method === "DELETE") return response.writeHead(204, { connection: "close", "content-type": "text/html" }).end()
          return sendJson(response, 200, url === "/api/projects" ? rows : project(7))
        })
      )
      const all = yield* run(local(port), (workProd) =>
        Effect.all([list(workProd), workProd.get(7), workProd.update(7, { name: "project 7" }), workProd.archive(7), workProd.remove(7)])
      )
      expect(all[0].length).toBe(3000)
      expect(all[2].dropped).toEqual([])
    })
  )

  it.scopedLive("keeps connections where the server does", () =>
    Effect.gen(function* () {
      const ports = new Set<number | undefined>()
      const port = yield* httpServer((request, response) => {
        ports.add(request.socket.remotePort)
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(request.url === "/api/health" ? newHealth : project(7)))
      })
      yield* run(local(port), (workProd) => Effect.repeatN(workProd.get(7), 5))
      expect(ports.size).toBeLessThan(4)
    })
  )

  it.scopedLive("says that nothing listens", () =>
    Effect.gen(function* () {
      const port = yield* Effect.scoped(rawServer(() => undefined))
      for (const host of ["127.0.0.1", "localhost"]) {
        expect(yield* failure(`http://${host}:${port}`, create)).toMatchObject({ _tag: "Unreachable", reason: "Refused" })
      }
    })
  )

  it.scopedLive("says that a host does not exist", () =>
    Effect.gen(function* () {
      const error = yield* failure("http://no-such-host.invalid", get)
      expect(error).toMatchObject({ _tag: "Unreachable", host: "no-such-host.invalid" })
    })
  )

  it.scopedLive("says that a server does not speak HTTP", () =>
    Effect.gen(function* () {
      const port = yield* rawServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n"))
      expect(yield* failure(local(port), get)).toMatchObject({ _tag: "Unreachable", reason: "NotHttp" })
    })
  )

  it.scopedLive("says in time that no safe connection comes about, and that nothing was sent", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const port = yield* rawServer((socket) => void socket.on("data", (bytes) => seen.push(bytes.toString("latin1"))))
      const begun = Date.now()
      expect(yield* failure(`https://127.0.0.1:${port}`, create, { key })).toMatchObject({ _tag: "Unreachable", reason: "TimedOut" })
      expect(Date.now() - begun).toBeLessThan(10_000)
      expect(seen.join("")).not.toMatch(/HTTP\/1|Bearer/)
    })
  )

  it.scopedLive("leaves open what happened when a change breaks the connection", () =>
    Effect.gen(function* () {
      const port = yield* httpServer(workProdServer((request) => request.socket.resetAndDestroy()))
      expect(yield* failure(local(port), create)).toMatchObject({ _tag: "LostAnswer", path: "/api/projects" })
      expect(yield* failure(local(port), (workProd) => workProd.import([{ name: "a" }]))).toMatchObject({ _tag: "LostAnswer" })
      expect(yield* failure(local(port), get)).toMatchObject({ _tag: "Unreachable", reason: "Closed" })
    })
  )

  it.scopedLive("does not take half an answer for a whole one", () =>
    Effect.gen(function* () {
      const half = (response: ServerResponse) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": 1000 })
        response.write('[{"id":1,', () => response.socket?.destroy())
      }
      const port = yield* httpServer(workProdServer((_, response) => half(response)))
      expect(yield* failure(local(port), list)).toMatchObject({ _tag: "Truncated", bytes: 9 })
      expect(yield* failure(local(port), create)).toMatchObject({ _tag: "LostAnswer" })
      const chunked = yield* httpServer(workProdServer((_, response) => response.writeHead(200, { "content-type": "application/json" }).end('[{"id":1,')))
      expect(yield* failure(local(chunked), list)).toMatchObject({ _tag: "Truncated" })
    })
  )

  it.scopedLive("recovers from a connection that breaks in passing", () =>
    Effect.gen(function* () {
      let count = 0
      const port = yield* httpServer(workProdServer((request, response) => (count++ === 0 ? request.socket.destroy() : sendJson(response, 200, project(7)))))
      expect((yield* run(local(port), get)).id).toBe(7)
    })
  )

  it.scopedLive("follows a redirect on the server, and takes its key to no other", () =>
    Effect.gen(function* () {
      const keys: Array<string | undefined> = []
      const other = yield* httpServer((request, response) => {
        keys.push(request.headers.authorization)
        sendJson(response, 200, oldHealth)
      })
      const port = yield* httpServer(
        workProdServer(({ headers, url }, response) => {
          if (url === "/api/projects/7") return response.writeHead(308, { location: "/moved", "content-type": "text/html" }).end("<title>Moved</title>")
          if (url === "/moved") return sendJson(response, 200, project(7, { name: String(headers.authorization) }))
          return response.writeHead(302, { location: `${local(other)}/x` }).end()
        })
      )
      expect((yield* run(local(port), get, { key })).name).toBe(`Bearer ${key}`)
      expect(yield* failure(local(port), list, { key })).toMatchObject({ _tag: "RedirectRefused", reason: "OtherHost", target: `${local(other)}/x` })
      expect(keys).toEqual([])
    })
  )

  it.scopedLive("says that another web server is there", () =>
    Effect.gen(function* () {
      const port = yield* httpServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html><title>It works!</title></html>"))
      expect(yield* failure(local(port), get)).toMatchObject({ _tag: "NotWorkProd", status: 200, title: "It works!" })
    })
  )

  it.scopedLive("ends the request when it is interrupted", () =>
    Effect.gen(function* () {
      let arrived: () => void = () => undefined
      let closed: () => void = () => undefined
      const hasArrived = new Promise<void>((done) => (arrived = done))
      const isClosed = new Promise<void>((done) => (closed = done))
      const port = yield* httpServer(
        workProdServer((request) => {
          request.socket.once("close", closed)
          arrived()
        })
      )
      const fiber = yield* Effect.fork(run(local(port), get))
      yield* Effect.promise(() => hasArrived)
      yield* Fiber.interrupt(fiber)
      yield* Effect.promise(() => isClosed)
    })
  )
})

describe("WorkProd.layer over fetch", () => {
  it.scopedLive("does not let fetch follow redirects", () =>
    Effect.gen(function* () {
      let asked = 0
      const other = yield* httpServer((_, response) => {
        asked++
        sendJson(response, 200, project(7))
      })
      const port = yield* httpServer(workProdServer((_, response) => response.writeHead(302, { location: `${local(other)}/x` }).end()))
      const settings = yield* WorkProdSettings.resolve({ environment: {}, flags: { url: local(port), key } })
      const layer = WorkProd.layer(settings).pipe(Layer.provide(FetchHttpClient.layer))
      const error = yield* Effect.flip(Effect.provide(Effect.flatMap(WorkProd.WorkProd, get), layer))
      expect(error).toMatchObject({ _tag: "RedirectRefused", reason: "OtherHost" })
      expect(asked).toBe(0)
    })
  )
})

describe("TLS", () => {
  it.scopedLive("trusts certificates of one's own, and only when they are named", () =>
    Effect.gen(function* () {
      const own = yield* certificates(["IP:127.0.0.1", "DNS:localhost"])
      const port = yield* tlsServer(own, workProdServer((_, response) => sendJson(response, 200, project(7))))
      const url = `https://127.0.0.1:${port}`
      const error = yield* failure(url, create, { key })
      expect(error).toMatchObject({ _tag: "TlsFailed" })
      expect(error.message).toContain("NODE_EXTRA_CA_CERTS")
      expect((yield* run(url, get, { key, caFile: own.caFile })).id).toBe(7)
      expect((yield* run(url, get, { caFile: own.caFile, environment: { NODE_EXTRA_CA_CERTS: join(own.folder, "none.pem") } })).id).toBe(7)
    })
  )

  it.scopedLive("refuses a certificate for another name", () =>
    Effect.gen(function* () {
      const own = yield* certificates(["DNS:work.example"])
      const port = yield* tlsServer(own, workProdServer((_, response) => sendJson(response, 200, project(7))))
      const error = yield* failure(`https://localhost:${port}`, get, { caFile: own.caFile })
      expect(error).toMatchObject({ _tag: "TlsFailed", code: "ERR_TLS_CERT_ALTNAME_INVALID" })
      expect(error.message).toContain("use that name in the URL")
    })
  )

  it.scopedLive("says that a server speaks plain http", () =>
    Effect.gen(function* () {
      const port = yield* httpServer(workProdServer((_, response) => sendJson(response, 200, project(7))))
      const error = yield* failure(`https://127.0.0.1:${port}`, create)
      expect(error).toMatchObject({ _tag: "TlsFailed" })
      expect(error.message).toContain("http://")
    })
  )

  it.scopedLive("says that a file holds no certificates", () =>
    Effect.gen(function* () {
      const own = yield* certificates(["DNS:localhost"])
      const files = ["none.pem", "text.pem", "broken.pem"].map((name) => join(own.folder, name))
      writeFileSync(join(own.folder, "text.pem"), "hello")
      writeFileSync(join(own.folder, "broken.pem"), "-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n")
      for (const caFile of files) {
        const error = yield* Effect.flip(run("https://127.0.0.1:1", get, { caFile }))
        expect(error).toMatchObject({ _tag: "CertificatesUnreadable", path: caFile })
      }
    })
  )
})

describe("a proxy", () => {
  const answer = workProdServer((_, response) => sendJson(response, 200, project(7)))

  it.scopedLive("leads to a server over https", () =>
    Effect.gen(function* () {
      const own = yield* certificates(["DNS:work.example"])
      const seen: Array<Proxied> = []
      const target = yield* tlsServer(own, answer)
      const proxy = yield* proxyServer(target, seen, answer)
      const environment = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${proxy}` }
      expect((yield* run("https://work.example", get, { key, caFile: own.caFile, environment })).id).toBe(7)
      expect(seen[0]).toEqual({ line: "CONNECT work.example:443", authorization: `Basic ${btoa("me:p@ss")}`, key: undefined })
    })
  )

  it.scopedLive("is asked for whole URLs over http", () =>
    Effect.gen(function* () {
      const seen: Array<Proxied> = []
      const proxy = yield* proxyServer(0, seen, (request, response) => sendJson(response, 200, request.url?.endsWith("/api/health") === true ? oldHealth : project(7)))
      expect((yield* run("http://work.example/prefix/", get, { environment: { http_proxy: `127.0.0.1:${proxy}` } })).id).toBe(7)
      expect(seen.map(({ line }) => line)).toEqual(["GET http://work.example/prefix/api/health", "GET http://work.example/prefix/api/projects/7"])
    })
  )

  it.scopedLive("is not asked for this computer, nor for what NO_PROXY names", () =>
    Effect.gen(function* () {
      const seen: Array<Proxied> = []
      const proxy = `http://127.0.0.1:${yield* proxyServer(0, seen, answer)}`
      const port = yield* httpServer(answer)
      expect((yield* run(local(port), get, { environment: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } })).id).toBe(7)
      const environment = { HTTP_PROXY: proxy, NO_PROXY: ".invalid" }
      expect(yield* failure("http://no-such-host.invalid", get, { environment })).toMatchObject({ _tag: "Unreachable" })
      expect(seen).toEqual([])
    })
  )

  it.scopedLive("that refuses or does not answer is named", () =>
    Effect.gen(function* () {
      for (const status of [407, 502]) {
        const proxy = yield* proxyServer(0, [], answer, status)
        const environment = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy}` }
        const error = yield* failure("https://work.example", create, { environment })
        expect(error).toMatchObject({ _tag: "Unreachable", reason: "Proxy", host: "work.example" })
        expect(error.message).toContain(`127.0.0.1:${proxy}: it answered ${status}`)
        expect(error.message).not.toContain("secret")
      }
      const closed = yield* Effect.scoped(rawServer(() => undefined))
      const error = yield* failure("http://work.example", create, { environment: { HTTP_PROXY: `http://127.0.0.1:${closed}` } })
      expect(error).toMatchObject({ _tag: "Unreachable", reason: "Proxy" })
      expect(error.message).toContain("check HTTPS_PROXY, HTTP_PROXY and NO_PROXY")
    })
  )

  it.effect("that cannot be understood is refused", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(run("https://work.example", get, { environment: { HTTPS_PROXY: "socks5://proxy" } }))).toMatchObject({ _tag: "InvalidProxy" })
    })
  )
})

describe("events", () => {
  const withEvents = { ...newHealth, capabilities: [...newHealth.capabilities, "events"] }
  const sendReady: Answer = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.write("id: c1\nevent: ready\ndata: {}\n\n")
  }
  const first = (workProd: WorkProd.WorkProdShape) => Stream.runCollect(Stream.take(workProd.events(), 1))
  const ready = [{ type: "ready", cursor: "c1" }]

  it.scopedLive("come over a connection that closes when nobody listens any more", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const told = yield* Deferred.make<void>()
      const port = yield* httpServer(
        workProdServer((request, response) => {
          response.once("close", () => Deferred.unsafeDone(closed, Effect.void))
          sendReady(request, response)
        }, withEvents)
      )
      yield* run(local(port), (workProd) =>
        Effect.gen(function* () {
          const fiber = yield* Effect.fork(Stream.runForEach(workProd.events(), () => Deferred.succeed(told, undefined)))
          yield* Deferred.await(told)
          yield* Fiber.interrupt(fiber)
          // While the client itself is still there.
          yield* Deferred.await(closed)
        })
      )
    })
  )

  it.scopedLive("come through a proxy, and over TLS", () =>
    Effect.gen(function* () {
      const certificate = yield* certificates(["DNS:localhost", "DNS:work.example"])
      const secure = yield* tlsServer(certificate, workProdServer(sendReady, withEvents))
      expect([...(yield* run(`https://localhost:${secure}`, first, { caFile: certificate.caFile, key }))]).toEqual(ready)
      const seen: Array<Proxied> = []
      const proxy = yield* proxyServer(secure, seen, (request, response) => (request.url?.endsWith("/api/health") === true ? sendJson(response, 200, withEvents) : sendReady(request, response)))
      const environment = { HTTPS_PROXY: local(proxy), HTTP_PROXY: local(proxy) }
      expect([...(yield* run("https://work.example", first, { caFile: certificate.caFile, environment }))]).toEqual(ready)
      expect([...(yield* run("http://work.example", first, { environment }))]).toEqual(ready)
      expect(seen.length).toBeGreaterThan(1)
    })
  )
})
