/**
 * The HTTP server on its port: who may connect, how long they may take, and how it stops.
 *
 * @module
 */
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { clientAbortFiberId } from "@effect/platform/HttpServerError"
import { Generator } from "@effect/platform/Etag"
import { FileSystem } from "@effect/platform/FileSystem"
import { HttpPlatform } from "@effect/platform/HttpPlatform"
import type { HttpRouter } from "@effect/platform/HttpRouter"
import { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import { Path } from "@effect/platform/Path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Scope from "effect/Scope"
import type { Buffer } from "node:buffer"
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { AddressInUse, CannotListen, ListeningServer, type ListeningServerShape } from "../ListeningServer.js"
import * as AsciiJson from "./AsciiJson.js"
import { NodeRequest } from "./NodeRequest.js"

/** Milliseconds. @category models */
export interface TimeLimits {
  /** until all headers have arrived */
  readonly headers: number
  /** until the whole request has arrived, and until its answer begins */
  readonly request: number
  /** for which running requests are waited for when the server stops */
  readonly stop: number
}

/** @category constants */
export const timeLimits: TimeLimits = { headers: 10_000, request: Limits.requestSeconds * 1000, stop: 10_000 }

/** Larger than the limits for URL and headers, so that requests beyond those can still be told which limit it was. */
const parsedHeaderBytes = 48 * 1024

/** Streams of events, which cost little, and as many others as one process can serve. */
const maxConnections = 10_000

const keepAliveMillis = 60_000

const isTooLong = (packet: Buffer): boolean => {
  const end = packet.indexOf("\r\n")
  return (end === -1 ? packet.length : end) > Limits.urlLength
}

/** What is wrong with bytes that are no request, or no whole one in time. */
const brokenAnswer = (error: ClientError): { readonly status: number; readonly error: string } => {
  switch (error.code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { status: 408, error: "The request did not arrive in time" }
    case "HPE_HEADER_OVERFLOW":
      return error.rawPacket !== undefined && isTooLong(error.rawPacket)
        ? { status: 414, error: `The URL is too long. At most ${Limits.urlLength} characters are taken` }
        : { status: 431, error: `The request headers are too large. At most ${Limits.headerBytes} bytes are taken` }
    default:
      return { status: 400, error: "This is no valid HTTP request" }
  }
}

interface ClientError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
}

/** Milliseconds in which a client may read the answer to a broken request. */
const lingerMillis = 2000

/**
 * Answers what never became a request, or broke off while it was read.
 *
 * @param onBroken told once of each
 */
const answerBroken = (server: Server, name: string, nextId: () => string, onBroken: (id: string, status: number) => void): void => {
  const current = new WeakMap<Duplex, ServerResponse>()
  const broken = new WeakSet<Duplex>()
  server.on("request", (message: IncomingMessage, response: ServerResponse) => current.set(message.socket, response))
  server.on("clientError", (error: ClientError, socket: Duplex) => {
    if (broken.has(socket)) return
    broken.add(socket)
    const response = current.get(socket)
    // An answer that has begun, or was given before the whole request was there, must not be followed by another.
    const isAnswered = response !== undefined && response.headersSent && !(response.writableFinished && response.req.complete)
    if (error.code === "ECONNRESET" || !socket.writable || isAnswered) {
      socket.destroy()
      return
    }
    const answer = brokenAnswer(error)
    const id = nextId()
    const body = `${AsciiJson.write({ error: answer.error })}\n`
    const head = [
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      `X-Request-Id: ${id}`,
      `X-Dev-Infra-Server: ${name}`,
      "Connection: close"
    ]
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`)
    setTimeout(() => socket.destroy(), lingerMillis).unref()
    onBroken(id, answer.status)
  })
}

const listen = (server: Server, host: string, port: number): Effect.Effect<ListeningServerShape, AddressInUse | CannotListen> =>
  Effect.async((resume) => {
    const onError = (cause: Error & { readonly code?: string }): void =>
      resume(Effect.fail(cause.code === "EADDRINUSE" ? new AddressInUse({ host, port }) : new CannotListen({ host, port, cause })))
    server.once("error", onError)
    server.listen({ host, port }, () => {
      server.off("error", onError)
      const address = server.address()
      const bound = typeof address === "object" && address !== null ? address.port : port
      resume(Effect.succeed({ host, port: bound, url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}` }))
    })
  })

/** Takes no more connections, waits for those that are busy, and then cuts them. */
const stop = (server: Server, millis: number): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    if (!server.listening) return resume(Effect.void)
    const sweep = setInterval(() => server.closeIdleConnections(), 20)
    const limit = setTimeout(() => server.closeAllConnections(), millis)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(limit)
      resume(Effect.void)
    })
    server.closeIdleConnections()
  })

/** What any router may ask for. */
type Services = HttpRouter.DefaultServices | Scope.Scope

/** What a server is made of. @category models */
export interface Options {
  readonly host: string
  /** 0: one that is free */
  readonly port: number
  readonly limits: TimeLimits
  readonly nextId: () => string
  /** the header that names this server, for answers to what is no request */
  readonly name: string
  /** @param isStopping whether the server takes no more requests */
  readonly makeApp: (isStopping: () => boolean) => Effect.Effect<void, never, HttpServerRequest | Services>
}

/**
 * Listens until the scope is closed; then running requests are finished.
 *
 * @category constructors
 */
export const make = ({ host, limits, makeApp, name, nextId, port }: Options) =>
  Effect.gen(function* () {
    let isStopping = false
    const server = createServer({
      maxHeaderSize: parsedHeaderBytes,
      headersTimeout: Math.min(limits.headers, limits.request),
      // What is late is told by the request itself; this is for what comes after an early answer.
      requestTimeout: limits.request + lingerMillis,
      connectionsCheckingInterval: Math.min(1000, limits.headers / 2, limits.request / 2),
      keepAliveTimeout: keepAliveMillis
    })
    server.maxConnections = maxConnections
    // Beyond this nothing at all has moved on a connection: a client that does not read its answer.
    server.setTimeout(limits.request + 5000)
    const app = Effect.uninterruptible(makeApp(() => isStopping))
    const fibers = yield* FiberSet.make()
    // Every service that a request adds is a copy of what it has, so it begins with little: the handlers bring their own.
    const run = yield* Effect.mapInputContext(FiberSet.runtime(fibers)<Services>(), (all: Context.Context<Services>) =>
      Context.pick(FileSystem, HttpPlatform, Path, Generator, Scope.Scope)(all)
    )
    answerBroken(server, name, nextId, (id, status) => run(Effect.annotateLogs(Effect.logInfo("request"), { id, status })))
    server.on("request", (message: IncomingMessage, response: ServerResponse) => {
      const answered = Effect.provideService(app, HttpServerRequest, new NodeRequest(message, response, message.url ?? ""))
      const fiber = run(Effect.catchAllCause(answered, (cause) => Effect.zipRight(Effect.sync(() => response.destroy()), Effect.logError("request failed", cause))))
      response.on("close", () => {
        if (!response.writableEnded) fiber.unsafeInterruptAsFork(clientAbortFiberId)
      })
    })
    // A body that is too large is refused before the client sends it.
    server.on("checkContinue", (message: IncomingMessage, response: ServerResponse) => {
      if (Number(message.headers["content-length"] ?? 0) <= Limits.bodyBytes) response.writeContinue()
      server.emit("request", message, response)
    })
    const address = yield* Effect.acquireRelease(listen(server, host, port), () =>
      Effect.suspend(() => {
        isStopping = true
        return stop(server, limits.stop)
      })
    )
    return ListeningServer.of(address)
  })
