/**
 * Transactions of the one connection that changes an embedded database.
 *
 * @module
 */
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type { Transaction } from "./GroupCommit.js"
import type { LibsqlConnection } from "./LibsqlConnection.js"

/**
 * Opens a transaction.
 *
 * @param writer the connection, which nobody else uses meanwhile
 * @param beforeCommit runs before the commit; its failure fails the transaction
 */
export const begin = (writer: LibsqlConnection, beforeCommit: Effect.Effect<void, SqlError>): Effect.Effect<Transaction, SqlError> => {
  const run = (sql: string): Effect.Effect<void, SqlError> => Effect.asVoid(Effect.suspend(() => writer.execute(sql, [], undefined)))
  const abandon = Effect.suspend(() => (writer.inTransaction() ? Effect.ignore(run("ROLLBACK")) : Effect.void))
  const transaction: Transaction = {
    connection: writer,
    isOpen: writer.inTransaction,
    enter: run("SAVEPOINT change"),
    keep: run("RELEASE change"),
    undo: Effect.zipRight(run("ROLLBACK TO change"), run("RELEASE change")),
    commit: Effect.zipRight(beforeCommit, run("COMMIT")),
    abandon
  }
  return abandon.pipe(Effect.zipRight(run("BEGIN IMMEDIATE")), Effect.as(transaction))
}
