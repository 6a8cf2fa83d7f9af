/**
 * What batches with an `Idempotency-Key` have done, item by item. A result is stored in the transaction of the item's effect: one
 * is never there without the other.
 *
 * @module
 */
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { IdempotencyKeyReused } from "@dev-infra/work-prod-api/ProjectFailure"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { DatabaseShape } from "../Database.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as Timestamp from "../Timestamp.js"

/** A key of one account, with the SHA-256 of the body that it was sent with. */
export interface BatchKey {
  readonly account: number
  readonly key: string
  readonly bodyHash: string
}

/** Results by the places of their items. */
export type StoredResults = ReadonlyMap<number, string>

/** Keys that are removed in one change: their results may be a thousand each. */
const keysAtOnce = 20

/** Hours after which a key is forgotten; longer than promised, as clients' clocks and retries are what they are. */
const hours = Limits.idempotencyHours * 2

/**
 * Whether the key was used before; fails if it was with another body.
 *
 * @param sql the client, in a transaction or not
 * @param key the key of the batch
 */
export const isKnown = (sql: SqlClient.SqlClient, { account, key, bodyHash }: BatchKey): Effect.Effect<boolean, IdempotencyKeyReused | SqlError> =>
  Effect.gen(function* () {
    const [row] = yield* sql<{ readonly body_hash: string }>`SELECT body_hash FROM idempotency_keys WHERE account_id = ${account} AND key = ${key}`
    if (row !== undefined && row.body_hash !== bodyHash) return yield* new IdempotencyKeyReused({ key })
    return row !== undefined
  })

/**
 * Makes the key known, if it is not; fails if it was used with another body. To be called inside a transaction.
 *
 * @param sql the client of the transaction
 * @param key the key of the batch
 */
export const claim = (sql: SqlClient.SqlClient, key: BatchKey): Effect.Effect<void, IdempotencyKeyReused | SqlError> =>
  Effect.gen(function* () {
    if (yield* isKnown(sql, key)) return
    const now = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    yield* sql`INSERT INTO idempotency_keys ${sql.insert({ account_id: key.account, key: key.key, body_hash: key.bodyHash, created_at: now })}`
  })

/**
 * The results of the items from `first` to `last`, as far as they are stored.
 *
 * @param sql the client, in a transaction or not
 * @param key the key of the batch
 * @param first place of an item in the batch
 * @param last place of an item in the batch
 */
export const results = (sql: SqlClient.SqlClient, { account, key }: BatchKey, first: number, last: number): Effect.Effect<StoredResults, SqlError> =>
  Effect.map(
    sql<{ readonly item: number; readonly result: string }>`SELECT item, result FROM idempotency_results
      WHERE account_id = ${account} AND key = ${key} AND item BETWEEN ${first} AND ${last}`,
    (rows) => new Map(rows.map(({ item, result }) => [item, result]))
  )

/**
 * Stores results. To be called inside the transaction of what they tell.
 *
 * @param sql the client of the transaction
 * @param key the key of the batch
 * @param added results by the places of their items
 */
export const store = (sql: SqlClient.SqlClient, { account, key }: BatchKey, added: StoredResults): Effect.Effect<void, SqlError> =>
  added.size === 0
    ? Effect.void
    : Effect.asVoid(
        sql`INSERT INTO idempotency_results ${sql.insert([...added].map(([item, result]) => ({ account_id: account, key, item, result })))}`
      )

/**
 * Forgets keys that are older than 48 hours, some in each change. Gives how many.
 *
 * @param database where they are stored
 */
export const prune = (database: DatabaseShape): Effect.Effect<number, StorageFailure> =>
  Effect.gen(function* () {
    const { sql } = database
    const before = Timestamp.fromMillis((yield* Clock.currentTimeMillis) - hours * 3_600_000)
    const old = yield* database.read(
      sql<{ readonly account_id: number; readonly key: string }>`SELECT account_id, key FROM idempotency_keys WHERE created_at < ${before} LIMIT ${keysAtOnce}`
    )
    if (old.length === 0) return 0
    yield* database.write(
      Effect.forEach(old, ({ account_id, key }) =>
        Effect.zipRight(
          sql`DELETE FROM idempotency_results WHERE account_id = ${account_id} AND key = ${key}`,
          sql`DELETE FROM idempotency_keys WHERE account_id = ${account_id} AND key = ${key}`
        )
      )
    )
    return old.length + (old.length < keysAtOnce ? 0 : yield* prune(database))
  })
