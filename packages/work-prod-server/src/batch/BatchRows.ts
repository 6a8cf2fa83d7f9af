/**
 * The rows that the items of a batch are about, read in few queries and read again where an item has changed them.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type { ProjectRow, ProjectRows } from "../projects/ProjectRows.js"

/** The rows of one account, inside one transaction. */
export interface BatchRows extends ProjectRows {
  /** When the last project of this uid was deleted; undefined if none was. */
  readonly deletedAt: (uid: string) => Effect.Effect<string | undefined, SqlError>
  /** Says that rows of these uids may have changed. */
  readonly forget: (uids: ReadonlyArray<string>) => Effect.Effect<void>
}

/**
 * Reads the rows of the given uids ahead.
 *
 * @param sql the client of the transaction
 * @param account number of the account
 * @param rows the rows of the account
 * @param uids those that will be asked for
 */
export const make = (sql: SqlClient.SqlClient, account: number, rows: ProjectRows, uids: ReadonlyArray<string>): Effect.Effect<BatchRows, SqlError> =>
  Effect.gen(function* () {
    const found = yield* rows.byUids(uids)
    const known = new Map<string, ProjectRow | undefined>(uids.map((uid) => [uid, found.get(uid)]))
    return {
      ...rows,
      byUid: (uid) => Effect.suspend(() => (known.has(uid) ? Effect.succeed(known.get(uid)) : rows.byUid(uid))),
      deletedAt: (uid) =>
        Effect.map(
          sql<{ readonly deleted_at: string }>`SELECT deleted_at FROM tombstones WHERE account_id = ${account} AND uid = ${uid} ORDER BY project_id DESC LIMIT 1`,
          ([tombstone]) => tombstone?.deleted_at
        ),
      forget: (changed) => Effect.sync(() => changed.forEach((uid) => known.delete(uid)))
    }
  })
