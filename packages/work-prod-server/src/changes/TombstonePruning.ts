/**
 * Old deletions leave the feed. Their rows stay, so that the uids stay remembered.
 *
 * @module
 */
import * as Limits from "@dev-infra/work-prod-api/Limits"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { DatabaseShape } from "../Database.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as Timestamp from "../Timestamp.js"

/** Days after which a deletion leaves the feed: twice of what is promised. */
const days = Limits.tombstoneDays * 2

/** Deletions that leave in one change. */
const deletionsAtOnce = 1000

/** The oldest deletions of an account before a time: up to which position, and how many. */
const oldest = (sql: SqlClient.SqlClient, account: number, before: string) =>
  Effect.map(
    sql<{ readonly highest: number | null; readonly count: number }>`SELECT MAX(position) AS highest, COUNT(*) AS count FROM (
      SELECT position FROM tombstones WHERE account_id = ${account} AND position > 0 AND deleted_at < ${before} ORDER BY position LIMIT ${deletionsAtOnce}
    ) AS old`,
    ([found]) => found ?? { highest: null, count: 0 }
  )

const pruneSome = (sql: SqlClient.SqlClient, account: number, before: string): Effect.Effect<number, SqlError> =>
  Effect.gen(function* () {
    const { highest, count } = yield* oldest(sql, account, before)
    if (highest === null) return 0
    yield* sql`UPDATE tombstones SET position = NULL WHERE account_id = ${account} AND position > 0 AND position <= ${highest} AND deleted_at < ${before}`
    yield* sql`UPDATE accounts SET pruned_position = ${highest} WHERE id = ${account} AND pruned_position < ${highest}`
    return count
  })

const pruneAccount = (database: DatabaseShape, account: number, before: string): Effect.Effect<number, StorageFailure> =>
  Effect.gen(function* () {
    const { count } = yield* database.read(oldest(database.sql, account, before))
    if (count === 0) return 0
    const pruned = yield* database.write(pruneSome(database.sql, account, before), account)
    return pruned + (yield* pruneAccount(database, account, before))
  })

/**
 * Takes deletions that are too old out of the feed, a thousand in each change. Gives how many.
 *
 * @param database where they are stored
 */
export const prune = (database: DatabaseShape): Effect.Effect<number, StorageFailure> =>
  Effect.gen(function* () {
    const before = Timestamp.fromMillis((yield* Clock.currentTimeMillis) - days * 86_400_000)
    const accounts = yield* database.read(database.sql<{ readonly id: number }>`SELECT id FROM accounts ORDER BY id`)
    const pruned = yield* Effect.forEach(accounts, ({ id }) => pruneAccount(database, id, before))
    return pruned.reduce((sum, count) => sum + count, 0)
  })
