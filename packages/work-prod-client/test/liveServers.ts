import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

const portOf = (server: net.Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const listening = <Server extends net.Server>(make: () => Server): Effect.Effect<number, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const sockets = new Set<net.Socket>()
        const server = make()
        server.on("connection", (socket: net.Socket) => {
          sockets.add(socket)
          socket.on("error", () => socket.destroy())
          socket.on("close", () => sockets.delete(socket))
        })
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
        return { server, sockets }
      }),
      ({ server, sockets }) =>
        Effect.promise(
          () =>
            new Promise<void>((done) => {
              server.close(() => done())
              for (const socket of sockets) socket.destroy()
            })
        )
    ),
    ({ server }) => portOf(server)
  )

/** A server on a port that was free. */
export const httpServer = (answer: http.RequestListener) => listening(() => http.createServer(answer))

export const tlsServer = (certificate: { readonly key: string; readonly cert: string }, answer: http.RequestListener) =>
  listening(() => https.createServer(certificate, answer))

/** A server that does with connections what it likes. */
export const rawServer = (connected: (socket: net.Socket) => void) => listening(() => net.createServer(connected))

/** What a proxy was asked for. */
export interface Proxied {
  readonly line: string
  readonly authorization: string | undefined
  readonly key: string | undefined
}

/** A proxy that leads every tunnel to one port, and answers requests for whole URLs by itself. `refusal` is a status. */
export const proxyServer = (target: number, seen: Array<Proxied>, answer: http.RequestListener, refusal?: number) =>
  listening(() => {
    const note = ({ headers, method, url }: http.IncomingMessage) =>
      seen.push({ line: `${method} ${url}`, authorization: headers["proxy-authorization"], key: headers["authorization"] })
    const server = http.createServer((request, response) => {
      note(request)
      if (refusal === undefined) answer(request, response)
      else response.writeHead(refusal).end()
    })
    server.on("connect", (request: http.IncomingMessage, socket: net.Socket) => {
      note(request)
      socket.on("error", () => socket.destroy())
      if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`)
      const tunnel = net.connect(target, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
        tunnel.pipe(socket)
        socket.pipe(tunnel)
      })
      tunnel.on("error", () => socket.destroy())
      return socket.on("close", () => tunnel.destroy())
    })
    return server
  })

/** An authority of its own, and a certificate by it for these names. */
export const certificates = (names: ReadonlyArray<string>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "dev-infra-test-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    ),
    (folder) => {
      const openssl = (...args: ReadonlyArray<string>) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" })
      const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
      openssl("req", "-x509", ...curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority", "-days", "2")
      openssl("req", ...curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=work-prod")
      writeFileSync(join(folder, "names"), `subjectAltName=${names.join(",")}`)
      openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "names")
      const read = (name: string) => readFileSync(join(folder, name), "utf8")
      return { folder, caFile: join(folder, "ca.pem"), ca: read("ca.pem"), key: read("server.key"), cert: read("server.pem") }
    }
  )
