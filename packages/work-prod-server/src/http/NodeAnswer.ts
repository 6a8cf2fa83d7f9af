/**
 * Sends an answer over its connection.
 *
 * @module
 */
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import type { HttpServerResponse } from "@effect/platform/HttpServerResponse"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Buffer } from "node:buffer"
import type { ServerResponse } from "node:http"
import type { Writable } from "node:stream"
import { constants, createGzip, gzip } from "node:zlib"
import type { StorageFailure } from "../StorageFailure.js"
import * as AcceptEncoding from "./AcceptEncoding.js"
import * as EventStream from "./EventStream.js"
import * as NodeDrain from "./NodeDrain.js"
import { TextStream } from "./TextStream.js"

/** Shorter bodies are not worth compressing. */
const compressedFrom = 1400

const compression = { level: 3 }

/** Header names as people write them. */
const written: Readonly<Record<string, string>> = {
  allow: "Allow",
  "cache-control": "Cache-Control",
  connection: "Connection",
  "content-encoding": "Content-Encoding",
  "content-length": "Content-Length",
  "content-security-policy": "Content-Security-Policy",
  "content-type": "Content-Type",
  etag: "ETag",
  location: "Location",
  "retry-after": "Retry-After",
  vary: "Vary",
  "www-authenticate": "WWW-Authenticate",
  "x-accel-buffering": "X-Accel-Buffering",
  "x-request-id": "X-Request-Id"
}

/** What is sent beside what the answer itself says. @category models */
export interface Sending {
  readonly requestId: string
  /** names this server */
  readonly server: string
  /** no further request is expected on this connection */
  readonly isLast: boolean
}

const writeHead = (node: ServerResponse, response: HttpServerResponse, { isLast, requestId, server }: Sending, changes?: Readonly<Record<string, string | undefined>>): void => {
  const headers: Array<string> = []
  const entries: Readonly<Record<string, string | undefined>> = changes === undefined ? response.headers : { ...response.headers, ...changes }
  for (const name in entries) {
    const value = entries[name]
    if (value !== undefined) headers.push(written[name] ?? name, value)
  }
  headers.push("X-Request-Id", requestId, "X-Dev-Infra-Server", server)
  if (isLast && entries["connection"] === undefined) headers.push("Connection", "close")
  node.writeHead(response.status, headers)
}

/**
 * A list in pieces. If it cannot be read to its end the connection is cut: the client must not take a part for the whole.
 */
const sendStream = (node: ServerResponse, { close, first, next }: TextStream, target: Writable): Effect.Effect<number, StorageFailure> =>
  Effect.gen(function* () {
    let bytes = 0
    const write = (text: string): Effect.Effect<void> => {
      bytes += text.length
      return target.write(text, "latin1") ? Effect.void : NodeDrain.drained(target, node)
    }
    yield* write(first)
    let isOpen = true
    while (isOpen && !node.destroyed) {
      const text = yield* next
      if (Option.isSome(text)) yield* write(`,${text.value}`)
      else isOpen = false
    }
    target.end("]\n", "latin1")
    yield* NodeDrain.finished(node)
    return bytes + 2
  }).pipe(
    Effect.interruptible,
    Effect.onExit((exit) =>
      Effect.sync(() => {
        if (exit._tag === "Success") return
        target.destroy()
        node.destroy()
      })
    ),
    Effect.ensuring(close)
  )

const compressed = (body: string): Effect.Effect<Uint8Array> =>
  Effect.async((resume) => {
    gzip(body, compression, (cause, bytes) => resume(cause === null ? Effect.succeed(bytes) : Effect.die(cause)))
  })

const isCompressible = (request: HttpServerRequest, response: HttpServerResponse): boolean =>
  response.headers["vary"]?.startsWith("Accept-Encoding") === true && AcceptEncoding.takesGzip(request.headers["accept-encoding"])

/** Milliseconds for which the rest of a request is taken and thrown away, so that the client sees the answer. */
const lingerMillis = 2000

/**
 * Closes our side after the answer, and the other when the client has read it or does not stop sending.
 */
const closeSlowly = (node: ServerResponse): void => {
  const { socket } = node
  if (socket === null) return
  node.req.resume()
  // Node ends connections by this method; at once, a client that still sends would be told of a reset instead of the answer.
  socket.destroySoon = () => {
    socket.end()
    socket.setTimeout(lingerMillis, () => socket.destroy())
    setTimeout(() => socket.destroy(), lingerMillis).unref()
  }
}

/**
 * Sends an answer. Gives the bytes of its body before compression. Fails if the body could not be read to its end.
 *
 * @category sending
 */
export const send = (request: HttpServerRequest, response: HttpServerResponse, sending: Sending): Effect.Effect<number, StorageFailure> =>
  Effect.suspend(() => {
    const node = NodeHttpServerRequest.toServerResponse(request)
    const body = response.body._tag === "Raw" ? response.body.body : undefined
    if (node.destroyed) return body instanceof TextStream || body instanceof EventStream.EventStream ? Effect.as(body.close, 0) : Effect.succeed(0)
    if (response.headers["connection"] === "close") closeSlowly(node)
    if (body instanceof EventStream.EventStream) {
      writeHead(node, response, sending)
      return EventStream.send(node, body)
    }
    if (body instanceof TextStream) {
      if (!isCompressible(request, response)) {
        writeHead(node, response, sending)
        return sendStream(node, body, node)
      }
      writeHead(node, response, sending, { "content-encoding": "gzip" })
      const packer = createGzip({ ...compression, flush: constants.Z_NO_FLUSH })
      packer.pipe(node)
      return sendStream(node, body, packer)
    }
    if (typeof body !== "string" || request.method === "HEAD") {
      writeHead(node, response, sending)
      node.end()
      return Effect.succeed(0)
    }
    if (body.length < compressedFrom || !isCompressible(request, response)) {
      writeHead(node, response, sending, response.headers["content-length"] === undefined ? { "content-length": String(Buffer.byteLength(body)) } : undefined)
      node.end(body)
      return Effect.succeed(body.length)
    }
    return Effect.map(compressed(body), (bytes) => {
      writeHead(node, response, sending, { "content-encoding": "gzip", "content-length": String(bytes.length) })
      node.end(bytes)
      return body.length
    })
  })
