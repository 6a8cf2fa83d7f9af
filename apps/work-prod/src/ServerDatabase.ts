/**
 * A server with its database, accounts and keys; failures as sentences.
 *
 * @module
 */
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import type { Database } from "@dev-infra/work-prod-server/Database"
import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import type { AddressInUse, CannotListen } from "@dev-infra/work-prod-server/ListeningServer"
import type { Use as PostgresUse } from "@dev-infra/work-prod-server/PostgresDatabase"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as WorkProdServer from "@dev-infra/work-prod-server/WorkProdServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LogLevel from "effect/LogLevel"
import { CommandFailed } from "./CommandError.js"
import type { DatabaseChoice } from "./DatabaseChoice.js"
import * as Logging from "./Logging.js"
import type { Output } from "./Output.js"
import * as PostgresReport from "./PostgresReport.js"
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

const postgres = (choice: Extract<DatabaseChoice, { readonly _tag: "Postgres" }>, use: PostgresUse) =>
  // Loaded where it is used: most databases are files.
  Layer.unwrapEffect(Effect.map(Effect.promise(() => import("@dev-infra/work-prod-server/PostgresDatabase")), ({ layer }) => layer({ url: choice.url, use }))).pipe(
    Layer.mapError(PostgresReport.tellOpening(choice.name))
  )

/** What a command does with a database: it is beside servers that may run, or no server may run meanwhile. @category models */
export type Use = "Alone" | "Beside"

/**
 * The database for a command.
 *
 * @category layers
 */
export const layerDatabase = (choice: DatabaseChoice, use: Use): Layer.Layer<Database, CommandFailed> =>
  choice._tag === "File"
    ? Layer.mapError(LibsqlDatabase.layer({ file: choice.file, exclusive: use === "Alone" }), tell(choice.file))
    : postgres(choice, use === "Alone" ? "restore" : "beside")

/**
 * The server of a database: in charge of its file, or one of several.
 *
 * @category layers
 */
export const layerServer = (choice: DatabaseChoice, options: WorkProdServer.Options): Layer.Layer<EmbeddedServer.EmbeddedServer, AddressInUse | CannotListen | CommandFailed> =>
  choice._tag === "File"
    ? Layer.mapError(EmbeddedServer.layer({ file: choice.file, ...options }), (failure) =>
        failure._tag === "AddressInUse" || failure._tag === "CannotListen" ? failure : tell(choice.file)(failure)
      )
    : WorkProdServer.layer(options).pipe(
        Layer.mapError((failure) => (failure._tag === "StorageFailure" ? PostgresReport.tell(choice.name)(failure) : failure)),
        Layer.provideMerge(postgres(choice, "server"))
      )

/**
 * Accounts and keys for a command, beside a server that may be running.
 *
 * @category layers
 */
export const layer = (choice: DatabaseChoice, level: LogLevel.LogLevel): Layer.Layer<Accounts.Accounts | ApiKeys.ApiKeys, CommandFailed, Output> =>
  ApiKeys.layer.pipe(Layer.provideMerge(Accounts.layer), Layer.provide(RandomValues.layer), Layer.provide(layerDatabase(choice, "Beside")), Layer.provideMerge(Logging.layer(level)))
