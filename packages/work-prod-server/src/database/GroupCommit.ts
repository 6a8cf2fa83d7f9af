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
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** Changes of one commit. */
const largestGroup = 256

interface Group {
  readonly transaction: Transaction
  readonly done: Deferred.Deferred<void, SqlError>
  size: number
}

/** A transaction that is open, as the database at hand has them. */
export interface Transaction {
  readonly connection: Connection
  /** false once the database has given the whole transaction up by itself */
  readonly isOpen: () => boolean
  /** sets the savepoint of the next change; not needed by the first one */
  readonly enter: Effect.Effect<void, SqlError>
  /** the change since `enter` stays */
  readonly keep: Effect.Effect<void, SqlError>
  /** the change since `enter` goes */
  readonly undo: Effect.Effect<void, SqlError>
  /** Ends it; when it succeeds everything is durable. After a failure comes `abandon`. */
  readonly commit: Effect.Effect<void, SqlError>
  /** Ends it, if it has not ended, and keeps nothing. */
  readonly abandon: Effect.Effect<void>
}

/** What the changes of one writer need. */
export interface GroupCommitOptions {
  readonly begin: Effect.Effect<Transaction, SqlError>
  /** runs after each commit */
  readonly afterCommit: Effect.Effect<void>
  /** lets others come who are ready by now */
  readonly gather: Effect.Effect<void>
}

/** Runs changes. */
export type Write = <A, E>(change: Effect.Effect<A, E | SqlError>) => Effect.Effect<A, E | SqlError>

/** @category constructors */
export const make = ({ afterCommit, begin, gather }: GroupCommitOptions): Effect.Effect<Write> =>
  Effect.gen(function* () {
    const turn = yield* Effect.makeSemaphore(1)
    let waiting = 0
    let group: Group | undefined

    const open = Effect.gen(function* () {
      const opened: Group = { done: yield* Deferred.make<void, SqlError>(), size: 0, transaction: yield* begin }
      group = opened
      return opened
    })

    /** Ends the open group; the turn must be held. */
    const finish = Effect.suspend(() => {
      const ending = group
      group = undefined
      if (ending === undefined) return Effect.void
      return ending.transaction.commit.pipe(
        Effect.onError(() => ending.transaction.abandon),
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
      const failure = cause instanceof SqlError ? cause : new SqlError({ cause, message: "the transaction was given up" })
      return Effect.zipRight(lost.transaction.abandon, Deferred.fail(lost.done, failure))
    }

    const inTurn = <A, E>(change: Effect.Effect<A, E | SqlError>, restore: <B, F>(effect: Effect.Effect<B, F>) => Effect.Effect<B, F>) =>
      Effect.gen(function* () {
        const joined = group ?? (yield* open)
        const { transaction } = joined
        // The first change of a group is all that there is in the transaction: it needs no savepoint to be undone.
        const isFirst = joined.size === 0
        if (!isFirst) yield* transaction.enter
        const exit = yield* Effect.exit(restore(Effect.provideService(change, SqlClient.TransactionConnection, [transaction.connection, 0])))
        if (!transaction.isOpen()) {
          // The database gave the whole transaction up, as SQLite does when the disk is full.
          yield* lose(joined, Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined)
        } else if (Exit.isSuccess(exit)) {
          joined.size += 1
          if (!isFirst) yield* transaction.keep
        } else if (isFirst) yield* lose(joined, undefined)
        else yield* transaction.undo
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
