/**
 * The one statement that reads a page of the feed: what it says of the account and of the changes is of one moment.
 *
 * Both tables are read by position, from the cursor on and no further than the page is long, so that the work does not depend
 * on how many projects there are.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Statement from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import * as ProjectJson from "../projects/ProjectJson.js"

/** A project as it now is: `json` as the asking machine is told it. */
interface ChangedRow {
  readonly kind: "project"
  readonly position: number
  readonly id: number
  readonly uid: string | null
  readonly json: string
}

/** A project that is gone. */
interface DeletedRow {
  readonly kind: "deleted"
  readonly position: number
  readonly id: number
  readonly uid: string | null
  readonly deleted_at: string
  readonly merged_into: string | null
}

/** `id` is the position up to which deletions have left the feed, `uid` the account's tag. */
interface AccountRow {
  readonly kind: "account"
  readonly position: number
  readonly id: number
  readonly uid: string
}

/** One line of the feed. */
export type ChangeRow = ChangedRow | DeletedRow

/** What the feed says after a position. */
export interface ChangeRows {
  /** that of the account's last change */
  readonly position: number
  readonly prunedPosition: number
  /** the account in cursors */
  readonly tag: string
  /** in the order of their positions */
  readonly rows: ReadonlyArray<ChangeRow>
}

/**
 * The statement.
 *
 * @param sql the client
 * @param caller who asks
 * @param after position of the last change that is known
 * @param count how many projects, and how many deletions, to read at most
 */
export const statement = (sql: SqlClient.SqlClient, caller: CallerShape, after: number, count: number): Statement.Statement<AccountRow | ChangeRow> => {
  const { account } = caller
  const json = ProjectJson.expression(sql, account, caller.machine.uid ?? "")
  return sql<AccountRow | ChangeRow>`
    SELECT 'account' AS kind, position, pruned_position AS id, tag AS uid, NULL AS deleted_at, NULL AS merged_into, NULL AS json
    FROM accounts WHERE id = ${account}
    UNION ALL
    SELECT * FROM (
      SELECT 'project' AS kind, p.position, p.id, p.uid, NULL AS deleted_at, NULL AS merged_into, ${json} AS json
      FROM projects p WHERE p.account_id = ${account} AND p.position > ${after} ORDER BY p.position LIMIT ${count}
    ) AS changed
    UNION ALL
    SELECT * FROM (
      SELECT 'deleted' AS kind, position, project_id AS id, uid, deleted_at, merged_into, NULL AS json
      FROM tombstones WHERE account_id = ${account} AND position > ${after} ORDER BY position LIMIT ${count}
    ) AS deleted`
}

/**
 * Reads what the feed says after a position; undefined if there is no such account.
 *
 * @param sql the client
 * @param caller who asks
 * @param after position of the last change that is known
 * @param count how many changes to read at most
 */
export const read = (sql: SqlClient.SqlClient, caller: CallerShape, after: number, count: number): Effect.Effect<ChangeRows | undefined, SqlError> =>
  Effect.map(statement(sql, caller, after, count), (all) => {
    const owner = all.find((row) => row.kind === "account")
    if (owner === undefined) return undefined
    const rows = all.filter((row) => row.kind !== "account").sort((one, other) => one.position - other.position)
    return { position: owner.position, prunedPosition: owner.id, tag: owner.uid, rows: rows.slice(0, count) }
  })
