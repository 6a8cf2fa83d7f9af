/**
 * A server inside another program: it is in charge of a database file, listens as long as its scope is open, and keys are made by
 * calls.
 *
 * @module
 */
import * as Layer from "effect/Layer"
import * as Accounts from "./Accounts.js"
import * as ApiKeys from "./ApiKeys.js"
import type { Database } from "./Database.js"
import * as LibsqlDatabase from "./LibsqlDatabase.js"
import type { AddressInUse, CannotListen, ListeningServer } from "./ListeningServer.js"
import * as RandomValues from "./RandomValues.js"
import * as WorkProdServer from "./WorkProdServer.js"

/**
 * The database `file` (an absolute path; it is made if it is not there) and how the server listens. `otherPorts`: how many of the
 * following ports are tried if the port is taken; if they are taken too, any free one. Without it there is no other port.
 *
 * @category models
 */
export interface EmbeddedServerOptions extends WorkProdServer.Options {
  readonly file: string
  readonly otherPorts?: number
}

/** What starting a server can fail with. @category errors */
export type StartFailure = LibsqlDatabase.OpenFailure | AddressInUse | CannotListen

/** @category models */
export type EmbeddedServer = Accounts.Accounts | ApiKeys.ApiKeys | Database | ListeningServer

const highestPort = 65_535

type Listening = ReturnType<typeof WorkProdServer.layer>

const listen = (options: WorkProdServer.Options, otherPorts: number | undefined): Listening => {
  const here = WorkProdServer.layer(options)
  if (otherPorts === undefined || options.port === 0) return here
  const next = otherPorts > 0 && options.port < highestPort ? options.port + 1 : 0
  return Layer.catchAll(here, (failure) => (failure._tag === "AddressInUse" ? listen({ ...options, port: next }, otherPorts - 1) : Layer.fail(failure)))
}

/**
 * A server in charge of a database file: the file is locked against other servers and brought up to date before anything listens.
 * When the scope closes, running requests end, then the file is closed and free for others.
 *
 * @example
 * ```ts
 * import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
 * import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
 * import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
 * import * as Effect from "effect/Effect"
 *
 * const server = EmbeddedServer.layer({
 *   file: "/home/me/.dev-infra/work-prod/work-prod.db",
 *   host: "127.0.0.1",
 *   port: 5055,
 *   otherPorts: 20,
 *   authentication: "keys",
 *   rateLimit: undefined
 * })
 *
 * export const program = Effect.gen(function* () {
 *   const { url } = yield* ListeningServer
 *   const keys = yield* ApiKeys.ApiKeys
 *   const { secret } = yield* keys.create({ account: "default", label: "this program", readOnly: false, expiresInDays: undefined })
 *   return { url, secret }
 * }).pipe(Effect.provide(server))
 * ```
 *
 * @category layers
 */
export const layer = ({ file, otherPorts, ...options }: EmbeddedServerOptions): Layer.Layer<EmbeddedServer, StartFailure> =>
  listen(options, otherPorts).pipe(Layer.provideMerge(LibsqlDatabase.layer({ file, exclusive: true })))

/**
 * Accounts and keys of a database file, beside the server that may be in charge of it.
 *
 * @example
 * ```ts
 * import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
 * import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
 * import * as Effect from "effect/Effect"
 *
 * export const all = Effect.flatMap(ApiKeys.ApiKeys, (keys) => keys.list(undefined)).pipe(
 *   Effect.provide(EmbeddedServer.layerBeside("/home/me/.dev-infra/work-prod/work-prod.db"))
 * )
 * ```
 *
 * @category layers
 */
export const layerBeside = (file: string): Layer.Layer<Accounts.Accounts | ApiKeys.ApiKeys | Database, LibsqlDatabase.OpenFailure> =>
  ApiKeys.layer.pipe(
    Layer.provideMerge(Accounts.layer),
    Layer.provide(RandomValues.layer),
    Layer.provideMerge(LibsqlDatabase.layer({ file, exclusive: false }))
  )
