/**
 * The whole server over a database, in one layer.
 *
 * @module
 */
import * as Layer from "effect/Layer"
import * as Accounts from "./Accounts.js"
import * as ApiKeys from "./ApiKeys.js"
import type { Database } from "./Database.js"
import * as HttpServing from "./http/HttpServing.js"
import type { AddressInUse, CannotListen, ListeningServer } from "./ListeningServer.js"
import * as FeedLag from "./metrics/FeedLag.js"
import * as MeasuredDatabase from "./metrics/MeasuredDatabase.js"
import * as ProjectBatch from "./ProjectBatch.js"
import * as ProjectChanges from "./ProjectChanges.js"
import * as ProjectEvents from "./ProjectEvents.js"
import * as ProjectImport from "./ProjectImport.js"
import * as Projects from "./Projects.js"
import * as RandomValues from "./RandomValues.js"
import * as Retention from "./Retention.js"
import * as ServerMetrics from "./ServerMetrics.js"
import type { StorageFailure } from "./StorageFailure.js"
import * as TracedDatabase from "./tracing/TracedDatabase.js"

/**
 * How a server listens, and whom it lets in.
 *
 * @category models
 */
export type Options = HttpServing.Options

const operations = Layer.mergeAll(Projects.layer, ProjectImport.layer, ProjectBatch.layer, ProjectChanges.layer)

const identities = ApiKeys.layer.pipe(Layer.provideMerge(Accounts.layer), Layer.provide(RandomValues.layer))

/**
 * A server that listens as long as the layer's scope is open; then it lets running requests finish. Beside it `ApiKeys` and
 * `Accounts` can be used, so that a first key can be made.
 *
 * Fails with `AddressInUse` or `CannotListen` if the address cannot be had, and with `StorageFailure` if the account of callers
 * without keys cannot be read.
 *
 * @example
 * ```ts
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as WorkProdServer from "@dev-infra/work-prod-server/WorkProdServer"
 * import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const server = WorkProdServer.layer({ host: "127.0.0.1", port: 0, authentication: "none", rateLimit: undefined })
 *
 * export const program = Effect.gen(function* () {
 *   const { url } = yield* ListeningServer
 *   yield* Effect.log(`listening at ${url}`)
 *   yield* Effect.never
 * }).pipe(Effect.provide(server.pipe(Layer.provide(LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: true })))))
 * ```
 *
 * @param options where it listens, and whether callers need keys
 * @category layers
 */
export const layer = (
  options: Options
): Layer.Layer<Accounts.Accounts | ApiKeys.ApiKeys | ListeningServer, AddressInUse | CannotListen | StorageFailure, Database> =>
  HttpServing.serve(options).pipe(
    Layer.provide(ProjectEvents.layer),
    Layer.provideMerge(identities),
    Layer.merge(Retention.layer),
    Layer.provide(operations),
    Layer.provide(TracedDatabase.traced),
    Layer.provide(MeasuredDatabase.measured),
    Layer.provide(FeedLag.watched),
    Layer.provide(ServerMetrics.layer)
  )
