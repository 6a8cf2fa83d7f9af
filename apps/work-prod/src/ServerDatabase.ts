/**
 * A server with its database, accounts and keys; failures as sentences.
 *
 * @module
 */
import type { Accounts } from "@dev-infra/work-prod-server/Accounts"
import type { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
import type * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import type { AddressInUse, CannotListen } from "@dev-infra/work-prod-server/ListeningServer"
import * as Layer from "effect/Layer"
import type * as LogLevel from "effect/LogLevel"
import { CommandFailed } from "./CommandError.js"
import * as Logging from "./Logging.js"
import type { Output } from "./Output.js"
import * as StorageReport from "./StorageReport.js"

const tell =
  (file: string) =>
  (failure: LibsqlDatabase.OpenFailure): CommandFailed => {
    switch (failure._tag) {
      case "DatabaseInUse":
        return new CommandFailed({ what: `the database ${file} is in use by another work-prod server`, hint: "stop that one, or name another database with --database FILE" })
      case "NotADatabase":
        return StorageReport.damaged(file, undefined)
      case "SchemaTooNew":
        return new CommandFailed({
          what: `the database ${file} was written by a newer work-prod (schema ${failure.found}; this one knows up to ${failure.known}), so it was left as it is`,
          hint: "update work-prod"
        })
      case "StorageFailure":
        return StorageReport.tell(file)(failure)
      default:
        return failure satisfies never
    }
  }

/**
 * The server in charge of a database.
 *
 * @category layers
 */
export const layerServer = (options: EmbeddedServer.EmbeddedServerOptions): Layer.Layer<EmbeddedServer.EmbeddedServer, AddressInUse | CannotListen | CommandFailed> =>
  Layer.mapError(EmbeddedServer.layer(options), (failure) => (failure._tag === "AddressInUse" || failure._tag === "CannotListen" ? failure : tell(options.file)(failure)))

/**
 * Accounts and keys for a command, beside a server that may be running.
 *
 * @category layers
 */
export const layer = (file: string, level: LogLevel.LogLevel): Layer.Layer<Accounts | ApiKeys, CommandFailed, Output> =>
  Layer.provideMerge(Layer.mapError(EmbeddedServer.layerBeside(file), tell(file)), Logging.layer(level))
