/**
 * Changes of a PostgreSQL database.
 *
 * The changes of one account run one after another, in whichever process: a transaction begins by locking the account's row. Those that
 * wait in this process share a transaction, and with it one commit. Other accounts have transactions of their own, each with one
 * account only, so that no two of them can wait for each other.
 *
 * @module
 */
import { SqlError } from "@effect/sql/SqlError"
import type { Connection } from "@effect/sql/SqlConnection"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type Pg from "pg"
import * as GroupCommit from "./GroupCommit.js"
import * as PostgresConnection from "./PostgresConnection.js"

/** The channel on which commits are announced, as `ACCOUNT:POSITION`. */
export const changesChannel = "work_prod_changes"

/** What the changes of a process need. */
export interface PostgresWriterOptions {
  readonly pool: Pg.Pool
  /** transactions at the same time, at most */
  readonly transactions: number
  /** what every transaction begins with besides */
  readonly settings: ReadonlyArray<string>
  /** runs after the commit of changes that belong to no account */
  readonly afterOther: Effect.Effect<void>
  /** lets others come who are ready by now */
  readonly gather: Effect.Effect<void>
}

/** Runs changes, each as one transaction. */
export interface PostgresWriter {
  /** `account`: the one whose projects are changed */
  readonly write: <A, E>(change: Effect.Effect<A, E | SqlError>, account: number | undefined) => Effect.Effect<A, E | SqlError>
  /** Notes what a change on this connection announces. */
  readonly announce: (connection: Connection, account: number, position: number) => void
}

interface Lane {
  readonly write: GroupCommit.Write
  users: number
}

/** A transaction that lost against another one: nothing of it is kept, and it can simply be run again. */
const lostRace = /^(?:40001|40P01|23505)$/

const hasLostRace = (error: unknown): boolean => {
  if (!(error instanceof SqlError)) return false
  const { cause } = error
  return typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" && lostRace.test(cause.code)
}

const tryAgain = Schedule.intersect(Schedule.jittered(Schedule.exponential("10 millis")), Schedule.recurs(6))

const reserve = (pool: Pg.Pool): Effect.Effect<Pg.PoolClient, SqlError> =>
  Effect.async((resume) =>
    pool.connect((cause, client) =>
      resume(client === undefined ? Effect.fail(new SqlError({ cause, message: "no connection to the database" })) : Effect.succeed(client))
    )
  )

/** @category constructors */
export const make = ({ afterOther, gather, pool, settings, transactions }: PostgresWriterOptions): PostgresWriter => {
  const room = Effect.unsafeMakeSemaphore(transactions)
  const lanes = new Map<number | undefined, Lane>()
  const announced = new WeakMap<Connection, Map<number, number>>()

  const begin = (account: number | undefined): Effect.Effect<GroupCommit.Transaction, SqlError> =>
    Effect.gen(function* () {
      yield* room.take(1)
      const client = yield* Effect.onError(reserve(pool), () => room.release(1))
      let failed: Error | undefined
      let isReleased = false
      const onError = (cause: Error): void => {
        failed = cause
      }
      client.on("error", onError)
      /** Gives the connection back, or closes it if it may not be as it was. */
      const release = (isSound: boolean) =>
        Effect.suspend(() => {
          if (isReleased) return Effect.void
          isReleased = true
          client.off("error", onError)
          client.release(failed ?? !isSound)
          return room.release(1)
        })
      const run = (text: string) => PostgresConnection.run(client, text)
      const connection = PostgresConnection.make(client)
      const taken = new Map<number, number>()
      announced.set(connection, taken)

      // An account's number is a whole number: it needs no parameter.
      const lock = account === undefined ? [] : [`SELECT 1 FROM accounts WHERE id = ${account} FOR NO KEY UPDATE`]
      let hasSavepoint = false
      const transaction: GroupCommit.Transaction = {
        connection,
        isOpen: () => failed === undefined && client.getTransactionStatus() !== "I",
        // One message for the savepoint before and this one.
        enter: Effect.suspend(() => {
          const text = hasSavepoint ? "RELEASE change; SAVEPOINT change" : "SAVEPOINT change"
          hasSavepoint = true
          return run(text)
        }),
        keep: Effect.void,
        undo: Effect.asVoid(run("ROLLBACK TO change")),
        commit: Effect.gen(function* () {
          const notices = Array.from(taken, ([whose, position]) => `SELECT pg_notify('${changesChannel}', '${whose}:${position}')`)
          const { command } = yield* run([...notices, "COMMIT"].join("; "))
          // A transaction in which something failed unnoticed is rolled back by COMMIT, which says so in this way only.
          if (command !== "COMMIT") return yield* new SqlError({ cause: undefined, message: "the transaction was rolled back" })
          yield* release(true)
        }),
        abandon: Effect.suspend(() =>
          isReleased
            ? Effect.void
            : Effect.matchEffect(run("ROLLBACK"), { onFailure: () => release(false), onSuccess: () => release(true) })
        )
      }
      yield* Effect.onError(run(["BEGIN", ...settings, ...lock].join("; ")), () => transaction.abandon)
      return transaction
    })

  const enterLane = (account: number | undefined): Effect.Effect<Lane> =>
    Effect.gen(function* () {
      const made = lanes.get(account)?.write ?? (yield* GroupCommit.make({ begin: begin(account), afterCommit: account === undefined ? afterOther : Effect.void, gather }))
      const lane = lanes.get(account) ?? { write: made, users: 0 }
      lane.users += 1
      lanes.set(account, lane)
      return lane
    })
  const leaveLane = (account: number | undefined, lane: Lane) =>
    Effect.sync(() => {
      lane.users -= 1
      if (lane.users === 0) lanes.delete(account)
    })

  return {
    write: (change, account) =>
      Effect.retry(
        Effect.acquireUseRelease(
          enterLane(account),
          (lane) => lane.write(change),
          (lane) => leaveLane(account, lane)
        ),
        { while: hasLostRace, schedule: tryAgain }
      ),
    announce: (connection, account, position) => {
      announced.get(connection)?.set(account, position)
    }
  }
}
