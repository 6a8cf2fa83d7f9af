/**
 * The database of a server with its accounts and keys.
 *
 * @module
 */
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import type { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
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

const open = (file: string, exclusive: boolean) => Layer.mapError(LibsqlDatabase.layer({ file, exclusive }), tell(file))

/**
 * The database for the one server that is in charge of it.
 *
 * @category layers
 */
export const layerServer = (file: string): Layer.Layer<Database, CommandFailed> => open(file, true)

/**
 * Accounts and keys for a command, beside a server that may be running.
 *
 * @category layers
 */
export const layer = (file: string, level: LogLevel.LogLevel): Layer.Layer<Accounts.Accounts | ApiKeys.ApiKeys, CommandFailed, Output> =>
  ApiKeys.layer.pipe(Layer.provideMerge(Accounts.layer), Layer.provide(RandomValues.layer), Layer.provide(open(file, false)), Layer.provideMerge(Logging.layer(level)))
