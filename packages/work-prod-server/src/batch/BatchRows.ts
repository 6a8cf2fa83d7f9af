/**
 * The rows that the items of a batch are about, read in few queries and read again where an item has changed them.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as ProjectJson from "../projects/ProjectJson.js"
import type { ProjectRow, ProjectRows } from "../projects/ProjectRows.js"
import * as TextList from "../projects/TextList.js"

/** The rows of one account, inside one transaction. */
export interface BatchRows extends ProjectRows {
  /** When the last project of this uid was deleted; undefined if none was. */
  readonly deletedAt: (uid: string) => Effect.Effect<string | undefined, SqlError>
  /** Those of these uids of which a project was deleted. */
  readonly deletedUids: (uids: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, SqlError>
  /** The projects of these uids as they now are, as JSON. */
  readonly texts: (uids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, SqlError>
  /** Says that rows of these uids may have changed. */
  readonly forget: (uids: ReadonlyArray<string>) => Effect.Effect<void>
}

/**
 * Reads the rows of the given uids ahead.
 *
 * @param sql the client of the transaction
 * @param caller who asks
 * @param rows the rows of the caller's account
 * @param uids those that will be asked for
 */
export const make = (sql: SqlClient.SqlClient, caller: CallerShape, rows: ProjectRows, uids: ReadonlyArray<string>): Effect.Effect<BatchRows, SqlError> =>
  Effect.gen(function* () {
    const { account, machine } = caller
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
      deletedUids: (uids) =>
        Effect.map(
          sql<{ readonly uid: string }>`SELECT DISTINCT uid FROM tombstones WHERE account_id = ${account} AND ${TextList.among(sql, "uid", uids)}`,
          (tombstones) => new Set(tombstones.map(({ uid }) => uid))
        ),
      texts: (uids) =>
        Effect.map(
          sql<{ readonly uid: string; readonly json: string }>`SELECT p.uid, ${ProjectJson.expression(sql, account, machine.uid ?? "")} AS json
            FROM projects p WHERE p.account_id = ${account} AND ${TextList.among(sql, "p.uid", uids)}`,
          (projects) => new Map(projects.map(({ uid, json }) => [uid, ProjectJson.toAscii(json)]))
        ),
      forget: (changed) => Effect.sync(() => changed.forEach((uid) => known.delete(uid)))
    }
  })
