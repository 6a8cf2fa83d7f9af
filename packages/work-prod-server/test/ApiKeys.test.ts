import { assert, describe, it } from "@effect/vitest"
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { temporaryFolder } from "./temporaryFolder.js"

const database = Layer.unwrapScoped(Effect.map(temporaryFolder, (folder) => LibsqlDatabase.layer({ file: `${folder}/work-prod.db`, exclusive: true })))
const world = ApiKeys.layer.pipe(Layer.provideMerge(Accounts.layer), Layer.provide(RandomValues.layer), Layer.provideMerge(database))

const create = (key: Partial<ApiKeys.NewKey> = {}) =>
  Effect.flatMap(ApiKeys.ApiKeys, (keys) => keys.create({ account: "default", label: "laptop", readOnly: false, expiresInDays: undefined, ...key }))
const verify = (key: Redacted.Redacted) => Effect.flatMap(ApiKeys.ApiKeys, (keys) => keys.verify(key))
const refusal = (key: Redacted.Redacted) => Effect.map(Effect.flip(verify(key)), (failure) => (failure._tag === "KeyRefused" ? failure.reason : failure._tag))

describe("a key", () => {
  it.effect("opens the account that it was made for, with the rights that it was given", () =>
    Effect.gen(function* () {
      const accounts = yield* Accounts.Accounts
      const mine = yield* create()
      const theirs = yield* create({ account: "theirs", readOnly: true })
      assert.deepStrictEqual(yield* verify(mine.secret), { account: (yield* accounts.ensure("default")).id, prefix: mine.key.prefix, readOnly: false })
      assert.deepStrictEqual(yield* verify(theirs.secret), { account: (yield* accounts.ensure("theirs")).id, prefix: theirs.key.prefix, readOnly: true })
    }).pipe(Effect.provide(world)))

  it.effect("is nowhere in the database, and begins with its public prefix", () =>
    Effect.gen(function* () {
      const { read, sql } = yield* Database
      const { key, secret } = yield* create()
      const text = Redacted.value(secret)
      assert.match(text, /^wp_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/)
      assert.isTrue(text.startsWith(`${key.prefix}_`))
      const rows = JSON.stringify(yield* read(sql`SELECT * FROM api_keys`))
      assert.notInclude(rows, text.slice(key.prefix.length + 1))
      assert.match(rows, /"hash":"[0-9a-f]{64}"/)
      assert.notInclude(String(secret) + JSON.stringify({ key, secret }), text)
    }).pipe(Effect.provide(world)))

  it.effect("with one letter changed opens nothing", () =>
    Effect.gen(function* () {
      const { secret } = yield* create()
      const text = Redacted.value(secret)
      for (const at of FastCheck.sample(FastCheck.nat(text.length - 1), { numRuns: 40, seed: 1 })) {
        const changed = `${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`
        assert.strictEqual(yield* refusal(Redacted.make(changed)), "Unknown")
      }
      for (const other of ["", "wp_", `${text} `, `${text}x`, text.slice(0, -1), "x".repeat(100_000)]) assert.strictEqual(yield* refusal(Redacted.make(other)), "Unknown")
    }).pipe(Effect.provide(world)))

  it.effect("that was revoked opens nothing from the next request on; revoking again changes nothing", () =>
    Effect.gen(function* () {
      const keys = yield* ApiKeys.ApiKeys
      const { key, secret } = yield* create()
      yield* verify(secret)
      const revoked = yield* keys.revoke(key.prefix)
      assert.strictEqual(yield* refusal(secret), "Revoked")
      yield* TestClock.adjust("1 day")
      assert.deepStrictEqual(yield* keys.revoke(key.prefix), revoked)
      assert.deepInclude(yield* Effect.flip(keys.revoke("wp_nobody")), { _tag: "KeyNotFound", prefix: "wp_nobody" })
    }).pipe(Effect.provide(world)))

  it.effect("that expires opens until then", () =>
    Effect.gen(function* () {
      const { key, secret } = yield* create({ expiresInDays: 90 })
      assert.strictEqual(key.expiresAt, "1970-04-01T00:00:00")
      yield* TestClock.adjust("89 days")
      yield* verify(secret)
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* refusal(secret), "Expired")
    }).pipe(Effect.provide(world)))
})

describe("keys", () => {
  it.effect("are listed in their order, all or those of an account", () =>
    Effect.gen(function* () {
      const keys = yield* ApiKeys.ApiKeys
      assert.isTrue(yield* keys.isEmpty)
      yield* create({ label: "one" })
      yield* TestClock.adjust("1 minute")
      yield* create({ label: "two", account: "theirs" })
      assert.isFalse(yield* keys.isEmpty)
      assert.deepStrictEqual((yield* keys.list(undefined)).map(({ label }) => label), ["one", "two"])
      assert.deepStrictEqual((yield* keys.list("theirs")).map(({ account, label }) => [account, label]), [["theirs", "two"]])
      assert.deepStrictEqual(yield* keys.list("nobody"), [])
    }).pipe(Effect.provide(world)))

  it.effect("are all different", () =>
    Effect.gen(function* () {
      const made = yield* Effect.forEach(Array.from({ length: 50 }), () => create(), { concurrency: 10 })
      assert.strictEqual(new Set(made.map(({ key }) => key.prefix)).size, 50)
    }).pipe(Effect.provide(world)))
})

describe("an account", () => {
  it.effect("is made once, also by many at the same time, and found by its name", () =>
    Effect.gen(function* () {
      const accounts = yield* Accounts.Accounts
      assert.isUndefined(yield* accounts.find("mine"))
      const made = yield* Effect.forEach(Array.from({ length: 20 }), () => accounts.ensure("mine"), { concurrency: "unbounded" })
      assert.strictEqual(new Set(made.map(({ id }) => id)).size, 1)
      assert.deepStrictEqual(yield* accounts.find("mine"), made[0])
    }).pipe(Effect.provide(world)))
})
