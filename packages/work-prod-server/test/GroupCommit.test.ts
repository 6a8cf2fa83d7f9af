import { SqlError } from "@effect/sql/SqlError"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as GroupCommit from "../src/database/GroupCommit.js"
import * as DatabaseFile from "../src/database/DatabaseFile.js"
import * as LibsqlConnection from "../src/database/LibsqlConnection.js"
import * as LibsqlTransactions from "../src/database/LibsqlTransactions.js"
import { temporaryFolder } from "./temporaryFolder.js"

/** A table of numbers, and which statements its writer got. */
const world = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const connect = Effect.acquireRelease(
    Effect.sync(() => LibsqlConnection.open(`${folder}/numbers.db`)),
    (connection) => Effect.sync(connection.close)
  )
  const writer = yield* connect
  const reader = yield* connect
  yield* writer.execute("CREATE TABLE numbers (number INTEGER UNIQUE)", [], undefined)
  const statements: Array<string> = []
  let refusal: SqlError | undefined
  const write = yield* GroupCommit.make({
    begin: LibsqlTransactions.begin(
      {
        ...writer,
        execute: (sql, parameters, transformRows) => {
          statements.push(sql)
          return writer.execute(sql, parameters, transformRows)
        }
      },
      Effect.suspend(() => refusal ?? Effect.void)
    ),
    afterCommit: Effect.void,
    gather: Effect.async((resume) => DatabaseFile.afterReadyEvents(() => resume(Effect.void)))
  })
  const insert = (number: number): Effect.Effect<number, SqlError> =>
    Effect.flatMap(Effect.serviceOption(SqlClient.TransactionConnection), (transaction) =>
      transaction._tag === "None"
        ? Effect.dieMessage("no transaction")
        : Effect.as(transaction.value[0].execute("INSERT INTO numbers VALUES (?)", [number], undefined), number)
    )
  return {
    write,
    insert,
    /** what is committed */
    numbers: Effect.map(reader.executeValues("SELECT number FROM numbers ORDER BY number", []), (rows) => rows.flat()),
    commits: () => statements.filter((sql) => sql === "COMMIT").length,
    refuse: (failure: SqlError | undefined) => Effect.sync(() => (refusal = failure))
  }
})

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Changes at once, the way that each ended. */
const together = <A, E>(changes: ReadonlyArray<Effect.Effect<A, E>>) => Effect.forEach(changes, Effect.exit, { concurrency: "unbounded" })

class Word extends Context.Tag("test/Word")<Word, string>() {}

describe("GroupCommit", () => {
  it.scopedLive("keeps 64 changes at once with few commits", () =>
    Effect.gen(function* () {
      const { commits, insert, numbers, write } = yield* world
      const exits = yield* together(upTo(64).map((number) => Effect.flatMap(write(insert(number)), () => numbers)))
      // What a change was answered is committed by then.
      exits.forEach((exit, number) => assert.include(Exit.isSuccess(exit) ? exit.value : [], number))
      assert.deepStrictEqual(yield* numbers, upTo(64))
      assert.isAtMost(commits(), 4)
    }))

  it.scopedLive("commits no more than 256 at once", () =>
    Effect.gen(function* () {
      const { commits, insert, numbers, write } = yield* world
      yield* together(upTo(600).map((number) => write(insert(number))))
      assert.strictEqual((yield* numbers).length, 600)
      assert.isAtLeast(commits(), 3)
      assert.isAtMost(commits(), 10)
    }))

  it.scopedLive("leaves out a change that fails or dies, and keeps the others", () =>
    Effect.gen(function* () {
      const { insert, numbers, write } = yield* world
      const exits = yield* together([
        write(insert(1)),
        write(Effect.zipRight(insert(2), Effect.fail("refused" as const))),
        write(Effect.zipRight(insert(3), Effect.die("broken"))),
        write(Effect.zipRight(insert(4), insert(1))),
        write(insert(5))
      ])
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, false, false, false, true])
      assert.deepStrictEqual(exits[1], Exit.fail("refused"))
      assert.deepStrictEqual(exits[2], Exit.die("broken"))
      assert.deepStrictEqual(yield* numbers, [1, 5])
      yield* write(insert(6))
      assert.deepStrictEqual(yield* numbers, [1, 5, 6])
    }))

  it.scopedLive("leaves out a change that is interrupted, and keeps the others", () =>
    Effect.gen(function* () {
      const { insert, numbers, write } = yield* world
      const begun = yield* Deferred.make<void>()
      const stuck = yield* Effect.fork(write(insert(1).pipe(Effect.zipRight(Deferred.succeed(begun, undefined)), Effect.zipRight(Effect.never))))
      yield* Deferred.await(begun)
      const waiting = yield* Effect.forEach([2, 3, 4], (number) => Effect.fork(write(insert(number))))
      yield* Effect.yieldNow()
      yield* Effect.forEach(waiting.slice(2), Fiber.interruptFork)
      yield* Fiber.interrupt(stuck)
      const exits = yield* Effect.forEach(waiting, Fiber.await)
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, true, false])
      assert.deepStrictEqual(yield* numbers, [2, 3])
    }))

  it.scopedLive("commits for the others if the last one that waits is interrupted", () =>
    Effect.gen(function* () {
      const { insert, numbers, write } = yield* world
      const [begun, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const first = yield* Effect.fork(write(insert(1).pipe(Effect.zipLeft(Deferred.succeed(begun, undefined)), Effect.zipLeft(Deferred.await(go)))))
      yield* Deferred.await(begun)
      const last = yield* Effect.fork(write(insert(2)))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.interrupt(last)
      yield* Fiber.join(first)
      assert.include(yield* numbers, 1)
    }))

  it.scopedLive("goes on whatever is interrupted when", () =>
    Effect.gen(function* () {
      const { insert, numbers, write } = yield* world
      const kept: Array<number> = []
      for (const round of upTo(40)) {
        const fibers = yield* Effect.forEach(upTo(20), (index) =>
          Effect.fork(Effect.tap(write(Effect.zipLeft(insert(round * 20 + index), Effect.yieldNow())), (number) => Effect.sync(() => kept.push(number))))
        )
        for (const index of upTo(20)) {
          for (const _ of upTo((round + index) % 7)) yield* Effect.yieldNow()
          if ((index * 7 + round) % 3 === 0) yield* Effect.forEach(fibers.slice((index * 11) % 20, ((index * 11) % 20) + 1), Fiber.interruptFork)
        }
        yield* Effect.forEach(fibers, Fiber.await)
      }
      const stored = new Set(yield* numbers)
      assert.isAbove(kept.length, 100)
      assert.deepStrictEqual(kept.filter((number) => !stored.has(number)), [])
    }))

  it.scopedLive("fails all of a group whose commit fails, keeps none of it, and goes on", () =>
    Effect.gen(function* () {
      const { insert, numbers, refuse, write } = yield* world
      const failure = new SqlError({ cause: undefined, message: "no" })
      yield* refuse(failure)
      const exits = yield* together(upTo(5).map((number) => write(insert(number))))
      for (const exit of exits) assert.strictEqual(Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined, failure)
      assert.deepStrictEqual(yield* numbers, [])
      yield* refuse(undefined)
      yield* write(insert(7))
      assert.deepStrictEqual(yield* numbers, [7])
    }))

  it.scopedLive("runs each change with what belongs to its caller", () =>
    Effect.gen(function* () {
      const { write } = yield* world
      const trace = yield* FiberRef.make("none")
      const seen = yield* Effect.forEach(
        ["a", "b", "c"],
        (name) =>
          Effect.flatMap(Effect.context<Word>(), (context) => write(Effect.provide(Effect.all([Word, FiberRef.get(trace)]), context))).pipe(
            Effect.provideService(Word, name),
            Effect.locally(trace, name)
          ),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(seen, [["a", "a"], ["b", "b"], ["c", "c"]])
    }))
})
