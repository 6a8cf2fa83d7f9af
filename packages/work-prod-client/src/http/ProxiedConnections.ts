/**
 * Connections through a proxy, over undici.
 *
 * @module
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ProxyAgent } from "undici"
import type { Proxy } from "../Proxy.js"

/**
 * A client whose connections close with the scope.
 *
 * @param proxy what they go through
 * @param connectTime milliseconds for a connection
 * @param ca the certificates that are trusted, in PEM form; undefined: the usual ones
 */
export const make = (proxy: Proxy, connectTime: number, ca: ReadonlyArray<string> | undefined): Effect.Effect<HttpClient, never, Scope.Scope> => {
  const connect = { timeout: connectTime, ...(ca === undefined ? {} : { ca: [...ca] }) }
  return Effect.acquireRelease(
    Effect.sync(
      () =>
        new ProxyAgent({
          uri: proxy.origin,
          // Plain http goes through a proxy as a request for the whole URL: many allow tunnels to port 443 only.
          proxyTunnel: false,
          proxyTls: connect,
          requestTls: connect,
          ...(proxy.authorization === undefined ? {} : { token: proxy.authorization })
        })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  ).pipe(Effect.map(NodeHttpClient.makeUndici))
}
