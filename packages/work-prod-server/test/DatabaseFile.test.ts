import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import Libsql from "libsql"
import * as fs from "node:fs"
import { temporaryFolder } from "./temporaryFolder.js"

const place = Effect.map(temporaryFolder, (folder) => `${folder}/home/work-prod.db`)
const open = (file: string) => Effect.map(Layer.build(LibsqlDatabase.layer({ file, exclusive: true })), (context) => Context.get(context, Database))
/** Opens, uses and closes. */
const using = <A, E>(file: string, use: (database: Database["Type"]) => Effect.Effect<A, E>) => Effect.scoped(Effect.flatMap(open(file), use))

const add = ({ sql, write }: Database["Type"], name: string) => write(sql`INSERT INTO accounts (name, tag, position, created_at) VALUES (${name}, ${name}, 1, '')`)
const names = ({ read, sql }: Database["Type"]) =>
  Effect.map(read(sql<{ readonly name: string }>`SELECT name FROM accounts ORDER BY id`), (rows) => rows.map(({ name }) => name))

describe("the file of a database", () => {
  it.scoped("is its owner's only, with all that lies beside it", () =>
    Effect.gen(function* () {
      const file = yield* place
      yield* add(yield* open(file), "one")
      for (const ending of ["", "-wal", "-shm", ".lock", ".mark", ".origin"]) assert.strictEqual(fs.statSync(file + ending).mode & 0o777, 0o600, ending)
    }))

  it.scoped("of another program is left as it is, with nothing beside it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = `${folder}/notes.db`
      const notes = new Libsql(file)
      notes.exec("CREATE TABLE notes (text)")
      notes.close()
      fs.chmodSync(file, 0o644)
      const before = fs.readFileSync(file)
      assert.deepInclude(yield* Effect.flip(using(file, names)), { _tag: "NotADatabase", file })
      assert.isTrue(before.equals(fs.readFileSync(file)))
      assert.strictEqual(fs.statSync(file).mode & 0o777, 0o644)
      assert.deepStrictEqual(fs.readdirSync(folder), ["notes.db"])
    }))

  it.scoped("of a newer program is left as it is", () =>
    Effect.gen(function* () {
      const file = yield* place
      yield* using(file, ({ sql, write }) => write(sql`INSERT INTO schema_versions (version) VALUES (99)`))
      const before = fs.readFileSync(file)
      assert.deepInclude(yield* Effect.flip(using(file, names)), { _tag: "SchemaTooNew", found: 99 })
      assert.isTrue(before.equals(fs.readFileSync(file)))
    }))

  it.scoped("with a damaged content is told apart", () =>
    Effect.gen(function* () {
      const file = yield* place
      yield* using(file, (database) => add(database, "one"))
      fs.writeFileSync(file, Buffer.concat([fs.readFileSync(file).subarray(0, 16), Buffer.alloc(8000, 7)]))
      assert.deepInclude(yield* Effect.flip(using(file, names)), { _tag: "StorageFailure", reason: "Damaged" })
    }))

  it.scoped("takes no changes while its log is missing or another one, as they would be lost", () =>
    Effect.gen(function* () {
      const file = yield* place
      const database = yield* open(file)
      yield* add(database, "one")
      fs.renameSync(`${file}-wal`, `${file}-away`)
      assert.strictEqual((yield* Effect.flip(add(database, "lost"))).reason, "Gone")
      assert.strictEqual((yield* Effect.flip(database.check)).reason, "Gone")
      fs.writeFileSync(`${file}-wal`, "")
      assert.strictEqual((yield* Effect.flip(add(database, "lost"))).reason, "Gone")
      assert.strictEqual(fs.statSync(`${file}-wal`).size, 0)
      fs.renameSync(`${file}-away`, `${file}-wal`)
      yield* add(database, "two")
      yield* database.check
      assert.deepStrictEqual(yield* names(database), ["one", "two"])
    }))
})

describe("the mark beside a database", () => {
  const epoch = (file: string) => using(file, (database) => Effect.succeed(database.epoch))

  it.scoped("that is missing begins a new epoch, which stays", () =>
    Effect.gen(function* () {
      const file = yield* place
      const before = yield* epoch(file)
      fs.rmSync(`${file}.mark`)
      const after = yield* epoch(file)
      assert.notStrictEqual(after, before)
      assert.strictEqual(yield* epoch(file), after)
    }))

  it.scoped("knows of a change a second later, also of the last one of many", () =>
    Effect.gen(function* () {
      const file = yield* place
      const database = yield* open(file)
      const marked = () => fs.readFileSync(`${file}.mark`, "utf8").trim().split(" ").at(-1)
      assert.strictEqual(marked(), "0")
      yield* add(database, "one")
      yield* add(database, "two")
      assert.strictEqual(marked(), "0")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(marked(), "2")
      yield* add(database, "three")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(marked(), "3")
    }))

  it.scoped("is not written while nothing changes, however long that is", () =>
    Effect.gen(function* () {
      const file = yield* place
      const database = yield* open(file)
      yield* add(database, "one")
      yield* TestClock.adjust("1 second")
      const before = fs.statSync(`${file}.mark`).ino
      yield* TestClock.adjust("365 days")
      assert.strictEqual(fs.statSync(`${file}.mark`).ino, before)
    }))
})

describe("values", () => {
  it.scoped("that cannot be stored fail, and do not end the process", () =>
    Effect.gen(function* () {
      const { execute } = yield* open(yield* place)
      assert.deepStrictEqual(yield* execute("SELECT ? AS yes, ? AS none, ? AS big", [true, undefined, 5n]), [{ yes: 1, none: null, big: 5 }])
      for (const value of [Symbol("s"), () => 1, { a: 1 }, new Date(0)]) assert.strictEqual((yield* Effect.flip(execute("SELECT ?", [value])))._tag, "SqlError")
    }))
})

describe("a temporary database", () => {
  it.effect("has the whole schema, and is another one each time", () =>
    Effect.gen(function* () {
      const once = Effect.flatMap(Database, (database) => Effect.zipRight(add(database, "one"), names(database))).pipe(Effect.provide(LibsqlDatabase.layerTemporary))
      assert.deepStrictEqual(yield* Effect.all([once, once]), [["one"], ["one"]])
    }))
})
