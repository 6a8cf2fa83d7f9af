import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { temporaryFolder } from "./temporaryFolder.js"

const open = (file: string, exclusive: boolean) =>
  Effect.map(
    Layer.build(Layer.fresh(ApiKeys.layer.pipe(Layer.provide(Accounts.layer), Layer.provide(RandomValues.layer), Layer.provide(LibsqlDatabase.layer({ file, exclusive }))))),
    (context) => Context.get(context, ApiKeys.ApiKeys)
  )

describe("keys that are changed beside a running server", () => {
  it.scoped("open it or are refused from the next request on", () =>
    Effect.gen(function* () {
      const file = `${yield* temporaryFolder}/work-prod.db`
      const server = yield* open(file, true)
      const { key, secret } = yield* Effect.scoped(
        Effect.flatMap(open(file, false), (beside) => beside.create({ account: "me", label: "laptop", readOnly: false, expiresInDays: undefined }))
      )
      assert.strictEqual((yield* server.verify(secret)).prefix, key.prefix)
      yield* server.verify(secret)
      yield* Effect.scoped(Effect.flatMap(open(file, false), (beside) => beside.revoke(key.prefix)))
      assert.deepInclude(yield* Effect.flip(server.verify(secret)), { _tag: "KeyRefused", reason: "Revoked" })
    }))
})
