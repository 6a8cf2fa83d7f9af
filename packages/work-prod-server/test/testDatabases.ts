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

let defined: "files" | "PostgreSQL" = "files"

/** Whether the tests that are being loaded will be run over files; to be asked at the top of their module. */
export const areFiles = (): boolean => defined === "files"

/**
 * How often a property is tried where it would be tried so often over files: a database of PostgreSQL takes long to make. To be asked at the
 * top of the module of the test.
 */
export const rounds = (count: number): number => (areFiles() ? count : Math.ceil(count / 30))

/** Loads tests that will be run over PostgreSQL. */
export const loadOverPostgres = async (load: () => Promise<unknown>): Promise<void> => {
  defined = "PostgreSQL"
  try {
    await load()
  } finally {
    defined = "files"
  }
}
