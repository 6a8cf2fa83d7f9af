/**
 * Whether a batch was alone: where a follower of the feed goes on that knows its own changes.
 *
 * The position of an account is read in the transaction before the first change and after the last one. If it begins where the follower has
 * read to, and each transaction begins where the one before ended, then all changes in between are those of the batch.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as ChangeCursor from "../changes/ChangeCursor.js"
import type { DatabaseShape } from "../Database.js"

/** Follows one batch. */
export interface Following {
  /** Watches what a transaction does. */
  readonly during: <A, E>(change: Effect.Effect<A, E>) => Effect.Effect<A, E | SqlError>
  /** Where to go on; null if somebody else changed something, nothing was done, or the cursor says nothing. */
  readonly cursor: Effect.Effect<string | null>
}

interface AccountRow {
  readonly position: number
  readonly tag: string
}

/** In a change of the account nobody else changes it. */
const account = (sql: SqlClient.SqlClient, caller: CallerShape) =>
  Effect.map(
    sql<AccountRow>`SELECT position, tag FROM accounts WHERE id = ${caller.account}`,
    ([row]) => row
  )

/**
 * @param database where the batch runs
 * @param caller whose batch it is
 * @param since the follower's cursor
 */
export const make = (database: DatabaseShape, caller: CallerShape, since: string): Effect.Effect<Following> =>
  Effect.gen(function* () {
    const start = ChangeCursor.read(since)
    /** where the batch has come to alone; undefined if it was not alone */
    const reached = yield* Ref.make<number | undefined>(start?.epoch === database.epoch ? start.position : undefined)
    const isMoved = yield* Ref.make(false)
    return {
      during: (change) =>
        Effect.gen(function* () {
          const before = yield* account(database.sql, caller)
          const result = yield* change
          const after = yield* account(database.sql, caller)
          yield* Ref.set(isMoved, true)
          yield* Ref.update(reached, (position) =>
            before === undefined || after === undefined || before.tag !== start?.account || before.position !== position ? undefined : after.position
          )
          return result
        }),
      cursor: Effect.gen(function* () {
        const position = yield* Ref.get(reached)
        return position === undefined || start === undefined || !(yield* Ref.get(isMoved)) ? null : ChangeCursor.write({ ...start, position })
      })
    }
  })
