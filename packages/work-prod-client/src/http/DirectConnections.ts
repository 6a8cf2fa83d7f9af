/**
 * Connections straight to a server, over the HTTP of Node.js itself: that is there at once, while undici, which knows proxies, takes some time
 * to load.
 *
 * @module
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as http from "node:http"
import * as https from "node:https"
import type { Duplex } from "node:stream"

/** Milliseconds for which a connection is kept for the next request; servers keep theirs for five seconds or longer. */
const idleTime = 4000

type Made = Duplex | null | undefined
type Told = (error: Error | null, socket: Duplex) => void

/** Ends a connection that does not come about in time, in the words of the system. */
const limit = (socket: Made, made: "connect" | "secureConnect", millis: number): Made => {
  if (socket === null || socket === undefined) return socket
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT", syscall: "connect" }))
  }, millis)
  const stop = () => clearTimeout(timer)
  socket.once(made, stop)
  socket.once("close", stop)
  return socket
}

/**
 * A client whose connections close with the scope.
 *
 * @param connectTime milliseconds for a connection
 * @param ca the certificates that are trusted, in PEM form; undefined: the usual ones
 */
export const make = (connectTime: number, ca: ReadonlyArray<string> | undefined): Effect.Effect<HttpClient, never, Scope.Scope> => {
  class HttpAgent extends http.Agent {
    override createConnection(options: http.ClientRequestArgs, callback?: Told): Made {
      return limit(super.createConnection(options, callback), "connect", connectTime)
    }
  }
  class HttpsAgent extends https.Agent {
    override createConnection(options: https.RequestOptions, callback?: Told): Made {
      return limit(super.createConnection(options, callback), "secureConnect", connectTime)
    }
  }
  const kept = { keepAlive: true, timeout: idleTime }
  const agents = Effect.acquireRelease(
    Effect.sync(() => ({ http: new HttpAgent(kept), https: new HttpsAgent({ ...kept, ...(ca === undefined ? {} : { ca: [...ca] }) }) })),
    (made) =>
      Effect.sync(() => {
        made.http.destroy()
        made.https.destroy()
      })
  )
  return Effect.flatMap(agents, (made) =>
    Effect.provideService(NodeHttpClient.make, NodeHttpClient.HttpAgent, { [NodeHttpClient.HttpAgentTypeId]: NodeHttpClient.HttpAgentTypeId, ...made })
  )
}
