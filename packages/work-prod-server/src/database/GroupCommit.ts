/**
 * Changes that are made durable together.
 *
 * Whoever has a change waits for its turn, runs it in a savepoint of the open transaction (or opens one), and passes the turn on
 * to whoever waits. The last one commits for all of them, and only then are they answered. Each change runs in its caller's own fiber,
 * with everything that belongs to it; one that fails or is interrupted is rolled back alone.
 *
 * @module
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { LibsqlConnection } from "./LibsqlConnection.js"

/** Changes of one commit. */
const largestGroup = 256

interface Group {
  readonly done: Deferred.Deferred<void, SqlError>
  size: number
}

/** What the changes of one writer need. */
export interface GroupCommitOptions {
  readonly writer: LibsqlConnection
  /** runs before each commit; its failure fails the whole group */
  readonly beforeCommit: Effect.Effect<void, SqlError>
  /** runs after each commit */
  readonly afterCommit: Effect.Effect<void>
  /** lets others come who are ready by now */
  readonly gather: Effect.Effect<void>
}

/** Runs changes. */
export type Write = <A, E>(change: Effect.Effect<A, E | SqlError>) => Effect.Effect<A, E | SqlError>

/** @category constructors */
export const make = ({ afterCommit, beforeCommit, gather, writer }: GroupCommitOptions): Effect.Effect<Write> =>
  Effect.gen(function* () {
    const turn = yield* Effect.makeSemaphore(1)
    let waiting = 0
    let group: Group | undefined

    const run = (sql: string): Effect.Effect<void, SqlError> => Effect.asVoid(writer.execute(sql, [], undefined))
    const abandon = Effect.suspend(() => (writer.inTransaction() ? Effect.ignore(run("ROLLBACK")) : Effect.void))

    const begin = Effect.gen(function* () {
      yield* abandon
      yield* run("BEGIN IMMEDIATE")
      const opened: Group = { done: yield* Deferred.make<void, SqlError>(), size: 0 }
      group = opened
      return opened
    })

    /** Ends the open group; the turn must be held. */
    const finish = Effect.suspend(() => {
      const ending = group
      group = undefined
      if (ending === undefined) return Effect.void
      return beforeCommit.pipe(
        Effect.zipRight(run("COMMIT")),
        Effect.tapError(() => abandon),
        Effect.exit,
        Effect.flatMap((exit) => Effect.zipRight(Deferred.done(ending.done, exit), Exit.isSuccess(exit) ? afterCommit : Effect.void))
      )
    })

    const finishIfLast = Effect.suspend(() => {
      if (group === undefined || (waiting > 0 && group.size < largestGroup)) return Effect.void
      if (group.size >= largestGroup) return finish
      return Effect.zipRight(gather, Effect.suspend(() => (waiting > 0 ? Effect.void : finish)))
    })

    /** The caller waits no more; if others relied on it to commit, somebody else has to. */
    const leave = Effect.zipRight(
      Effect.sync(() => {
        waiting -= 1
      }),
      turn.withPermits(1)(Effect.suspend(() => (waiting > 0 ? Effect.void : finish)))
    )

    /** Nothing of the group is kept. */
    const lose = (lost: Group, cause: unknown) => {
      group = undefined
      return Deferred.fail(lost.done, cause instanceof SqlError ? cause : new SqlError({ cause, message: "the transaction was given up" }))
    }

    const inTurn = <A, E>(change: Effect.Effect<A, E | SqlError>, restore: <B, F>(effect: Effect.Effect<B, F>) => Effect.Effect<B, F>) =>
      Effect.gen(function* () {
        const joined = group ?? (yield* begin)
        // The first change of a group is all that there is in the transaction: it needs no savepoint to be undone.
        const isFirst = joined.size === 0
        if (!isFirst) yield* run("SAVEPOINT change")
        const exit = yield* Effect.exit(restore(Effect.provideService(change, SqlClient.TransactionConnection, [writer, 0])))
        if (!writer.inTransaction()) {
          // SQLite gave the whole transaction up, as it does when the disk is full.
          yield* lose(joined, Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined)
        } else if (Exit.isSuccess(exit)) {
          joined.size += 1
          if (!isFirst) yield* run("RELEASE change")
        } else if (isFirst) {
          yield* abandon
          yield* lose(joined, undefined)
        } else yield* Effect.zipRight(run("ROLLBACK TO change"), run("RELEASE change"))
        return { exit, joined }
      })

    return <A, E>(change: Effect.Effect<A, E | SqlError>) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          waiting += 1
          yield* Effect.onInterrupt(restore(turn.take(1)), () => leave)
          waiting -= 1
          const { exit, joined } = yield* inTurn(change, restore).pipe(
            Effect.tapErrorCause(() => finish),
            Effect.tap(() => finishIfLast),
            Effect.ensuring(turn.release(1))
          )
          if (Exit.isFailure(exit)) return yield* exit
          yield* Deferred.await(joined.done)
          return exit.value
        })
      )
  })
