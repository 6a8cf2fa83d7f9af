import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { temporaryFolder } from "./temporaryFolder.js"

const quiet = Logger.replace(Logger.defaultLogger, Logger.none)

const start = (file: string, options: { readonly port?: number; readonly otherPorts?: number } = {}) =>
  Layer.build(Layer.fresh(EmbeddedServer.layer({ file, host: "127.0.0.1", port: 0, authentication: "keys", rateLimit: undefined, ...options })))

const projects = (url: string, key: Redacted.Redacted) =>
  Effect.promise(() => fetch(`${url}/api/projects`, { headers: { authorization: `Bearer ${Redacted.value(key)}`, connection: "close" } }).then(({ status }) => status))

const mine = { account: "default", label: "mine", readOnly: false, expiresInDays: undefined }

describe("a server inside another program", () => {
  it.scopedLive("answers to keys that were made by a call", () =>
    Effect.gen(function* () {
      const services = yield* start(`${yield* temporaryFolder}/work-prod.db`)
      const { secret } = yield* Effect.provide(Effect.flatMap(ApiKeys.ApiKeys, (keys) => keys.create(mine)), services)
      const { url } = Context.get(services, ListeningServer)
      assert.deepStrictEqual([yield* projects(url, secret), yield* projects(url, Redacted.make("wp_other"))], [200, 401])
    }).pipe(Effect.provide(quiet)))

  it.scopedLive("takes a following port if the one that is wanted is taken, and none but that one unless it may", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { port } = Context.get(yield* start(`${folder}/one.db`), ListeningServer)
      const refused = yield* Effect.flip(start(`${folder}/two.db`, { port }))
      assert.deepInclude(refused, { _tag: "AddressInUse", port })
      const next = Context.get(yield* start(`${folder}/three.db`, { port, otherPorts: 20 }), ListeningServer)
      const any = Context.get(yield* start(`${folder}/four.db`, { port, otherPorts: 0 }), ListeningServer)
      assert.strictEqual(new Set([port, next.port, any.port]).size, 3)
    }).pipe(Effect.provide(quiet)))

  it.scopedLive("is alone in charge of its file until its scope closes", () =>
    Effect.gen(function* () {
      const file = `${yield* temporaryFolder}/deep/work-prod.db`
      const instanceOf = Effect.map(start(file), (services) => Context.get(services, Database).instance)
      const first = yield* Effect.scoped(Effect.zipLeft(instanceOf, Effect.map(Effect.flip(start(file)), (failure) => assert.strictEqual(failure._tag, "DatabaseInUse"))))
      assert.strictEqual(yield* instanceOf, first)
    }).pipe(Effect.provide(quiet)))

  it.scopedLive("takes keys that are made beside it", () =>
    Effect.gen(function* () {
      const file = `${yield* temporaryFolder}/work-prod.db`
      const { url } = Context.get(yield* start(file), ListeningServer)
      const made = ApiKeys.handOver(mine, ({ secret }) => Effect.succeed(secret))
      const secret = yield* Effect.provide(made, Layer.fresh(EmbeddedServer.layerBeside(file)))
      assert.strictEqual(yield* projects(url, secret), 200)
    }).pipe(Effect.provide(quiet)))

  it.scopedLive("revokes a key that could not be kept", () =>
    Effect.gen(function* () {
      const services = yield* start(`${yield* temporaryFolder}/work-prod.db`)
      const full = ApiKeys.handOver(mine, () => Effect.fail("the disk is full"))
      const stopped = ApiKeys.handOver(mine, () => Effect.interrupt)
      const keys = Context.get(services, ApiKeys.ApiKeys)
      assert.strictEqual(yield* Effect.flip(Effect.provide(full, services)), "the disk is full")
      yield* Effect.exit(Effect.provide(stopped, services))
      assert.deepStrictEqual((yield* keys.list(undefined)).map(({ revokedAt }) => revokedAt === null), [false, false])
    }).pipe(Effect.provide(quiet)))
})
