/**
 * What became of the projects that were taken over from work-prod 0.3.0.
 *
 * @module
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"

/** @category migrations */
export const createImports: Effect.Effect<void, SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // 0.3.0 gives ids again, so an id alone names nothing there. project_id may be of a project that is deleted by now. fields is JSON: what 0.3.0 said last.
  yield* sql`CREATE TABLE imports (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    source_id BIGINT NOT NULL,
    source_created_at TEXT NOT NULL,
    project_id BIGINT NOT NULL,
    fields TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    PRIMARY KEY (account_id, source_id, source_created_at)
  )`
})
