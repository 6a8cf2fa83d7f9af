/**
 * The work-prod server of this home, inside this process.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { type HomeServer, keepAnnounced, type ServerKind } from "@dev-infra/registry/HomeServer"
import type { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as ConfiguredTraces from "@dev-infra/work-prod-server/ConfiguredTraces"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
import type { DatabaseInUse, OpenFailure } from "@dev-infra/work-prod-server/LibsqlDatabase"
import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import { RequestLog } from "@dev-infra/work-prod-server/RequestLog"
import type { StorageReason } from "@dev-infra/work-prod-server/StorageFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { CommandFailed } from "../CommandError.js"
import { Output } from "../Output.js"
import { text } from "../SafeText.js"
import { Surroundings } from "../Surroundings.js"
import * as HomeDatabase from "./HomeDatabase.js"

/** Only programs of this computer reach it. */
const host = "127.0.0.1"

/** Ports that are tried after the one that is wanted. */
const otherPorts = 50

/** A server that listens. @category models */
export interface Serving {
  readonly url: string
  readonly instance: string
  readonly keys: Context.Context<ApiKeys>
}

const storageReasons: { readonly [reason in StorageReason]: readonly [why: string, hint: string] } = {
  Full: ["no space left on the disk", "free some space and try again; nothing was changed"],
  ReadOnly: ["it may not be written", "change the permissions of the file and its folder"],
  Gone: ["it was deleted or replaced while it was in use", "try again"],
  Busy: ["another process holds it for too long", "try again in a moment"],
  Damaged: ["it is no database of work-prod, or a damaged one", "put back a backup, or move it away to begin with an empty one: the next push fills it"],
  Unavailable: ["the system refused", "look whether its folder can be written; --log-level debug tells what the system says"]
}

/** A failure of the database as a sentence. @category sentences */
export const tell = (file: string, failure: Exclude<OpenFailure, DatabaseInUse>): CommandFailed => {
  const what = "the database of the server cannot be used"
  switch (failure._tag) {
    case "SchemaTooNew":
      return new CommandFailed({ what, where: file, why: `a newer work-prod wrote it (schema ${failure.found}; this one knows up to ${failure.known})`, hint: "update dev-infra; the file was left as it is" })
    case "NotADatabase": {
      const [why, hint] = storageReasons.Damaged
      return new CommandFailed({ what, where: file, why, hint })
    }
    case "StorageFailure": {
      const [why, hint] = storageReasons[failure.reason]
      return new CommandFailed({ what, where: file, why, hint, cause: failure.cause })
    }
    default:
      return failure satisfies never
  }
}

const tellStart = (file: string) => (failure: EmbeddedServer.StartFailure): CommandFailed | DatabaseInUse => {
  switch (failure._tag) {
    case "DatabaseInUse":
      return failure
    case "AddressInUse":
      return new CommandFailed({ what: `no port of ${host} is free`, hint: "stop what listens there, or name a port: dev-infra up --port N" })
    case "CannotListen":
      return new CommandFailed({ what: `the server cannot listen at port ${failure.port} of ${host}`, hint: "ports below 1024 are often not allowed; name another one: dev-infra up --port N", cause: failure.cause })
    default:
      return tell(file, failure)
  }
}

/** The spans that the environment asks for. What it says wrongly is told, and keeps no server from its work. */
const traces = Effect.gen(function* () {
  const { environment } = yield* Surroundings
  const output = yield* Output
  return yield* Effect.catchTag(ConfiguredTraces.read(environment), "TraceVariableInvalid", ({ hint, message }) =>
    Effect.as(output.warning(text`no traces are sent: ${message}${hint === undefined ? "" : ` (${hint})`}`), undefined)
  )
})

/**
 * Serve the database of this home as long as the scope is open, at the port that is wanted or else at one that is free, and write down
 * that this process does. Fails with `DatabaseInUse` if another server is in charge of it.
 *
 * @category constructors
 */
export const serve = (options: {
  readonly port: number
  readonly kind: ServerKind
}): Effect.Effect<Serving, CommandFailed | DatabaseInUse | FileFailure | LockUnavailable, DevInfraHome | DurableFile | HomeServer | LocalFiles | Output | Scope.Scope | Surroundings> =>
  Effect.gen(function* () {
    const file = yield* HomeDatabase.file
    const server = EmbeddedServer.layer({ file, host, port: options.port, otherPorts, authentication: "keys", rateLimit: undefined })
    const quiet = Layer.succeed(RequestLog, { write: () => Effect.void })
    const around = Layer.merge(quiet, ConfiguredTraces.layer(yield* traces))
    const services = yield* Effect.mapError(Layer.build(Layer.provide(server, around)), tellStart(file))
    const { url } = Context.get(services, ListeningServer)
    const { instance } = Context.get(services, Database)
    yield* keepAnnounced({ url, instance, database: file, kind: options.kind }, HomeDatabase.exists)
    return { url, instance, keys: services }
  })

/**
 * The keys of the database, beside the server that is in charge of it, as long as the scope is open; and which database it is.
 *
 * @category constructors
 */
export const keysBeside: Effect.Effect<Omit<Serving, "url">, CommandFailed | FileFailure, DevInfraHome | DurableFile | Scope.Scope> = Effect.gen(function* () {
  const file = yield* HomeDatabase.file
  const services = yield* Effect.mapError(Layer.build(EmbeddedServer.layerBeside(file)), (failure) =>
    // Only a server that wants to be in charge is refused.
    failure._tag === "DatabaseInUse" ? new CommandFailed({ what: `the database ${file} is in use` }) : tell(file, failure)
  )
  return { instance: Context.get(services, Database).instance, keys: services }
})
