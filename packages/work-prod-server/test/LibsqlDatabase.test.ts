import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import Libsql from "libsql"
import * as fs from "node:fs"
import { settings } from "../src/database/LibsqlConnection.js"
import { temporaryFolder } from "./temporaryFolder.js"

const file = Effect.map(temporaryFolder, (folder) => `${folder}/home/work-prod.db`)

/** The database of a file until the scope ends. */
const open = (path: string, exclusive = true) => Effect.map(Layer.build(LibsqlDatabase.layer({ file: path, exclusive })), (context) => Context.get(context, Database))

/** What `use` gives, with the database closed again. */
const using = <A, E>(path: string, use: (database: Database["Type"]) => Effect.Effect<A, E>, exclusive = true) =>
  Effect.flatMap(Database, use).pipe(Effect.provide(LibsqlDatabase.layer({ file: path, exclusive })))

const add = ({ sql, write }: Database["Type"], name: string) => write(sql`INSERT INTO accounts (name, tag, position, created_at) VALUES (${name}, ${name}, 1, '')`)

const names = ({ read, sql }: Database["Type"]) => Effect.map(read(sql<{ readonly name: string }>`SELECT name FROM accounts ORDER BY id`), (rows) => rows.map(({ name }) => name))

describe("the settings of the connections", () => {
  it.scoped("make every commit durable, on both", () =>
    Effect.gen(function* () {
      const { read, sql, write } = yield* open(yield* file)
      const settled = Effect.gen(function* () {
        const value = (name: string) => Effect.map(sql<Record<string, unknown>>`PRAGMA ${sql.literal(name)}`, ([row]) => Object.values(row ?? {})[0])
        return yield* Effect.forEach(settings, (setting) => value(setting.split(" ")[0] ?? ""))
      })
      assert.deepStrictEqual(yield* read(settled), ["wal", 2, 5000, 1, -16_000, 2])
      assert.deepStrictEqual(yield* write(settled), ["wal", 2, 5000, 1, -16_000, 2])
    }))

  it.scoped("refuse what cannot be stored as a failure", () =>
    Effect.gen(function* () {
      const { execute } = yield* open(yield* file)
      assert.deepStrictEqual(yield* execute("SELECT ? AS yes, ? AS none, ? AS big", [true, undefined, 5n]), [{ yes: 1, none: null, big: 5 }])
      for (const value of [Symbol("s"), () => 1, { a: 1 }, new Date(0)]) assert.strictEqual((yield* Effect.flip(execute("SELECT ?", [value])))._tag, "SqlError")
    }))
})

describe("changes", () => {
  it.scoped("are seen by reads when they are answered, and not before", () =>
    Effect.gen(function* () {
      const database = yield* open(yield* file)
      const [begun, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const change = yield* Effect.fork(
        database.write(
          database.sql`INSERT INTO accounts (name, tag, created_at) VALUES ('a', 'a', '')`.pipe(
            Effect.zipRight(Deferred.succeed(begun, undefined)),
            Effect.zipRight(Deferred.await(go))
          )
        )
      )
      yield* Deferred.await(begun)
      assert.deepStrictEqual(yield* names(database), [])
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.join(change)
      assert.deepStrictEqual(yield* names(database), ["a"])
    }))

  it.scoped("fail as Full when the database is full, and go on when there is room again", () =>
    Effect.gen(function* () {
      const path = yield* file
      const database = yield* open(path)
      const { sql, write } = database
      yield* add(database, "before")
      const limit = (pages: number) => write(sql`PRAGMA max_page_count = ${sql.literal(String(pages))}`)
      yield* limit(1)
      const failure = yield* Effect.flip(Effect.forEach(Array.from({ length: 50 }, (_, index) => "x".repeat(5000) + index), (name) => add(database, name)))
      assert.strictEqual(failure.reason, "Full")
      const kept = yield* names(database)
      assert.strictEqual(kept[0], "before")
      yield* limit(1_000_000)
      yield* add(database, "after")
      assert.deepStrictEqual(yield* names(database), [...kept, "after"])
    }))
})

describe("the file", () => {
  it.scoped("is its owner's only, as is its folder", () =>
    Effect.gen(function* () {
      const path = yield* file
      const database = yield* open(path)
      yield* add(database, "a")
      const mode = (of: string) => (fs.statSync(of).mode & 0o777).toString(8)
      assert.strictEqual(mode(path.slice(0, path.lastIndexOf("/"))), "700")
      for (const ending of ["", "-wal", "-shm", ".lock", ".mark"]) assert.strictEqual(mode(path + ending), "600", ending)
    }))

  for (const ending of ["", "-wal"]) {
    it.scoped(`that loses its name${ending === "" ? "" : " for the log"} takes no more changes until it has it back`, () =>
      Effect.gen(function* () {
        const path = (yield* file) + ending
        const database = yield* open(path.slice(0, path.length - ending.length))
        yield* add(database, "before")
        fs.renameSync(path, `${path}.away`)
        assert.strictEqual((yield* Effect.flip(add(database, "lost"))).reason, "Gone")
        assert.strictEqual((yield* Effect.flip(database.check)).reason, "Gone")
        if (ending === "") assert.strictEqual((yield* Effect.flip(names(database))).reason, "Gone")
        fs.writeFileSync(path, "")
        assert.strictEqual((yield* Effect.flip(add(database, "lost"))).reason, "Gone")
        assert.strictEqual(fs.statSync(path).size, 0)
        fs.renameSync(`${path}.away`, path)
        yield* add(database, "after")
        yield* database.check
        assert.deepStrictEqual(yield* names(database), ["before", "after"])
      }))
  }

  it.scoped("that may not be written is read, and written again when it may be", () =>
    Effect.gen(function* () {
      const path = yield* file
      const database = yield* open(path)
      fs.chmodSync(path, 0o400)
      assert.strictEqual((yield* Effect.flip(add(database, "a"))).reason, "ReadOnly")
      assert.strictEqual((yield* Effect.flip(database.check)).reason, "ReadOnly")
      assert.deepStrictEqual(yield* names(database), [])
      fs.chmodSync(path, 0o600)
      yield* add(database, "a")
      assert.deepStrictEqual(yield* names(database), ["a"])
    }))

  it.scoped("is left as it is if it is no database or that of another program", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const foreign = new Libsql(`${folder}/foreign.db`)
      foreign.exec("CREATE TABLE notes (text)")
      foreign.close()
      fs.writeFileSync(`${folder}/text.db`, "not a database, but a text of some length\n".repeat(100))
      for (const name of ["foreign.db", "text.db"]) {
        const path = `${folder}/${name}`
        fs.chmodSync(path, 0o644)
        const before = fs.readFileSync(path)
        assert.deepStrictEqual(yield* Effect.flip(open(path)), new LibsqlDatabase.NotADatabase({ file: path }))
        assert.isTrue(before.equals(fs.readFileSync(path)), name)
        assert.strictEqual(fs.statSync(path).mode & 0o777, 0o644)
      }
      assert.deepStrictEqual(fs.readdirSync(folder), ["foreign.db", "text.db"])
    }))

  it.scoped("with a damaged content is told apart", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* using(path, (database) => add(database, "a"))
      fs.writeFileSync(path, Buffer.concat([fs.readFileSync(path).subarray(0, 16), Buffer.alloc(8000, 7)]))
      assert.deepInclude(yield* Effect.flip(open(path)), { _tag: "StorageFailure", reason: "Damaged" })
    }))

  it.scoped("of a newer program is refused", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* using(path, ({ sql, write }) => write(sql`INSERT INTO schema_versions (version) VALUES (99)`))
      const before = fs.readFileSync(path)
      assert.deepInclude(yield* Effect.flip(open(path)), { _tag: "SchemaTooNew", found: 99 })
      assert.isTrue(before.equals(fs.readFileSync(path)))
    }))
})

describe("who opens a file", () => {
  it.scoped("as a server is alone, others may use it beside", () =>
    Effect.gen(function* () {
      const path = yield* file
      const server = yield* open(path)
      assert.deepStrictEqual(yield* Effect.flip(open(path)), new LibsqlDatabase.DatabaseInUse({ file: path }))
      yield* using(path, (beside) => Effect.zipRight(Effect.sync(() => assert.strictEqual(beside.epoch, server.epoch)), add(beside, "beside")), false)
      yield* add(server, "server")
      assert.deepStrictEqual(yield* names(server), ["beside", "server"])
    }))

  it.scoped("first makes its schema, and only once", () =>
    Effect.gen(function* () {
      const path = yield* file
      const openers = yield* Effect.forEach([1, 2, 3, 4], () => using(path, (database) => Effect.succeed(database.instance), false), { concurrency: "unbounded" })
      assert.strictEqual(new Set(openers).size, 1)
    }))
})

describe("the epoch", () => {
  const epoch = (path: string) => using(path, (database) => Effect.succeed([database.instance, database.epoch]))

  it.scoped("stays when the server starts again, and the instance with it", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* epoch(path)
      yield* using(path, (database) => add(database, "a"))
      assert.deepStrictEqual(yield* epoch(path), first)
    }))

  it.scoped("is another one for a copy that was put back, and stays that", () =>
    Effect.gen(function* () {
      const path = yield* file
      const [instance, before] = yield* epoch(path)
      fs.copyFileSync(path, `${path}.copy`)
      yield* using(path, (database) => add(database, "lost"))
      fs.copyFileSync(`${path}.copy`, path)
      const restored = yield* epoch(path)
      assert.strictEqual(restored[0], instance)
      assert.notStrictEqual(restored[1], before)
      assert.deepStrictEqual(yield* epoch(path), restored)
    }))

  it.scoped("is another one where the mark is missing", () =>
    Effect.gen(function* () {
      const path = yield* file
      const before = yield* epoch(path)
      fs.rmSync(`${path}.mark`)
      assert.notDeepEqual(yield* epoch(path), before)
    }))

  it.scoped("has its mark within a second of a change, even if nothing closes the database", () =>
    Effect.gen(function* () {
      const path = yield* file
      const database = yield* open(path)
      const marked = () => fs.readFileSync(`${path}.mark`, "utf8").trim().split(" ").at(-1)
      assert.strictEqual(marked(), "0")
      yield* add(database, "a")
      yield* add(database, "b")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(marked(), "2")
    }))
})

describe("a temporary database", () => {
  it.effect("has the whole schema, and is another one each time", () =>
    Effect.gen(function* () {
      const once = Effect.gen(function* () {
        const database = yield* Database
        yield* add(database, "a")
        return yield* names(database)
      }).pipe(Effect.provide(LibsqlDatabase.layerTemporary))
      assert.deepStrictEqual(yield* Effect.all([once, once]), [["a"], ["a"]])
    }))
})
