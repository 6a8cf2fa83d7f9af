import { ApiKeys, layer as keysLayer } from "@dev-infra/work-prod-server/ApiKeys"
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as PostgresDatabase from "@dev-infra/work-prod-server/PostgresDatabase"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import type { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestDatabase from "./testDatabase.js"

type Shape = Database["Type"]

const open = (url: Redacted.Redacted, use: PostgresDatabase.Use = "server"): Effect.Effect<Shape, PostgresDatabase.OpenFailure, Scope.Scope> =>
  Effect.map(Layer.build(PostgresDatabase.layer({ url, use, connections: 4 })), (context) => Context.get(context, Database))

/** Opens, uses and closes. */
const using = <A, E>(url: Redacted.Redacted, use: (database: Shape) => Effect.Effect<A, E>) => Effect.scoped(Effect.flatMap(open(url), use))

/** Two servers of one database, as two processes have them. */
const two = Effect.flatMap(TestDatabase.emptyDatabase, (url) => Effect.all([open(url), open(url)], { concurrency: 2 }))

const addAccount = ({ sql }: Shape, name: string) => sql`INSERT INTO accounts (name, tag, position, created_at) VALUES (${name}, ${name}, 0, '')`
const accountId = (database: Shape, name: string) =>
  Effect.map(database.write(database.sql<{ readonly id: number }>`INSERT INTO accounts (name, tag, position, created_at) VALUES (${name}, ${name}, 0, '') RETURNING id`), ([row]) => row?.id ?? 0)
const names = ({ read, sql }: Shape) =>
  Effect.map(read(sql<{ readonly name: string }>`SELECT name FROM accounts ORDER BY id`), (rows) => rows.map(({ name }) => name))
const positionOf = ({ read, sql }: Shape, id: number) =>
  Effect.map(read(sql<{ readonly position: number }>`SELECT position FROM accounts WHERE id = ${id}`), ([row]) => row?.position)
const reasonOf = <A>(effect: Effect.Effect<A, StorageFailure>) => Effect.map(Effect.flip(effect), ({ reason }) => reason)

/** Reads and writes a number, which loses changes if two do it at the same time. */
const increase = (database: Shape, id: number) =>
  database.write(
    Effect.gen(function* () {
      const { sql } = database
      const [row] = yield* sql<{ readonly position: number }>`SELECT position FROM accounts WHERE id = ${id}`
      const next = (row?.position ?? 0) + 1
      yield* Effect.yieldNow()
      yield* sql`UPDATE accounts SET position = ${next} WHERE id = ${id}`
      yield* database.announce(id, next)
      return next
    }),
    id
  )

/** What a server hears, one after another. */
const hearing = (database: Shape) =>
  Effect.gen(function* () {
    const heard = yield* Queue.unbounded<string>()
    yield* Effect.forkScoped(
      Stream.runForEach(database.announcements, (told) => heard.offer(told._tag === "Missed" ? "Missed" : `${told.account}:${told.position}`))
    )
    return { next: Queue.take(heard), until: (text: string) => Effect.repeat(Queue.take(heard), { until: (found) => found === text }) }
  })

/** Ends connections of the database as a server that stops does. */
const endConnections = ({ read, sql }: Shape, which: string) =>
  Effect.orDie(read(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE ${which}`))

describe.skipIf(TestDatabase.isMissing)("a database of PostgreSQL", () => {
  it.scopedLive("is made ready once by all servers that begin at the same time, and stays what it is", () =>
    Effect.gen(function* () {
      const url = yield* TestDatabase.emptyDatabase
      const servers = yield* Effect.scoped(Effect.all([open(url), open(url), open(url), open(url)], { concurrency: 4 }))
      const lives = new Set(servers.map(({ epoch, instance }) => `${instance} ${epoch}`))
      yield* using(url, (database) => Effect.sync(() => lives.add(`${database.instance} ${database.epoch}`)))
      assert.strictEqual(lives.size, 1)
    }))

  it.scopedLive("runs changes of an account one after another in all servers, and loses none", () =>
    Effect.gen(function* () {
      const [one, other] = yield* two
      const [first, second] = [yield* accountId(one, "first"), yield* accountId(one, "second")]
      const work = Array.from({ length: 40 }, (_, index) => increase(index % 2 === 0 ? one : other, index % 4 < 2 ? first : second))
      const numbers = yield* Effect.all(work, { concurrency: "unbounded" })
      assert.strictEqual(new Set(numbers).size, 20)
      assert.deepStrictEqual([yield* positionOf(one, first), yield* positionOf(one, second)], [20, 20])
    }))

  it.scopedLive("keeps nothing of a change that fails, and the others that are committed with it", () =>
    Effect.gen(function* () {
      const database = yield* Effect.flatMap(TestDatabase.emptyDatabase, open)
      const exits = yield* Effect.forEach(
        [
          addAccount(database, "one"),
          Effect.zipRight(addAccount(database, "two"), Effect.fail("refused" as const)),
          Effect.zipRight(addAccount(database, "three"), database.sql`SELECT nothing FROM nowhere`),
          addAccount(database, "four")
        ],
        (change) => Effect.exit(database.write<unknown, "refused">(change)),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, false, false, true])
      assert.sameMembers([...(yield* names(database))], ["one", "four"])
    }))

  it.scopedLive("tells every server of a commit, and that something was missed once it listens again", () =>
    Effect.gen(function* () {
      const [one, other] = yield* two
      const id = yield* accountId(one, "account")
      const heard = yield* hearing(other)
      assert.strictEqual(yield* heard.next, "Missed")
      yield* increase(one, id)
      yield* heard.until(`${id}:1`)
      yield* endConnections(one, "%advisory_lock_shared%")
      yield* endConnections(one, "COMMIT")
      yield* heard.until("Missed")
      yield* Effect.retry(increase(one, id), { times: 5 })
      yield* heard.until(`${id}:2`)
    }))

  it.scopedLive("fails what was under way when the server ended it, and goes on by itself", () =>
    Effect.gen(function* () {
      const [one, other] = yield* two
      const id = yield* accountId(one, "account")
      const [begun, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const stuck = yield* Effect.fork(
        one.write(one.sql`UPDATE accounts SET position = 7 WHERE id = ${id}`.pipe(Effect.zipRight(Deferred.succeed(begun, undefined)), Effect.zipRight(Deferred.await(go))), id)
      )
      yield* Deferred.await(begun)
      yield* endConnections(other, "UPDATE accounts%")
      yield* Deferred.succeed(go, undefined)
      assert.strictEqual(yield* reasonOf(Fiber.join(stuck)), "Unavailable")
      yield* increase(one, id)
      assert.strictEqual(yield* positionOf(other, id), 1)
      yield* one.check
    }))

  it.scopedLive("gives back what an interrupted change held", () =>
    Effect.gen(function* () {
      const database = yield* Effect.flatMap(TestDatabase.emptyDatabase, open)
      const id = yield* accountId(database, "account")
      for (const _ of [1, 2, 3, 4, 5, 6]) {
        const begun = yield* Deferred.make<void>()
        const stuck = yield* Effect.fork(database.write(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never), id))
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(stuck)
      }
      assert.strictEqual(yield* increase(database, id), 1)
    }))

  it.scopedLive("reads one moment in a snapshot while changes go on", () =>
    Effect.gen(function* () {
      const database = yield* Effect.flatMap(TestDatabase.emptyDatabase, open)
      yield* database.write(addAccount(database, "before"))
      const [read, added] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      yield* Effect.fork(Deferred.await(read).pipe(Effect.zipRight(database.write(addAccount(database, "meanwhile"))), Effect.zipRight(Deferred.succeed(added, undefined))))
      const seen = yield* database.snapshot(
        Effect.gen(function* () {
          const first = yield* names(database)
          yield* Deferred.succeed(read, undefined)
          yield* Deferred.await(added)
          return [first, yield* names(database)]
        })
      )
      assert.deepStrictEqual(seen, [["before"], ["before"]])
    }))

  it.scopedLive("begins a new epoch when its content lies elsewhere, as after a dump was put back", () =>
    Effect.gen(function* () {
      const url = yield* TestDatabase.emptyDatabase
      const first = yield* using(url, (database) =>
        Effect.as(database.write(database.sql`UPDATE server SET storage = 'another cluster'`), { instance: database.instance, epoch: database.epoch })
      )
      const second = yield* open(url)
      assert.strictEqual(second.instance, first.instance)
      assert.notStrictEqual(second.epoch, first.epoch)
    }))

  it.scopedLive("notices in every server that a key was made or revoked", () =>
    Effect.gen(function* () {
      const [one, other] = yield* two
      const identities = (database: Shape) =>
        Effect.map(
          Layer.build(keysLayer.pipe(Layer.provide(Accounts.layer), Layer.provide(RandomValues.layer), Layer.provide(Layer.succeed(Database, database)))),
          (built) => Context.get(built, ApiKeys)
        )
      const [here, there] = [yield* identities(one), yield* identities(other)]
      const { key, secret } = yield* here.create({ account: "default", label: "laptop", readOnly: false, expiresInDays: undefined })
      yield* there.verify(secret)
      yield* here.revoke(key.prefix)
      assert.strictEqual((yield* Effect.flip(here.verify(secret)))._tag, "KeyRefused")
      const refused = yield* Effect.repeat(Effect.exit(there.verify(secret)), { until: Exit.isFailure })
      assert.isTrue(Exit.isFailure(refused))
    }))

  it.scopedLive("that has tables of another program is left as it is", () =>
    Effect.gen(function* () {
      const url = yield* TestDatabase.emptyDatabase
      yield* TestDatabase.run(url, "CREATE TABLE invoices (id INTEGER)")
      const failure = yield* Effect.flip(Effect.scoped(open(url)))
      assert.deepInclude(failure, { _tag: "UnsuitableDatabase", reason: "OtherProgram" })
      assert.deepStrictEqual(yield* TestDatabase.run(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"), [{ tablename: "invoices" }])
    }))

  it.scopedLive("of a newer program is refused", () =>
    Effect.gen(function* () {
      const url = yield* TestDatabase.emptyDatabase
      yield* using(url, names)
      yield* TestDatabase.run(url, "INSERT INTO schema_versions (version) VALUES (99)")
      assert.deepInclude(yield* Effect.flip(Effect.scoped(open(url))), { _tag: "SchemaTooNew", found: 99 })
    }))

  it.scopedLive("is restored only while no server runs, and served only while it is not restored", () =>
    Effect.gen(function* () {
      const url = yield* TestDatabase.emptyDatabase
      const whileServed = yield* using(url, () => Effect.flip(Effect.scoped(open(url, "restore"))))
      assert.deepInclude(whileServed, { _tag: "RestoreAndServer", running: "Server" })
      yield* open(url, "restore")
      assert.deepInclude(yield* Effect.flip(Effect.scoped(open(url))), { _tag: "RestoreAndServer", running: "Restore" })
      yield* Effect.scoped(open(url, "beside"))
    }))

  it.scopedLive("that cannot be reached says so, and never its password", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Effect.scoped(open(Redacted.make("postgres://somebody:very-secret@127.0.0.1:1/nothing"))))
      assert.isTrue(Exit.isFailure(exit))
      if (Exit.isFailure(exit)) {
        assert.include(Cause.pretty(exit.cause), "StorageFailure")
        assert.notInclude(`${Cause.pretty(exit.cause, { renderErrorCause: true })} ${JSON.stringify(exit)}`, "very-secret")
      }
    }))
})
