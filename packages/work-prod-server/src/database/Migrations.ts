/**
 * Brings the schema of a database to what this program knows. Forward only.
 *
 * @module
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { createProjects } from "./migrations/0001-projects.js"
import { createImports } from "./migrations/0002-imports.js"

/** In the order of their numbers, which begin with 1. */
const migrations: ReadonlyArray<Effect.Effect<void, SqlError, SqlClient.SqlClient>> = [createProjects, createImports]

/** What the schema is when all have run. @category constants */
export const latest: number = migrations.length

/** The database was made by a newer program, which knows more of its schema. @category errors */
export class SchemaTooNew extends Data.TaggedError("SchemaTooNew")<{ readonly found: number; readonly known: number }> {}

/** Runs what is missing; to be called inside a transaction that no other can enter. @category constructors */
export const run: Effect.Effect<void, SqlError | SchemaTooNew, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)`
  const [row] = yield* sql<{ readonly found: number | null }>`SELECT MAX(version) AS found FROM schema_versions`
  const found = row?.found ?? 0
  if (found > migrations.length) return yield* new SchemaTooNew({ found, known: migrations.length })
  for (const [index, migration] of migrations.entries()) {
    if (index < found) continue
    yield* migration
    yield* sql`INSERT INTO schema_versions (version) VALUES (${index + 1})`
  }
})
