/**
 * The machine that asks: whose paths are meant. Callers that name none are one machine together, with the uid "".
 *
 * A machine is first stored, and its name kept up to date, when it writes. The name is for display: it belongs to no project, so
 * a new one is no change of any.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import * as Effect from "effect/Effect"

const uidOf = ({ machine }: CallerShape): string => machine.uid ?? ""

/**
 * The number of the machine as an expression; null if it has never written.
 *
 * @param sql the client that the expression is for
 * @param caller who asks
 */
export const expression = (sql: SqlClient.SqlClient, caller: CallerShape): Fragment =>
  sql`(SELECT id FROM machines WHERE account_id = ${caller.account} AND uid = ${uidOf(caller)})`

/**
 * The number of the machine, which is stored if it is new, and renamed if it has another name now.
 *
 * @param sql the client of the transaction
 * @param caller who writes
 */
export const ensure = (sql: SqlClient.SqlClient, caller: CallerShape): Effect.Effect<number, SqlError> =>
  Effect.gen(function* () {
    const { name } = caller.machine
    const uid = uidOf(caller)
    const [known] = yield* sql<{ readonly id: number; readonly name: string | null }>`
      SELECT id, name FROM machines WHERE account_id = ${caller.account} AND uid = ${uid}`
    if (known !== undefined && (name === null || name === known.name)) return known.id
    const [stored] = yield* sql<{ readonly id: number }>`
      INSERT INTO machines (account_id, uid, name) VALUES (${caller.account}, ${uid}, ${name})
      ON CONFLICT (account_id, uid) DO UPDATE SET name = excluded.name
      RETURNING id`
    return stored === undefined ? yield* new SqlError({ cause: undefined, message: "the machine was not stored" }) : stored.id
  })
