/** What may answer at the URL of a login, each on a free port of the loopback. */
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as http from "node:http"
import { temporaryFolder } from "../../../../packages/work-prod-server/test/temporaryFolder.js"
import { certificates, httpServer, tlsServer } from "../../../../packages/work-prod-client/test/liveServers.js"

/** Our server, and how its keys are made and taken back. */
export const ours = (authentication: "keys" | "none" = "keys") =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const built = yield* Layer.build(EmbeddedServer.layer({ file: `${folder}/work-prod.db`, host: "127.0.0.1", port: 0, authentication, rateLimit: undefined })).pipe(Logger.withMinimumLogLevel(LogLevel.None))
    const keys = Context.get(built, ApiKeys.ApiKeys)
    const makeKey = (readOnly: boolean) =>
      Effect.map(keys.create({ account: "default", label: "test", readOnly, expiresInDays: undefined }), ({ key, secret }) => ({ prefix: key.prefix, secret: Redacted.value(secret) }))
    return { url: Context.get(built, ListeningServer).url, makeKey, revoke: keys.revoke }
  })

/** Something else: `answer` gets the request and its own URL. */
export const other = (answer: (request: http.IncomingMessage, response: http.ServerResponse) => void): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(httpServer(answer), (port) => `http://127.0.0.1:${port}`)

/** A page for people, whatever is asked. */
export const webPage = other((_, response) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html><title>Welcome to nginx!</title><h1>Welcome</h1>")
})

/** An API, but not this one. */
export const otherApi = other((_, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ hello: "world" }))
})

/** Sends everybody round and round. */
export const redirects = other((_, response) => {
  response.writeHead(302, { location: "/api/health" }).end()
})

/** A server of a later generation. */
export const later = other((_, response) => {
  const body = { status: "ok", message: "Flask backend is running", api: 2, version: "9.0.0", instance: "5b2a9c1e-52a7-4a7e-9d4b-6a5f0f0c8a11", capabilities: ["things"] }
  response.writeHead(200, { "content-type": "application/json", "x-dev-infra-server": `api=2; instance=${body.instance}; version=9.0.0` }).end(JSON.stringify(body))
})

/** Takes connections, and never answers. */
export const silent = other(() => undefined)

/** A server that fails. */
export const faulty = other((_, response) => {
  response.writeHead(502, { "content-type": "text/html" }).end("<title>502 Bad Gateway</title>")
})

const forwarder =
  (target: string, seen: Array<string>): http.RequestListener =>
  (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const { pathname, search } = new URL(request.url ?? "/", target)
    const forwarded = http.request(`${target}${pathname}${search}`, { method: request.method, headers: { ...request.headers, host: new URL(target).host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    forwarded.on("error", () => response.destroy())
    request.pipe(forwarded)
  }

/** A proxy that leads every request to one server, whichever host it names, and notes it in `seen`. */
export const forwarding = (target: string, seen: Array<string> = []) => other(forwarder(target, seen))

/** A server with TLS before another, with a certificate of an authority of its own, and the file with that authority. */
export const withTls = (target: string) =>
  Effect.gen(function* () {
    const made = yield* certificates(["IP:127.0.0.1"])
    const port = yield* tlsServer(made, forwarder(target, []))
    return { url: `https://127.0.0.1:${port}`, caFile: made.caFile }
  })
