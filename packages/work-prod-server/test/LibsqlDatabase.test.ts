import { assert, describe, it } from "@effect/vitest"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import type { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import Libsql from "libsql"
import * as fs from "node:fs"
import * as LibsqlConnection from "../src/database/LibsqlConnection.js"
import { temporaryFolder } from "./temporaryFolder.js"

const place = Effect.map(temporaryFolder, (folder) => `${folder}/new/work-prod.db`)
const open = (file: string, exclusive = true) => Effect.map(Layer.build(LibsqlDatabase.layer({ file, exclusive })), (context) => Context.get(context, Database))
/** Opens, uses and closes. */
const using = <A, E>(file: string, use: (database: Database["Type"]) => Effect.Effect<A, E>) => Effect.scoped(Effect.flatMap(open(file), use))

const addAccount = ({ sql }: Database["Type"], name: string) => sql`INSERT INTO accounts (name, tag, position, created_at) VALUES (${name}, ${name}, 1, '')`
const names = ({ read, sql }: Database["Type"]) =>
  Effect.map(read(sql<{ readonly name: string }>`SELECT name FROM accounts ORDER BY id`), (rows) => rows.map(({ name }) => name))
const reasonOf = <A>(effect: Effect.Effect<A, StorageFailure>) => Effect.map(Effect.flip(effect), ({ reason }) => reason)

describe("a database in a file", () => {
  it.scopedLive("is made for its owner alone, and keeps what was written", () =>
    Effect.gen(function* () {
      const file = yield* place
      const { epoch, instance } = yield* using(file, (database) => Effect.as(database.write(addAccount(database, "one")), database))
      assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
      assert.strictEqual(fs.statSync(`${file}/..`.replace("/work-prod.db/..", "")).mode & 0o777, 0o700)
      const again = yield* open(file)
      assert.deepStrictEqual(yield* names(again), ["one"])
      assert.deepStrictEqual([again.instance, again.epoch], [instance, epoch])
    }))

  it.scopedLive("is complete as one file once the server has stopped", () =>
    Effect.gen(function* () {
      const file = yield* place
      yield* using(file, (database) => database.write(addAccount(database, "one")))
      const copy = yield* place
      fs.mkdirSync(copy.slice(0, -"/work-prod.db".length))
      fs.copyFileSync(file, copy)
      assert.deepStrictEqual(yield* using(copy, names), ["one"])
    }))

  it.scopedLive("has every setting on every connection, also after transactions", () =>
    Effect.gen(function* () {
      const file = `${yield* temporaryFolder}/x.db`
      const connection = LibsqlConnection.open(file)
      const settings = () =>
        Effect.forEach(["journal_mode", "synchronous", "busy_timeout", "foreign_keys", "temp_store"], (name) =>
          Effect.map(connection.executeValues(`PRAGMA ${name}`, []), ([row]) => row?.[0])
        )
      const expected = ["wal", 2, 5000, 1, 2]
      assert.deepStrictEqual(yield* settings(), expected)
      for (const sql of ["BEGIN IMMEDIATE", "CREATE TABLE t (a)", "COMMIT"]) yield* connection.execute(sql, [], undefined)
      assert.deepStrictEqual(yield* settings(), expected)
      connection.close()
    }))

  it.scopedLive("lets one server in, and others beside it that do not serve", () =>
    Effect.gen(function* () {
      const file = yield* place
      const server = yield* open(file)
      const second = yield* Effect.exit(Effect.scoped(open(file)))
      assert.isTrue(Exit.isFailure(second) && JSON.stringify(second.cause).includes("DatabaseInUse"))
      const beside = yield* open(file, false)
      yield* beside.write(addAccount(beside, "beside"))
      yield* server.write(addAccount(server, "server"))
      assert.deepStrictEqual(yield* names(server), ["beside", "server"])
      assert.strictEqual(beside.epoch, server.epoch)
    }))

  it.scopedLive("can be served again after its server has stopped", () =>
    Effect.gen(function* () {
      const file = yield* place
      for (const _ of [1, 2, 3]) yield* using(file, names)
    }))

  it.scopedLive("that is none is left as it is", () =>
    Effect.gen(function* () {
      const file = `${yield* temporaryFolder}/notes.txt`
      fs.writeFileSync(file, "these are my notes")
      const failure = yield* Effect.flip(Effect.scoped(open(file)))
      assert.strictEqual(failure._tag, "NotADatabase")
      assert.strictEqual(fs.readFileSync(file, "utf8"), "these are my notes")
    }))

  it.scopedLive("of a newer program is refused", () =>
    Effect.gen(function* () {
      const file = yield* place
      yield* using(file, names)
      const plain = new Libsql(file)
      plain.exec("INSERT INTO schema_versions (version) VALUES (99)")
      plain.close()
      assert.deepInclude(yield* Effect.flip(Effect.scoped(open(file))), { _tag: "SchemaTooNew", found: 99, known: 2 })
    }))

  it.scopedLive("is brought up to date once, also by two that begin at the same time", () =>
    Effect.gen(function* () {
      const file = yield* place
      const both = yield* Effect.all([open(file, false), open(file, false)], { concurrency: 2 })
      assert.strictEqual(both[0].instance, both[1].instance)
    }))

  it.scopedLive("that was put back from a copy begins a new epoch, and keeps its instance", () =>
    Effect.gen(function* () {
      const file = yield* place
      const first = yield* using(file, (database) => Effect.as(database.write(addAccount(database, "one")), database))
      fs.copyFileSync(file, `${file}.copy`)
      const second = yield* using(file, (database) => Effect.as(database.write(addAccount(database, "two")), database))
      assert.strictEqual(second.epoch, first.epoch)
      fs.copyFileSync(`${file}.copy`, file)
      const third = yield* using(file, (database) => Effect.as(names(database), database))
      assert.notStrictEqual(third.epoch, first.epoch)
      assert.strictEqual(third.instance, first.instance)
      assert.strictEqual((yield* open(file)).epoch, third.epoch)
    }))
})

describe("changes", () => {
  it.scopedLive("are seen by nobody before they are kept", () =>
    Effect.gen(function* () {
      const database = yield* open(yield* place)
      const isWritten = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const writing = yield* Effect.fork(
        database.write(Effect.zipRight(addAccount(database, "one"), Effect.zipRight(Deferred.succeed(isWritten, undefined), Deferred.await(goOn))))
      )
      yield* Deferred.await(isWritten)
      assert.deepStrictEqual(yield* names(database), [])
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(writing)
      assert.deepStrictEqual(yield* names(database), ["one"])
    }))

  it.scopedLive("that wait are made durable together", () =>
    Effect.gen(function* () {
      const database = yield* open(yield* place)
      const goOn = yield* Deferred.make<void>()
      const isRunning = yield* Deferred.make<void>()
      const first = yield* Effect.fork(database.write(Effect.zipRight(Deferred.succeed(isRunning, undefined), Deferred.await(goOn))))
      yield* Deferred.await(isRunning)
      const changesBefore = yield* Effect.map(database.sql<{ readonly data_version: number }>`PRAGMA data_version`, ([row]) => row?.data_version ?? 0)
      const others = yield* Effect.fork(Effect.forEach(Array.from({ length: 64 }, (_, index) => `account ${index}`), (name) => database.write(addAccount(database, name)), { concurrency: "unbounded" }))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(first)
      yield* Fiber.join(others)
      assert.strictEqual((yield* names(database)).length, 64)
      const changesAfter = yield* Effect.map(database.sql<{ readonly data_version: number }>`PRAGMA data_version`, ([row]) => row?.data_version ?? 0)
      // The version counts commits of others, as the reading connection sees them: far fewer than 64.
      assert.isAtMost(changesAfter - changesBefore, 3)
    }))

  it.scopedLive("that fail, die or are interrupted leave nothing behind and hinder nobody", () =>
    Effect.gen(function* () {
      const database = yield* open(yield* place)
      const isRunning = yield* Deferred.make<void>()
      const stuck = yield* Effect.fork(database.write(Effect.zipRight(addAccount(database, "interrupted"), Effect.zipRight(Deferred.succeed(isRunning, undefined), Effect.never))))
      yield* Deferred.await(isRunning)
      const waiting = yield* Effect.fork(
        Effect.all(
          [
            Effect.exit(database.write(addAccount(database, "one"))),
            Effect.exit(database.write(Effect.zipRight(addAccount(database, "failed"), Effect.fail("no" as const)))),
            Effect.exit(database.write(Effect.zipRight(addAccount(database, "died"), Effect.die("bug")))),
            Effect.exit(database.write(addAccount(database, "two")))
          ],
          { concurrency: "unbounded" }
        )
      )
      const leaving = yield* Effect.fork(database.write(addAccount(database, "left")))
      yield* Effect.yieldNow()
      yield* Fiber.interruptFork(leaving)
      yield* Fiber.interrupt(stuck)
      const exits = yield* Fiber.join(waiting)
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, false, false, true])
      assert.deepStrictEqual(exits[1], Exit.fail("no"))
      yield* Fiber.await(leaving)
      assert.deepStrictEqual((yield* names(database)).sort(), ["one", "two"])
    }))

  it.scopedLive("that nobody waits for any more are still kept for those that ran before them", () =>
    Effect.gen(function* () {
      const database = yield* open(yield* place)
      for (const round of Array.from({ length: 20 }, (_, index) => index)) {
        const kept = yield* Effect.fork(database.write(addAccount(database, `kept ${round}`)))
        const left = yield* Effect.fork(database.write(addAccount(database, `left ${round}`)))
        yield* Effect.yieldNow()
        yield* Fiber.interruptFork(left)
        yield* Fiber.join(kept)
        yield* Fiber.await(left)
      }
      assert.strictEqual((yield* names(database)).filter((name) => name.startsWith("kept")).length, 20)
    }))

  it.scopedLive("see their own writes and may be nested", () =>
    Effect.gen(function* () {
      const database = yield* open(yield* place)
      const { sql } = database
      const seen = yield* database.write(
        Effect.gen(function* () {
          yield* addAccount(database, "outer")
          yield* Effect.ignore(sql.withTransaction(Effect.zipRight(addAccount(database, "inner"), Effect.fail("no"))))
          return yield* sql<{ readonly name: string }>`SELECT name FROM accounts`
        })
      )
      assert.deepStrictEqual(seen.map(({ name }) => name), ["outer"])
    }))
})

describe("trouble with the file", () => {
  it.scopedLive("a full one refuses changes, and takes them again when there is room", () =>
    Effect.gen(function* () {
      const database = yield* open(yield* place)
      yield* database.write(addAccount(database, "before"))
      const pages = yield* Effect.map(database.sql<{ readonly page_count: number }>`PRAGMA page_count`, ([row]) => row?.page_count ?? 0)
      yield* database.write(database.sql.unsafe(`PRAGMA max_page_count = ${pages}`))
      const large = "x".repeat(100_000)
      // One that fits beside one that does not: neither is said to be kept unless it is.
      const [fits, tooLarge] = yield* Effect.all([Effect.exit(database.write(addAccount(database, "fits"))), Effect.exit(database.write(addAccount(database, large)))], { concurrency: 2 })
      assert.isTrue(Exit.isFailure(tooLarge))
      assert.deepStrictEqual(yield* names(database), Exit.isSuccess(fits) ? ["before", "fits"] : ["before"])
      assert.strictEqual(yield* reasonOf(database.write(addAccount(database, large))), "Full")
      yield* database.write(database.sql.unsafe("PRAGMA max_page_count = 1073741823"))
      yield* database.write(addAccount(database, large))
      assert.include(yield* names(database), large)
    }))

  it.scopedLive("a deleted or replaced one is neither read nor written, until it is back", () =>
    Effect.gen(function* () {
      const file = yield* place
      const database = yield* open(file)
      yield* database.write(addAccount(database, "one"))
      fs.renameSync(file, `${file}.away`)
      assert.strictEqual(yield* reasonOf(database.write(addAccount(database, "lost"))), "Gone")
      assert.strictEqual(yield* reasonOf(names(database)), "Gone")
      assert.strictEqual(yield* reasonOf(database.check), "Gone")
      fs.writeFileSync(file, "")
      assert.strictEqual(yield* reasonOf(database.write(addAccount(database, "lost"))), "Gone")
      fs.renameSync(`${file}.away`, file)
      yield* database.check
      yield* database.write(addAccount(database, "two"))
      assert.deepStrictEqual(yield* names(database), ["one", "two"])
    }))

  it.scopedLive("one that goes while a change is made does not keep it", () =>
    Effect.gen(function* () {
      const file = yield* place
      const database = yield* open(file)
      const goes = Effect.sync(() => fs.renameSync(file, `${file}.away`))
      assert.strictEqual(yield* reasonOf(database.write(Effect.zipLeft(addAccount(database, "lost"), goes))), "Gone")
      fs.renameSync(`${file}.away`, file)
      assert.deepStrictEqual(yield* names(database), [])
    }))

  it.scopedLive("one that nobody may write is read and not written, also by root", () =>
    Effect.gen(function* () {
      const file = yield* place
      const database = yield* open(file)
      fs.chmodSync(file, 0o444)
      assert.strictEqual(yield* reasonOf(database.write(addAccount(database, "one"))), "ReadOnly")
      assert.strictEqual(yield* reasonOf(database.check), "ReadOnly")
      assert.deepStrictEqual(yield* names(database), [])
      fs.chmodSync(file, 0o600)
      yield* database.write(addAccount(database, "one"))
    }))
})
