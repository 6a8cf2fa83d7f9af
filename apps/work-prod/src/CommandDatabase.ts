/**
 * The database of a command that is more than its accounts and keys.
 *
 * @module
 */
import type { Database } from "@dev-infra/work-prod-server/Database"
import type { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { CommandFailed, UsageError } from "./CommandError.js"
import * as DatabaseChoice from "./DatabaseChoice.js"
import type { Line } from "./Declaration.js"
import * as ServerDatabase from "./ServerDatabase.js"
import type { Surroundings } from "./Surroundings.js"

/** `name`: which it is, for people; `file`: where it lies, if it is one in a file. @category models */
export interface CommandDatabase {
  readonly file: string | undefined
  readonly name: string
  readonly layer: Layer.Layer<Database, CommandFailed>
  /** its failures as sentences */
  readonly tell: (failure: StorageFailure) => CommandFailed
}

/**
 * - `Beside`: a database that is there, beside servers that may be running
 * - `New`: the same, and it is made if there is none
 * - `Alone`: it is made if there is none, and no server may run
 *
 * @category models
 */
export type Use = "Alone" | "Beside" | "New"

/**
 * The database that a line means.
 *
 * @category databases
 */
export const open = (line: Line, use: Use): Effect.Effect<CommandDatabase, CommandFailed | UsageError, Surroundings> =>
  Effect.map(use === "Beside" ? DatabaseChoice.existing(line) : DatabaseChoice.forServer(line), (choice) => ({
    file: choice._tag === "File" ? choice.file : undefined,
    name: choice.name,
    tell: DatabaseChoice.tell(choice),
    layer: ServerDatabase.layerDatabase(choice, use === "Alone" ? "Alone" : "Beside")
  }))
