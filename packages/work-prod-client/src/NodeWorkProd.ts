/**
 * The client as programs on Node.js use it: through the proxy of the environment, with certificates of one's own.
 *
 * @module
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createSecureContext, rootCertificates } from "node:tls"
import * as DirectConnections from "./http/DirectConnections.js"
import * as HttpWorkProd from "./http/HttpWorkProd.js"
import * as Transport from "./http/Transport.js"
import * as Proxy from "./Proxy.js"
import { WorkProd, type ClientOptions } from "./WorkProd.js"
import { check, type KeyNeedsHttps, type WorkProdSettings } from "./WorkProdSettings.js"

/** The file with certificates cannot be used. @category errors */
export class CertificatesUnreadable extends Data.TaggedError("CertificatesUnreadable")<{ readonly path: string; readonly detail: string }> {
  override get message(): string {
    return `the certificates in ${this.path} cannot be used (${this.detail}): name a file with certificates in PEM form`
  }
}

/** Milliseconds for a connection: less than the first answer may take, so that it is known that nothing was sent. */
const connectTime = 5000

type Environment = { readonly [variable: string]: string | undefined }

const extraVariable = "NODE_EXTRA_CA_CERTS"

/** The certificates that are trusted: naming some replaces those that Node.js has by itself, so these are named too. */
const readCertificates = (path: string, environment: Environment) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const own = yield* Effect.mapError(files.readFileString(path), (error) => new CertificatesUnreadable({ path, detail: error._tag === "SystemError" ? error.reason : error._tag }))
    if (!own.includes("-----BEGIN")) return yield* new CertificatesUnreadable({ path, detail: "it has none in PEM form" })
    yield* Effect.try({
      // As `ca`, what cannot be read is passed over without a word.
      try: () => createSecureContext({ cert: own }),
      catch: () => new CertificatesUnreadable({ path, detail: "one in it is damaged" })
    })
    const extra = environment[extraVariable]
    // Node.js itself only warns if it cannot read this file.
    const others = extra === undefined || extra === "" ? [] : yield* Effect.match(files.readFileString(extra), { onFailure: () => [], onSuccess: (text) => [text] })
    return [...rootCertificates, ...others, own]
  })

/**
 * Talks to a server. Connections close with the layer.
 *
 * @param settings which server, and with which key
 * @param environment variables: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, also in lower case, and NODE_EXTRA_CA_CERTS
 * @param options what is known of the server
 * @category layers
 * @example
 * ```ts
 * import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
 * import { WorkProd } from "@dev-infra/work-prod-client/WorkProd"
 * import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const settings = yield* WorkProdSettings.resolve({ environment: process.env })
 *   const health = Effect.flatMap(WorkProd, (workProd) => workProd.health)
 *   return yield* Effect.provide(health, NodeWorkProd.layer(settings, process.env))
 * })
 * ```
 */
export const layer = (
  settings: WorkProdSettings,
  environment: Environment,
  { known }: ClientOptions = {}
): Layer.Layer<WorkProd, KeyNeedsHttps | Proxy.InvalidProxy | CertificatesUnreadable> =>
  Layer.scoped(
    WorkProd,
    Effect.gen(function* () {
      const checked = yield* check(settings)
      const proxy = yield* Proxy.find(checked.url, environment)
      const ca = checked.caFile === undefined ? undefined : yield* readCertificates(checked.caFile, environment)
      const client =
        proxy === undefined
          ? yield* DirectConnections.make(connectTime, ca)
          : yield* Effect.flatMap(
              Effect.promise(() => import("./http/ProxiedConnections.js")),
              (connections) => connections.make(proxy, connectTime, ca)
            )
      return yield* HttpWorkProd.make(Transport.make(checked, client, proxy?.host), known)
    })
  ).pipe(Layer.provide(NodeFileSystem.layer))
