/**
 * The databases that the suites of the server run over: a new one for each test. It is one in a file, unless a suite is run over another kind.
 *
 * @module
 */
import type { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { temporaryFolder } from "./temporaryFolder.js"

type TestDatabase = Layer.Layer<Database | SqlClient.SqlClient>

const inFile: TestDatabase = Layer.orDie(
  Layer.unwrapScoped(Effect.map(temporaryFolder, (folder) => LibsqlDatabase.layer({ file: `${folder}/work-prod.db`, exclusive: true })))
)

let chosen = inFile

/** A new database that goes with the test. */
export const layer: TestDatabase = Layer.suspend(() => chosen)

/** From now on tests get databases of this kind; undefined: in files again. */
export const choose = (kind: TestDatabase | undefined): void => {
  chosen = kind ?? inFile
}

/** How much of a property is tried: a database of PostgreSQL takes long to make. */
let share = 1

/** How often a property is tried where it would be tried so often over files. */
export const rounds = (count: number): number => Math.ceil(count * share)

/** Defines tests that try this share of their properties. */
export const defineWith = async (part: number, define: () => Promise<unknown>): Promise<void> => {
  share = part
  try {
    await define()
  } finally {
    share = 1
  }
}
