/**
 * `serve`.
 *
 * @module
 */
import * as ConfiguredTraces from "@dev-infra/work-prod-server/ConfiguredTraces"
import { Database } from "@dev-infra/work-prod-server/Database"
import { type AddressInUse, type CannotListen, ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CommandFailed, UsageError } from "../CommandError.js"
import * as DatabaseChoice from "../DatabaseChoice.js"
import * as DatabasePlace from "../DatabasePlace.js"
import type { Execute } from "../Declaration.js"
import * as FirstKey from "../FirstKey.js"
import * as Logging from "../Logging.js"
import { Output } from "../Output.js"
import * as PortHolder from "../PortHolder.js"
import * as ServerDatabase from "../ServerDatabase.js"
import * as Settings from "../Settings.js"
import { Surroundings } from "../Surroundings.js"
import * as Welcome from "../Welcome.js"

declare const VERSION: string

const command = ["serve"]

const refuseOpenDoor = (host: string) =>
  new UsageError({
    command,
    what: `--no-auth with --host ${host} would let everybody who reaches this computer read and change all projects`,
    hint: "leave out --no-auth and use keys, or listen at --host 127.0.0.1"
  })

const isFor = (metrics: Settings.Metrics, { host, port }: AddressInUse): boolean => typeof metrics !== "string" && metrics.host === host && metrics.port === port

const tellTaken = (metrics: Settings.Metrics) => (taken: AddressInUse) =>
  Effect.flatMap(PortHolder.find(taken.port), (holder) => {
    const flag = isFor(metrics, taken) ? "--metrics HOST:PORT names one" : "--port 0 takes a free one"
    return Effect.fail(new CommandFailed({ what: `the port ${taken.port} of ${taken.host} is taken${holder === undefined ? "" : ` by ${holder}`}`, hint: `stop that one, or take another port: ${flag}` }))
  })

const codeOf = (cause: unknown): unknown => (typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined)

const tellUnusable = ({ cause, host, port }: CannotListen): CommandFailed => {
  switch (codeOf(cause)) {
    case "EADDRNOTAVAIL":
      return new CommandFailed({ what: `${host} is no address of this computer`, hint: "--host 127.0.0.1 is this computer alone, --host 0.0.0.0 is every address of it", cause })
    case "EACCES":
    case "EPERM":
      return new CommandFailed({ what: `the port ${port} of ${host} is not allowed for you`, hint: "ports below 1024 often are not; take a higher one", cause })
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new CommandFailed({ what: `the host ${host} cannot be found`, hint: "--host 127.0.0.1 is this computer alone", cause })
    default:
      return new CommandFailed({ what: `it is not possible to listen at port ${port} of ${host}: ${DatabasePlace.clause(cause)}`, cause })
  }
}

/** @category commands */
export const execute: Execute = (line) =>
  Effect.gen(function* () {
    const output = yield* Output
    const host = yield* Settings.host(line)
    const port = yield* Settings.port(line)
    const rateLimit = yield* Settings.rateLimit(line, host)
    const metrics = yield* Settings.metrics(line)
    const level = yield* Settings.logLevel(line, command)
    const { environment } = yield* Surroundings
    const traces = yield* Effect.mapError(ConfiguredTraces.read(environment), ({ hint, message }) => new UsageError({ command, what: message, hint }))
    const isOpen = line.flags.has("no-auth")
    if (isOpen && !host.isLoopback) return yield* refuseOpenDoor(host.name)
    const database = yield* DatabaseChoice.forServer(line)
    const keyFile = database._tag === "File" ? Effect.succeed(`${database.file}.key`) : DatabasePlace.postgresKey
    const running = Effect.gen(function* () {
      const services = yield* Layer.build(ServerDatabase.layerServer(database, { host: host.name, port, authentication: isOpen ? "none" : "keys", rateLimit, metrics }))
      const { metricsUrl, url } = Context.get(services, ListeningServer)
      const { instance } = Context.get(services, Database)
      yield* Effect.addFinalizer(() => Effect.logInfo("stopping"))
      yield* Effect.annotateLogs(Effect.logInfo("listening"), { url, database: database.name })
      const { announce } = yield* Effect.promise(() => import("../HomeAnnouncement.js"))
      if (database._tag === "File") yield* announce(database.file, { instance, url })
      const key = isOpen ? ({ _tag: "NotAsked" } as const) : ((yield* Effect.provide(FirstKey.ensure(keyFile, output.isTerminal), services)) ?? ({ _tag: "Known" } as const))
      // Whether somebody reads it or not, the server goes on.
      yield* Effect.ignore(output.print(Welcome.text({ version: VERSION, url, metricsUrl, database: database.name, key })))
      return yield* Effect.never
    })
    return yield* Effect.scoped(running).pipe(
      Effect.catchTags({ StorageFailure: DatabaseChoice.tell(database), AddressInUse: tellTaken(metrics), CannotListen: tellUnusable }),
      Effect.provide(Layer.provideMerge(ConfiguredTraces.layer(traces), Logging.layer(level)))
    )
  })
