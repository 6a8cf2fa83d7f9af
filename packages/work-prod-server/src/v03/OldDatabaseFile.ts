/**
 * The SQLite file of a work-prod 0.3.0, which may be running. It is opened for reading only.
 *
 * @module
 */
import { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import Libsql from "libsql"
import * as DatabaseFile from "../database/DatabaseFile.js"
import { fromSqlError } from "../StorageFailure.js"
import { failing, type OldSourceFailure } from "./OldSource.js"

/** As SQLite takes names of files with settings. */
const readOnly = (file: string): string => `file:${file.split("/").map(encodeURIComponent).join("/")}?mode=ro`

const fields = ["id", "name", "path", "organization", "classification", "status", "project_type", "description", "remote_url", "created_at", "updated_at"] as const

/** The columns that there are: the first versions had fewer. */
const columnsOf = (database: Libsql.Database): ReadonlyArray<string> => {
  // The statement gives this one column.
  const found = database.prepare("SELECT name FROM pragma_table_info('projects')").all() as ReadonlyArray<{ readonly name: string }>
  return found.map(({ name }) => name)
}

const hasTable = (database: Libsql.Database, table: string): boolean => database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get([table]) !== undefined

/** Throws what `libsql` throws. */
const rowsOf = (file: string): "NoProjects" | "NotOld" | ReadonlyArray<unknown> => {
  const database = new Libsql(readOnly(file))
  try {
    database.pragma("busy_timeout = 10000")
    if (hasTable(database, "schema_versions")) return "NotOld"
    const known = columnsOf(database)
    if (!["id", "name", "created_at"].every((column) => known.includes(column))) return "NoProjects"
    const columns = fields.map((field) => (known.includes(field) ? field : field === "status" ? "'active' AS status" : `NULL AS ${field}`))
    return database.prepare(`SELECT ${columns.join(", ")} FROM projects ORDER BY id`).all()
  } finally {
    database.close()
  }
}

/**
 * Reads all projects.
 *
 * @param file an absolute path
 */
export const read = (file: string): Effect.Effect<ReadonlyArray<unknown>, OldSourceFailure> => {
  const fail = failing(file)
  const system = <A>(attempt: () => A, problem: (cause: unknown) => OldSourceFailure) => Effect.try({ try: attempt, catch: problem })
  return Effect.gen(function* () {
    const content = yield* system(
      () => (DatabaseFile.identify(file) === undefined ? undefined : DatabaseFile.contentOf(file)),
      (cause) => fail("NoFile", cause)
    )
    if (content !== "Database") return yield* fail(content === undefined ? "NoFile" : "NoDatabase")
    const rows = yield* system(
      () => rowsOf(file),
      (cause) => fail(fromSqlError(new SqlError({ cause, message: "the file cannot be read" })).reason === "Busy" ? "Busy" : "NoDatabase", cause)
    )
    return rows === "NoProjects" || rows === "NotOld" ? yield* fail(rows) : rows
  })
}
