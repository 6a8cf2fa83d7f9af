import { describe, expect, it } from "@effect/vitest"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as ServerMetrics from "@dev-infra/work-prod-server/ServerMetrics"
import { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import * as MeasuredDatabase from "../../src/metrics/MeasuredDatabase.js"
import { valueOf } from "./prometheus.js"

const text = Effect.flatMap(ServerMetrics.ServerMetrics, (metrics) => metrics.text)

const measured = (database: Layer.Layer<Database, LibsqlDatabase.OpenFailure>) =>
  Effect.provide(MeasuredDatabase.measured.pipe(Layer.provide(database), Layer.provideMerge(ServerMetrics.layer)))

/** A database of which a test says what it does. */
const played = (shape: Partial<Database["Type"]>) =>
  Layer.effect(
    Database,
    Effect.map(Database, (real) => ({ ...real, ...shape }))
  ).pipe(Layer.provide(LibsqlDatabase.layerTemporary))

describe("a measured database", () => {
  it.effect("does what it did, and tells how often", () =>
    Effect.gen(function* () {
      const { execute, read, write } = yield* Database
      yield* write(execute("INSERT INTO accounts (name, tag, created_at) VALUES ('a', 't', '2026-11-21T00:00:00')", []))
      expect(yield* read(execute("SELECT name FROM accounts", []))).toEqual([{ name: "a" }])
      expect(yield* Effect.flip(write(Effect.fail("refused")))).toBe("refused")
      const told = yield* text
      expect(valueOf(told, 'work_prod_database_duration_seconds_count{operation="read"}')).toBe(1)
      expect(valueOf(told, 'work_prod_database_duration_seconds_count{operation="write"}')).toBe(2)
      expect(valueOf(told, "work_prod_database_wait_seconds_count")).toBe(2)
      expect(valueOf(told, "work_prod_database_retries_total")).toBe(0)
      expect(valueOf(told, "work_prod_database_up")).toBe(1)
    }).pipe(measured(LibsqlDatabase.layerTemporary))
  )

  it.effect("tells the time of the wait for the turn apart from all of it", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      const fiber = yield* Effect.fork(write(Effect.delay(Effect.void, "2 seconds")))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      const told = yield* text
      expect(valueOf(told, "work_prod_database_wait_seconds_sum")).toBe(3)
      expect(valueOf(told, 'work_prod_database_duration_seconds_sum{operation="write"}')).toBe(5)
    }).pipe(measured(played({ write: (change) => Effect.delay(Effect.orDie(change), "3 seconds") })))
  )

  it.effect("counts the changes that were run again", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* write(Effect.void)
      const told = yield* text
      expect(valueOf(told, "work_prod_database_retries_total")).toBe(2)
      expect(valueOf(told, "work_prod_database_wait_seconds_count")).toBe(1)
    }).pipe(measured(played({ write: (change) => Effect.orDie(Effect.zipRight(Effect.zipRight(change, change), change)) })))
  )

  it.effect("counts what the database could not do by the reason, and from the beginning those that never were", () =>
    Effect.gen(function* () {
      const { read, write } = yield* Database
      yield* Effect.exit(read(Effect.void))
      yield* Effect.exit(read(Effect.void))
      yield* Effect.exit(write(Effect.void))
      const told = yield* text
      expect(valueOf(told, 'work_prod_database_failures_total{reason="Unavailable"}')).toBe(2)
      expect(valueOf(told, 'work_prod_database_failures_total{reason="Full"}')).toBe(1)
      expect(valueOf(told, 'work_prod_database_failures_total{reason="Damaged"}')).toBe(0)
      expect(valueOf(told, "work_prod_database_up")).toBe(0)
    }).pipe(
      measured(
        played({
          read: () => Effect.fail(new StorageFailure({ reason: "Unavailable", cause: undefined })),
          write: () => Effect.fail(new StorageFailure({ reason: "Full", cause: undefined })),
          check: Effect.fail(new StorageFailure({ reason: "Unavailable", cause: undefined }))
        })
      )
    )
  )

  it.effect("that does not answer is told to be away, and keeps nobody waiting who asks for the metrics", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(text)
      yield* TestClock.adjust("1 second")
      expect(valueOf(yield* Fiber.join(fiber), "work_prod_database_up")).toBe(0)
    }).pipe(measured(played({ check: Effect.never })))
  )

  it.effect("is interrupted as before, and forgets nothing then", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      const began = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(write(Effect.zipRight(Deferred.succeed(began, undefined), Effect.never)))
      yield* Deferred.await(began)
      yield* Fiber.interrupt(fiber)
      expect(valueOf(yield* text, 'work_prod_database_duration_seconds_count{operation="write"}')).toBe(1)
      yield* write(Effect.void)
    }).pipe(measured(LibsqlDatabase.layerTemporary))
  )
})
