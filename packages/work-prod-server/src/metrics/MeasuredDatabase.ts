/**
 * A database that is measured from outside, whichever it is: how long reads and changes take and wait, how often a change was run
 * again, and why any failed.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Option from "effect/Option"
import { Database, type DatabaseShape } from "../Database.js"
import { ServerMetrics } from "../ServerMetrics.js"
import { StorageFailure, type StorageReason } from "../StorageFailure.js"

const bounds = MetricBoundaries.fromIterable([0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

const reasons: { readonly [reason in StorageReason]: true } = { Busy: true, Damaged: true, Full: true, Gone: true, ReadOnly: true, Unavailable: true }

const nanosPerSecond = 1e9

const reasonOf = (exit: Exit.Exit<unknown, unknown>): StorageReason | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  const failure = Option.getOrUndefined(Cause.failureOption(exit.cause))
  return failure instanceof StorageFailure ? failure.reason : undefined
}

const make = Effect.gen(function* () {
  const database = yield* Database
  const { counter, gauge, histogram } = yield* ServerMetrics
  const clock = yield* Effect.clock
  const seconds = (from: bigint, to: bigint): number => Number(to - from) / nanosPerSecond

  const duration = { name: "work_prod_database_duration_seconds", meaning: "Time of a read, or of a change from when it was asked for to when it was durable" }
  const readTime = histogram(duration, bounds, { operation: "read" })
  const writeTime = histogram(duration, bounds, { operation: "write" })
  const waitTime = histogram({ name: "work_prod_database_wait_seconds", meaning: "Time that a change waited for its turn" }, bounds)
  const retried = counter({ name: "work_prod_database_retries_total", meaning: "How often a change was run again because another one was in its way" })
  const failures = new Map<string, (amount: number) => void>()
  for (const reason of Object.keys(reasons)) {
    failures.set(reason, counter({ name: "work_prod_database_failures_total", meaning: "Reads and changes that the database could not do" }, { reason }))
  }
  const noteFailure = (exit: Exit.Exit<unknown, unknown>): void => {
    const reason = reasonOf(exit)
    if (reason !== undefined) failures.get(reason)?.(1)
  }

  const read: DatabaseShape["read"] = (reads) =>
    Effect.suspend(() => {
      const asked = clock.unsafeCurrentTimeNanos()
      return Effect.onExit(database.read(reads), (exit) =>
        Effect.sync(() => {
          readTime(seconds(asked, clock.unsafeCurrentTimeNanos()))
          noteFailure(exit)
        })
      )
    })

  const write: DatabaseShape["write"] = (change, account) =>
    Effect.suspend(() => {
      const asked = clock.unsafeCurrentTimeNanos()
      let runs = 0
      const observed = Effect.suspend(() => {
        runs += 1
        if (runs === 1) waitTime(seconds(asked, clock.unsafeCurrentTimeNanos()))
        else retried(1)
        return change
      })
      return Effect.onExit(database.write(observed, account), (exit) =>
        Effect.sync(() => {
          writeTime(seconds(asked, clock.unsafeCurrentTimeNanos()))
          noteFailure(exit)
        })
      )
    })

  const isUp = Effect.match(database.check, { onFailure: () => 0, onSuccess: () => 1 })
  yield* gauge(
    { name: "work_prod_database_up", meaning: "1 if the database can be used, 0 if not" },
    Effect.timeoutTo(isUp, { duration: "900 millis", onSuccess: (value) => value, onTimeout: () => 0 })
  )
  return Database.of({
    ...database,
    get epoch() {
      return database.epoch
    },
    read,
    write
  })
})

/**
 * The same database, measured.
 *
 * @category layers
 */
export const measured: Layer.Layer<Database, never, Database | ServerMetrics> = Layer.scoped(Database, make)
