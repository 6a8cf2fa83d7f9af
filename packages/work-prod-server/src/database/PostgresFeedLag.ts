/**
 * For how long a transaction has kept changes from becoming visible, whichever process it belongs to, a forgotten terminal
 * included.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"

/**
 * Seconds since the oldest transaction began that has a position of an account, waits for one, or keeps others from taking one; 0 if there is none. Every
 * one of them has a lock on the table of accounts that mere readers do not have. The own connection must be in no transaction
 * that changes anything. Times of other users' transactions are seen by members of pg_read_all_stats only.
 *
 * @param sql the client
 */
export const seconds = (sql: SqlClient.SqlClient): Effect.Effect<number, SqlError> =>
  Effect.map(
    sql<{ readonly seconds: number | null }>`
      SELECT MAX(EXTRACT(EPOCH FROM clock_timestamp() - activity.xact_start))::float8 AS seconds
      FROM pg_locks AS held JOIN pg_stat_activity AS activity ON activity.pid = held.pid
      WHERE held.locktype = 'relation' AND held.relation = 'accounts'::regclass AND held.mode <> 'AccessShareLock'
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    ([row]) => Math.max(0, row?.seconds ?? 0)
  )
