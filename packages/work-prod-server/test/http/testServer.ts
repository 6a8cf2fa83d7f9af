/**
 * A server on a free port, and ways to talk to it: with a proper client, and byte by byte.
 *
 * @module
 */
import * as HttpServing from "../../src/http/HttpServing.js"
import * as ServerMetrics from "@dev-infra/work-prod-server/ServerMetrics"
import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import * as Context from "effect/Context"
import { Agent, request as nodeRequest, type IncomingHttpHeaders } from "node:http"
import { connect, type Socket } from "node:net"
import * as FakeServices from "./fakeServices.js"

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
}

export interface Call {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string | Array<string>>>
  readonly body?: string | Buffer | undefined
}

export type Line = Readonly<Record<string, unknown>>

/** Lines of the log, as objects. */
export class Log extends Context.Tag("test/Log")<Log, Array<Line>>() {}

const logger = Layer.unwrapScoped(
  Effect.sync(() => {
    const lines: Array<Line> = []
    const capture = Logger.make(({ annotations, cause, logLevel, message }) => {
      const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
      const fields = parts.filter((part) => typeof part === "object")
      lines.push(Object.assign({ level: logLevel.label, message: parts.filter((part) => typeof part === "string"), cause }, Object.fromEntries(HashMap.toEntries(annotations)), ...fields))
    })
    return Layer.merge(Logger.replace(Logger.defaultLogger, capture), Layer.succeed(Log, lines))
  })
)

const defaults: HttpServing.Options = { host: "127.0.0.1", port: 0, authentication: "none", rateLimit: undefined }

/** A server over the fake services. */
export const layer = (options: Partial<HttpServing.Options> = {}) =>
  HttpServing.serve({ ...defaults, ...options }).pipe(Layer.provide(ServerMetrics.layer), Layer.provideMerge(FakeServices.layer), Layer.provideMerge(logger))

/** Builds the server for the rest of the test. */
export const start = (options: Partial<HttpServing.Options> = {}): Effect.Effect<Context.Context<ListeningServer | FakeServices.Fake | Log>, never, Scope.Scope> =>
  Effect.orDie(Layer.build(layer(options)))

const agent = new Agent({ keepAlive: false })

/** Sends a request exactly as given. */
export const call = ({ body, headers = {}, method = "GET", path = "/" }: Call): Effect.Effect<Answer, Error, ListeningServer> =>
  Effect.flatMap(ListeningServer, ({ host, port }) =>
    Effect.async<Answer, Error>((resume) => {
      const length = body === undefined || headers["transfer-encoding"] !== undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }
      const sent = nodeRequest({ host, port, method, path, agent, headers: { ...length, ...headers } }, (response) => {
        const pieces: Array<Buffer> = []
        response.on("data", (piece: Buffer) => pieces.push(piece))
        response.on("end", () => {
          const bytes = Buffer.concat(pieces)
          resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString("utf8") }))
        })
        response.on("error", (error) => resume(Effect.fail(error)))
      })
      sent.on("error", (error) => resume(Effect.fail(error)))
      sent.end(body)
      return Effect.sync(() => sent.destroy())
    })
  )

const json = { "content-type": "application/json" }

export const get = (path: string, headers: Call["headers"] = {}) => call({ path, headers })

export const post = (path: string, body: unknown, headers: Call["headers"] = {}) => call({ method: "POST", path, headers: { ...json, ...headers }, body: JSON.stringify(body) })

export const patch = (path: string, body: unknown, headers: Call["headers"] = {}) => call({ method: "PATCH", path, headers: { ...json, ...headers }, body: JSON.stringify(body) })

/** An open connection; `text` is everything that came, in full when the server has closed it. */
export interface Connection {
  readonly socket: Socket
  readonly write: (text: string | Buffer) => Effect.Effect<void>
  readonly closed: Effect.Effect<string>
  /** when what came contains this */
  readonly until: (part: string) => Effect.Effect<string>
}

export const open: Effect.Effect<Connection, never, ListeningServer | Scope.Scope> = Effect.flatMap(ListeningServer, ({ host, port }) =>
  Effect.acquireRelease(
    Effect.async<Connection>((resume) => {
      let text = ""
      let isClosed = false
      const watchers = new Set<() => void>()
      const socket = connect({ host, port, allowHalfOpen: false })
      const tell = () => watchers.forEach((watcher) => watcher())
      socket.setEncoding("latin1")
      socket.on("data", (piece: string) => {
        text += piece
        tell()
      })
      socket.on("error", () => undefined)
      socket.on("close", () => {
        isClosed = true
        tell()
      })
      const when = (is: () => boolean) =>
        Effect.async<string>((done) => {
          const watch = () => {
            if (!is()) return
            watchers.delete(watch)
            done(Effect.sync(() => text))
          }
          watchers.add(watch)
          watch()
        })
      const connection: Connection = {
        socket,
        write: (part) => Effect.sync(() => void socket.write(part)),
        closed: when(() => isClosed),
        until: (part) => when(() => text.includes(part) || isClosed)
      }
      socket.once("connect", () => resume(Effect.succeed(connection)))
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )
)

/** Sends these bytes and waits until the server has closed the connection. */
export const raw = (text: string | Buffer): Effect.Effect<string, never, ListeningServer> =>
  Effect.scoped(
    Effect.gen(function* () {
      const connection = yield* open
      yield* connection.write(text)
      return yield* connection.closed
    })
  )
