/**
 * What a PostgreSQL database holds: whether it is one of this program, brought up to date, and which life of it.
 *
 * The row of the server says which database this is. Beside the epoch it has a fingerprint of where the content lies: the cluster, its timeline, and
 * the table of accounts. A database that was put back from a dump or to an earlier moment, or a standby that took over, has
 * another one, and may be behind what clients have seen: then a new epoch begins.
 *
 * @module
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { RandomValues } from "../RandomValues.js"
import * as Timestamp from "../Timestamp.js"
import * as Migrations from "./Migrations.js"

/** Names the lock under which the content is made and changed, among the advisory locks of the database. */
const setupLock = 7_305_200_001

/** Names the lock that every server shares, and that a restore has alone. */
export const serverLock = 7_305_200_002

/**
 * Why a database cannot be used.
 *
 * - `OtherProgram`: it has tables, and they are not of this program; nothing was changed
 * - `Encoding`: its texts are not UTF-8
 * - `TooOld`: the server is older than PostgreSQL 12
 *
 * @category errors
 */
export class UnsuitableDatabase extends Data.TaggedError("UnsuitableDatabase")<{ readonly reason: "OtherProgram" | "Encoding" | "TooOld" }> {}

/** Which database, and which life of it. @category models */
export interface Life {
  readonly instance: string
  readonly epoch: string
}

interface AboutRow {
  readonly encoding: string
  readonly version: number
  readonly tables: number
  readonly own: number
}

const oldest = 120_000

/** Fails unless the database is empty or one of this program. */
const inspect = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [about] = yield* sql<AboutRow>`
    SELECT current_setting('server_encoding') AS encoding, current_setting('server_version_num')::int AS version,
      (SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()) AS tables,
      (SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename IN ('schema_versions', 'server', 'accounts')) AS own`
  if (about === undefined) return
  if (about.version < oldest) return yield* new UnsuitableDatabase({ reason: "TooOld" })
  if (about.encoding !== "UTF8") return yield* new UnsuitableDatabase({ reason: "Encoding" })
  if (about.tables > 0 && about.own < 3) return yield* new UnsuitableDatabase({ reason: "OtherProgram" })
})

/** The timeline is that of the log: what the last checkpoint says is minutes behind when a standby takes over. */
const fingerprint = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ readonly storage: string }>`
      SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END, 'accounts'::regclass::oid) AS storage`,
    ([row]) => row?.storage ?? ""
  )

/**
 * The life of the content as it now is; a new one if the content was put back. To be called inside a transaction.
 *
 * @param sql the client
 */
export const identify = (sql: SqlClient.SqlClient): Effect.Effect<Life, SqlError, RandomValues> =>
  Effect.gen(function* () {
    const random = yield* RandomValues
    const storage = yield* fingerprint(sql)
    const [known] = yield* sql<Life & { readonly storage: string | null }>`SELECT instance, epoch, storage FROM server WHERE id = 1 FOR UPDATE`
    if (known === undefined) {
      const fresh = { instance: yield* random.uuid, epoch: yield* random.uuid }
      const now = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
      yield* sql`INSERT INTO server (id, instance, epoch, created_at, storage) VALUES (1, ${fresh.instance}, ${fresh.epoch}, ${now}, ${storage})`
      return fresh
    }
    const { epoch, instance } = known
    if (known.storage === storage) return { epoch, instance }
    const fresh = yield* random.uuid
    yield* sql`UPDATE server SET epoch = ${fresh}, storage = ${storage} WHERE id = 1`
    return { epoch: fresh, instance }
  })

/** Makes or brings up to date what is missing, while no other process does. To be called inside a transaction. @category constructors */
export const prepare: Effect.Effect<Life, SqlError | UnsuitableDatabase | Migrations.SchemaTooNew, SqlClient.SqlClient | RandomValues> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_advisory_xact_lock(${setupLock})`
  yield* inspect
  yield* Migrations.run
  return yield* identify(sql)
})
