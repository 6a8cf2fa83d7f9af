/**
 * The first schema. Times are texts as they are sent, flags are 0 and 1, JSON is text: what SQLite and PostgreSQL both have.
 *
 * @module
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"

/** A number that the database gives and never gives again. */
const numbered = (sql: SqlClient.SqlClient) =>
  sql.onDialectOrElse({
    pg: () => sql.literal("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    orElse: () => sql.literal("INTEGER PRIMARY KEY AUTOINCREMENT")
  })

/** @category migrations */
export const createProjects: Effect.Effect<void, SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const id = numbered(sql)
  // One row: which database this is, and which life of its content.
  yield* sql`CREATE TABLE server (id INTEGER PRIMARY KEY, instance TEXT NOT NULL, epoch TEXT NOT NULL, created_at TEXT NOT NULL)`
  // tag stands for the account in cursors. position is that of the account's last change; the feed is complete from pruned_position on.
  yield* sql`CREATE TABLE accounts (
    id ${id},
    name TEXT NOT NULL UNIQUE,
    tag TEXT NOT NULL UNIQUE,
    position BIGINT NOT NULL DEFAULT 0,
    pruned_position BIGINT NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
  )`
  yield* sql`CREATE TABLE api_keys (
    prefix TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    label TEXT NOT NULL,
    hash TEXT NOT NULL,
    read_only INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT
  )`
  // uid is "" for the one machine of all callers that name none.
  yield* sql`CREATE TABLE machines (
    id ${id},
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    uid TEXT NOT NULL,
    name TEXT,
    UNIQUE (account_id, uid)
  )`
  yield* sql`CREATE TABLE projects (
    id ${id},
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    uid TEXT,
    name TEXT NOT NULL,
    description TEXT,
    organization TEXT,
    classification TEXT,
    status TEXT NOT NULL,
    project_type TEXT,
    remote_url TEXT,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL
  )`
  yield* sql`CREATE UNIQUE INDEX projects_uid ON projects (account_id, uid)`
  yield* sql`CREATE UNIQUE INDEX projects_position ON projects (account_id, position)`
  yield* sql`CREATE INDEX projects_remote_url ON projects (account_id, remote_url)`
  // One for each order of a list, so that a piece of it is read without looking at the others.
  yield* sql`CREATE INDEX projects_id ON projects (account_id, id)`
  yield* sql`CREATE INDEX projects_name ON projects (account_id, name, id)`
  yield* sql`CREATE INDEX projects_created_at ON projects (account_id, created_at, id)`
  yield* sql`CREATE INDEX projects_updated_at ON projects (account_id, updated_at, id)`
  yield* sql`CREATE TABLE locations (
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    machine_id BIGINT NOT NULL REFERENCES machines (id),
    account_id BIGINT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (project_id, machine_id)
  )`
  yield* sql`CREATE UNIQUE INDEX locations_path ON locations (account_id, machine_id, path)`
  // Deleted projects. position is null once the deletion is too old for the feed; the row stays, so that the uid is remembered.
  yield* sql`CREATE TABLE tombstones (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    project_id BIGINT NOT NULL,
    uid TEXT,
    version BIGINT NOT NULL,
    position BIGINT,
    deleted_at TEXT NOT NULL,
    merged_into TEXT,
    PRIMARY KEY (account_id, project_id)
  )`
  yield* sql`CREATE INDEX tombstones_uid ON tombstones (account_id, uid)`
  yield* sql`CREATE UNIQUE INDEX tombstones_position ON tombstones (account_id, position)`
  yield* sql`CREATE TABLE idempotency_keys (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
  )`
  yield* sql`CREATE TABLE idempotency_results (
    account_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    item INTEGER NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (account_id, key, item),
    FOREIGN KEY (account_id, key) REFERENCES idempotency_keys (account_id, key) ON DELETE CASCADE
  )`
})
